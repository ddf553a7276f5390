"""What a backup says of itself: every file with its hash, the rows of every table, the head of the audit log."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from nlp.errors import MinyiError

MANIFEST = "manifest.json"
FORMAT = 1


class BackupError(MinyiError):
    """A backup that cannot be made, read or restored; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The manifest of a backup. `files` maps path to SHA-256; `audit` is number and hash of the log's last entry."""

    format: int
    made_at: datetime
    kind: str
    database: str
    files: dict[str, str]
    counts: dict[str, int]
    audit: tuple[int, str]


def write(manifest: Manifest, folder: Path) -> None:
    """Write the manifest into the folder of its backup."""
    values = {**asdict(manifest), "made_at": manifest.made_at.isoformat()}
    (folder / MANIFEST).write_text(json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")


def read(folder: Path) -> Manifest:
    """Read the manifest of a backup.

    Raises:
        BackupError: there is none, or it cannot be read.
    """
    path = folder / MANIFEST
    try:
        values = json.loads(path.read_text("utf-8"))
        made_at, (sequence, sha256) = datetime.fromisoformat(values["made_at"]), values["audit"]
        manifest = Manifest(**{**values, "made_at": made_at, "audit": (int(sequence), str(sha256))})
        if any(Path(name).is_absolute() or ".." in Path(name).parts for name in manifest.files):
            raise ValueError(manifest.files)
    except FileNotFoundError:
        raise BackupError(f"{folder} 不是备份文件夹：没有 {MANIFEST}") from None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise BackupError(f"{path} 不能读取，备份可能损坏，请换一份") from fault
    if manifest.format != FORMAT:
        raise BackupError(f"{folder} 是另一版本程序做的备份（格式 {manifest.format}），请用那一版恢复")
    return manifest


def hash_file(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
