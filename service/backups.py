"""备份: database, attached files and the office's own, copied while the service works, into one folder renamed once.

The database is copied first, at one moment; attached files are written before the row that names them and are never
changed, so every file that the copy names is there.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from service import audit, backup_manifest
from service.attachments import path_of
from service.audit import Kind
from service.backup_manifest import FORMAT, BackupError, Manifest, hash_file
from service.deadlines import BEIJING
from service.errors import ServiceError
from service.own_files import own_files
from service.people import SYSTEM
from service.settings import Settings
from service.store import audit as log
from service.store import dumping
from service.store.engine import open_store

LAST = "last-backup.json"
_DATABASES = {"sqlite": "minyi.db", "postgresql": "minyi.dump"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBackup:
    """The last backup that was made of this database: when, where to, and whether it is still there."""

    made_at: datetime
    folder: Path
    present: bool


def backup(settings: Settings, now: datetime, into: Path | None = None) -> Path:
    """Make a backup, and give its folder, named for the moment within `into` (the backups folder unless given).

    Raises:
        BackupError: it could not be made; what was begun is removed.
    """
    parent = into or settings.backups_folder
    target = parent / f"minyi-{now.astimezone(BEIJING):%Y%m%d-%H%M%S-%f}"
    partial = parent / f".{target.name}.partial"
    try:
        partial.mkdir(parents=True)
        manifest = _copy(settings, partial, _earlier(parent), now)
        backup_manifest.write(manifest, partial)
        dumping.sync(partial / backup_manifest.MANIFEST)
        partial.rename(target)
        dumping.sync(parent)
    except (OSError, ServiceError) as fault:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupError(f"备份没有做成：{fault}") from fault
    _remember(settings, target, now)
    return target


def last_backup(settings: Settings) -> LastBackup | None:
    """Tell when the last backup was made, or None when none is known."""
    try:
        values = json.loads((settings.home / LAST).read_text("utf-8"))
        folder = Path(values["folder"])
        made_at = datetime.fromisoformat(values["made_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return LastBackup(made_at=made_at, folder=folder, present=(folder / backup_manifest.MANIFEST).is_file())


def _copy(settings: Settings, folder: Path, earlier: Path | None, now: datetime) -> Manifest:
    kind = dumping.kind_of(settings.database)
    database = folder / _DATABASES[kind]
    dumping.dump(settings.database, database)
    store = open_store(f"sqlite:///{database}" if kind == "sqlite" else settings.database)
    try:
        named, counts = dumping.hashes(store), dumping.counts(store)
        with store.read() as connection:
            head = log.head(connection)
    finally:
        store.close()
    if kind == "sqlite":
        _tidy(database)
    files = {database.name: hash_file(database)} | _copy_attachments(settings.home, folder, earlier, named)
    files |= _copy_own(settings, folder, earlier)
    return Manifest(
        format=FORMAT, made_at=now, kind=kind, database=database.name, files=files, counts=counts, audit=head
    )


def _tidy(database: Path) -> None:
    """Make one file again of what looking into the copy has left beside it."""
    from sqlite3 import connect

    with connect(database) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    dumping.sync(database)


def _copy_attachments(home: Path, folder: Path, earlier: Path | None, named: Sequence[str]) -> dict[str, str]:
    files: dict[str, str] = {}
    for digest in named:
        source, target = path_of(home, digest), path_of(folder, digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        before = path_of(earlier, digest) if earlier else None
        if before is None or not _linked(before, target, source.stat().st_size):
            _copy_file(source, target)
        files[target.relative_to(folder).as_posix()] = digest
    return files


def _copy_own(settings: Settings, folder: Path, earlier: Path | None) -> dict[str, str]:
    """Copy what is the office's own; a file may change meanwhile, so it is the copy that is hashed."""
    known = backup_manifest.read(earlier).files if earlier else {}
    files: dict[str, str] = {}
    for name, source in own_files(settings).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        same = earlier is not None and known.get(name) == hash_file(source)
        if not (same and earlier and _linked(earlier / name, target, source.stat().st_size)):
            _copy_file(source, target)
        files[name] = hash_file(target)
    return files


def _copy_file(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    dumping.sync(target)


def _linked(before: Path, target: Path, size: int) -> bool:
    """Share the file of the backup before, where the disk can; only what is new takes room."""
    try:
        if before.stat().st_size != size:
            return False
        os.link(before, target)
    except OSError:
        return False
    return True


def _earlier(parent: Path) -> Path | None:
    found = [one for one in parent.glob("minyi-*") if (one / backup_manifest.MANIFEST).is_file()]
    return max(found, default=None, key=lambda one: one.name)


def _remember(settings: Settings, folder: Path, now: datetime) -> None:
    store = open_store(settings.database)
    try:
        audit.note(store, Kind.BACKED_UP, SYSTEM, now, folder=folder.name)
    finally:
        store.close()
    values = {"made_at": now.isoformat(), "folder": str(folder.resolve())}
    temporary = settings.home / f".{LAST}"
    temporary.write_text(json.dumps(values, ensure_ascii=False), "utf-8")
    temporary.replace(settings.home / LAST)
