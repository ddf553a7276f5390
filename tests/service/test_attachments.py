from datetime import UTC, datetime
from pathlib import Path

import pytest

from service import attachments, statistics
from service.attachments import Upload
from service.errors import Invalid, NotFound, Unavailable
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def keep(store: Store, home: Path, submission_id: str, name: str = "原稿.jpg", content: bytes = b"x") -> str:
    upload = Upload(name=name, media_type="image/jpeg", content=content)
    return attachments.keep(store, home, submission_id, upload, 1_000, "desk", NOW)


def test_the_same_bytes_are_kept_once(store: Store, receive, tmp_path: Path) -> None:
    receipt = receive("转办")
    first, second = (keep(store, tmp_path, receipt.id, name) for name in ("一.jpg", "二.jpg"))
    (one, path), (other, same) = (attachments.find(store, tmp_path, each) for each in (first, second))
    assert (one.name, other.name, path) == ("一.jpg", "二.jpg", same)
    assert path.read_bytes() == b"x"
    assert [event.kind for event in statistics.story(store, receipt.id).events] == ["received", "attached", "attached"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\CON.xlsx", "CON.xlsx"),
        ("gpj\u202eexe.jpg", "gpj\u202eexe.jpg"),
        ("a\nb\x00.png", "a\nb\x00.png"),
        ("😀.pdf", "😀.pdf"),
        ("", "未命名文件"),
    ],
)
def test_names_are_data(store: Store, receive, tmp_path: Path, name: str, kept: str) -> None:
    found, path = attachments.find(store, tmp_path, keep(store, tmp_path, receive("转办").id, name))
    assert found.name == kept
    assert path.is_relative_to(tmp_path / "attachments")


def test_what_cannot_be_kept_is_refused(store: Store, receive, tmp_path: Path) -> None:
    receipt = receive("转办")
    for name, content in (("a", b""), ("a", b"x" * 1_001), ("a" * 301, b"x"), ("\ud800", b"x")):
        with pytest.raises(Invalid):
            keep(store, tmp_path, receipt.id, name, content)
    assert statistics.story(store, receipt.id).attachments == []


def test_a_file_has_the_rights_of_its_submission(store: Store, receive, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        keep(store, tmp_path, receive("告某局长").id)
    with pytest.raises(NotFound):
        attachments.find(store, tmp_path, "01900000-0000-7000-8000-000000000000")
    assert not (tmp_path / "attachments").exists()


def test_a_place_that_cannot_be_written(store: Store, receive, tmp_path: Path) -> None:
    receipt = receive("转办")
    (tmp_path / "attachments").write_text("in the way")
    with pytest.raises(Unavailable):
        keep(store, tmp_path, receipt.id)
    assert statistics.story(store, receipt.id).attachments == []
