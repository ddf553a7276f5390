from pathlib import Path

import pytest

from service.pictures import picture_type


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n0000", "image/png"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"<svg onload=alert(1)>", None),
        (b"<html>", None),
        (b"\x89PN", None),
        (b"", None),
    ],
)
def test_a_picture_is_told_by_its_first_bytes(tmp_path: Path, content: bytes, kind: str | None) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    assert picture_type(path) == kind
    assert picture_type(tmp_path / "missing") is None
