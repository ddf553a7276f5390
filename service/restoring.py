"""恢复 and 校验: a backup back in, with what was there kept aside; and whether a backup or the database is whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import delete

from service import audit, backup_manifest
from service.attachments import path_of
from service.audit import Kind
from service.backup_manifest import BackupError, Manifest, hash_file
from service.backups import last_backup
from service.errors import ServiceError
from service.own_files import check_place, put_back
from service.people import SYSTEM
from service.settings import Settings
from service.store import audit as log
from service.store import dumping
from service.store.engine import Store, open_store
from service.store.people_tables import sessions

LOCK = "serving.lock"
_SQLITE_PARTS = ("", "-wal", "-shm", "-journal")


def verify_backup(folder: Path, database_url: str = "sqlite://") -> list[str]:
    """Check a backup: every file against its hash, the database, the audit log, every file that a row names.

    Args:
        folder: the backup.
        database_url: where PostgreSQL's own programs are asked about a dump of it; not read from otherwise.

    Returns:
        What is wrong, in Chinese; nothing when it is whole.

    Raises:
        BackupError: it is no backup.
    """
    manifest = backup_manifest.read(folder)
    problems = [fault for name, digest in manifest.files.items() if (fault := _file_fault(folder / name, name, digest))]
    if problems:
        return problems
    database = folder / manifest.database
    if manifest.kind != "sqlite":
        return [f"数据库：{one}" for one in dumping.faults(database_url, database)]
    with _opened_copy(database) as store:
        return [f"数据库：{one}" for one in dumping.faults("sqlite://", database)] + _store_faults(store, manifest)


def verify(settings: Settings) -> list[str]:
    """Check the database in use: itself, the audit log (also against the last backup), every attached file.

    Returns:
        What is wrong, in Chinese; nothing when it is whole.
    """
    problems = [f"数据库：{one}" for one in dumping.faults(settings.database)]
    store = open_store(settings.database)
    try:
        problems += _log_faults(store, settings)
        for digest in dumping.hashes(store):
            fault = _file_fault(path_of(settings.home, digest), f"附件 {digest[:12]}", digest)
            problems += [fault] if fault else []
    finally:
        store.close()
    return problems


def restore(folder: Path, settings: Settings, now: datetime) -> Path | None:
    """Put a backup in the place of the database, the attached files and what is the office's own; all must sign in again.

    Returns:
        The folder in which what was there before lies, or None when nothing was.

    Raises:
        BackupError: the backup is broken, the service runs, or a PostgreSQL database is not empty; nothing is changed.
    """
    problems = verify_backup(folder, settings.database)
    if problems:
        raise BackupError(f"备份不完整，没有恢复：{problems[0]}")
    manifest = backup_manifest.read(folder)
    if manifest.kind != dumping.kind_of(settings.database):
        raise BackupError(f"备份来自 {manifest.kind}，与现在的数据库设置不同，没有恢复")
    check_place(manifest.files, settings)
    aside = settings.home / f"replaced-{now:%Y%m%d-%H%M%S-%f}"
    settings.home.mkdir(parents=True, exist_ok=True)
    with not_serving(settings.home):
        _put_aside(settings, aside)
        _put_in(folder, manifest, settings, aside)
        store = open_store(settings.database)
        try:
            store.migrate()
            with store.write() as connection:
                connection.execute(delete(sessions))
                log.append(connection, audit.noted(Kind.RESTORED, SYSTEM, now, folder=folder.name))
        finally:
            store.close()
    return aside if aside.is_dir() else None


@contextmanager
def not_serving(home: Path) -> Iterator[None]:
    """Make sure that the service does not run on a home folder, and does not start meanwhile.

    Raises:
        BackupError: it runs.
    """
    lock = FileLock(home / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BackupError("服务正在运行，请先停止服务再恢复") from None
    try:
        yield
    finally:
        lock.release()


def _file_fault(path: Path, name: str, digest: str) -> str | None:
    if not path.is_file():
        return f"{name} 不见了"
    return None if hash_file(path) == digest else f"{name} 的内容与记录的摘要不符"


@contextmanager
def _opened_copy(database: Path) -> Iterator[Store]:
    """Look into a copy, so that a backup is never written to."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / database.name
        shutil.copyfile(database, copy)
        store = open_store(f"sqlite:///{copy}")
        try:
            yield store
        finally:
            store.close()


def _store_faults(store: Store, manifest: Manifest) -> list[str]:
    problems = []
    counts = dumping.counts(store)
    problems += [
        f"表 {name} 应有 {count} 行，实有 {counts.get(name, 0)} 行"
        for name, count in manifest.counts.items()
        if counts.get(name) != count
    ]
    broken = audit.broken_at(store)
    if broken is not None:
        problems.append(f"审计日志在第 {broken} 条处断开")
    kept = set(manifest.files.values())
    problems += [f"附件 {digest[:12]} 不在备份中" for digest in dumping.hashes(store) if digest not in kept]
    return problems


def _log_faults(store: Store, settings: Settings) -> list[str]:
    broken = audit.broken_at(store)
    if broken is not None:
        return [f"审计日志在第 {broken} 条处断开"]
    last = last_backup(settings)
    if last is None or not last.present:
        return []
    sequence, sha256 = backup_manifest.read(last.folder).audit
    with store.read() as connection:
        if sequence and log.hash_at(connection, sequence) != sha256:
            return [f"审计日志与上次备份（{last.folder.name}）不符：第 {sequence} 条及以前被改写或截去过"]
    return []


def _put_aside(settings: Settings, aside: Path) -> None:
    """Move what is there into a folder beside it; of PostgreSQL only an empty database is taken."""
    moved = [settings.home / "attachments"]
    if dumping.kind_of(settings.database) == "sqlite":
        file = dumping.file_of(settings.database)
        moved += [file.with_name(file.name + part) for part in _SQLITE_PARTS]
    else:
        store = open_store(settings.database)
        try:
            if not dumping.is_empty(store):
                raise BackupError("数据库不是空的，没有恢复：请新建一个空库，把 MINYI_DATABASE_URL 指向它再恢复")
        except ServiceError as fault:
            raise BackupError(f"数据库不能使用，没有恢复：{fault}") from fault
        finally:
            store.close()
    present = [one for one in moved if one.exists()]
    for one in present:
        aside.mkdir(exist_ok=True)
        one.rename(aside / one.name)


def _put_in(folder: Path, manifest: Manifest, settings: Settings, aside: Path) -> None:
    try:
        if (folder / "attachments").is_dir():
            shutil.copytree(folder / "attachments", settings.home / "attachments")
        put_back(folder, manifest.files, settings, aside)
        dumping.load(settings.database, folder / manifest.database)
    except (OSError, ServiceError) as fault:
        raise BackupError(f"恢复没有完成：{fault}。备份没有改动，排除原因后再恢复一次") from fault
