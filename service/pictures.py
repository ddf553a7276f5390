"""Which files are pictures that may be shown: told from their first bytes, never from what the sender says."""

from __future__ import annotations

from pathlib import Path

_HEADS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def picture_type(path: Path) -> str | None:
    """Tell the media type of a picture that browsers decode without running anything; None for all else."""
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
    except OSError:
        return None
    if head[:4] == b"RIFF" and head[8:] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _HEADS if head.startswith(start)), None)
