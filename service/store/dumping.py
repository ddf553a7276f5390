"""A whole database out to one file and back in: SQLite's online backup, PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, inspect, make_url, select
from sqlalchemy.engine import URL

from service.errors import Unavailable
from service.store.engine import Store
from service.store.schema import metadata
from service.store.tables import attachments

_PROGRAMS = Path("/usr/lib/postgresql")


def kind_of(url: str) -> str:
    """Name the kind of database at an address: `sqlite` or `postgresql`."""
    return make_url(url).get_backend_name()


def file_of(url: str) -> Path:
    """Give the file of an SQLite database."""
    return Path(make_url(url).database or "")


def dump(url: str, target: Path) -> None:
    """Write the database as it is at one moment to a file, while others go on writing.

    Raises:
        Unavailable: it cannot be read, the file cannot be written, or PostgreSQL's programs are not installed.
    """
    if kind_of(url) == "sqlite":
        _dump_sqlite(file_of(url), target)
    else:
        _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def load(url: str, source: Path) -> None:
    """Put a file of `dump` into an empty place: no SQLite file there yet, or an empty PostgreSQL database.

    Raises:
        Unavailable: it cannot be written, or PostgreSQL's programs are not installed.
    """
    if kind_of(url) == "sqlite":
        shutil.copyfile(source, file_of(url))
        sync(file_of(url))
    else:
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        _run(url, "pg_restore", *options, f"--dbname={make_url(url).database}", str(source))


def faults(url: str, dumped: Path | None = None) -> list[str]:
    """Let the database check itself, or the file that it was dumped to; give what it finds wrong, in its words."""
    if kind_of(url) != "sqlite":
        if dumped is not None:
            _run(url, "pg_restore", "--list", str(dumped), with_database=False)
        return []
    file = dumped or file_of(url)
    try:
        with closing(sqlite3.connect(_read_only(file, immutable=dumped is not None), uri=True)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            broken = [f"{row[0]} → {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")]
    except sqlite3.Error as fault:
        return [str(fault)]
    return [one for one in found if one != "ok"] + broken


def counts(store: Store) -> dict[str, int]:
    """Count the rows of every table that there is."""
    with store.read() as connection:
        present = set(inspect(connection).get_table_names())
        return {
            table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for table in metadata.sorted_tables
            if table.name in present
        }


def hashes(store: Store) -> list[str]:
    """Give the SHA-256 of every attached file, each once."""
    with store.read() as connection:
        return sorted(connection.execute(select(attachments.c.sha256).distinct()).scalars())


def is_empty(store: Store) -> bool:
    """Tell whether there is no table of ours yet."""
    with store.read() as connection:
        return not set(inspect(connection).get_table_names()) & set(metadata.tables)


def sync(path: Path) -> None:
    """Let a file or a folder reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        if path.is_file():
            raise
    finally:
        os.close(handle)


def _dump_sqlite(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(_read_only(source), uri=True, timeout=30)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as fault:
        raise Unavailable(f"数据库无法备份：{fault}。请检查磁盘空间和权限") from fault
    sync(target)


def _read_only(file: Path, *, immutable: bool = False) -> str:
    return f"{file.resolve().as_uri()}?mode=ro{'&immutable=1' if immutable else ''}"


def _run(url: str, program: str, *arguments: str, with_database: bool = True) -> None:
    """Run one of PostgreSQL's programs; the password goes through the environment, where other users do not see it."""
    found = shutil.which(program) or next(
        (str(path) for path in sorted(_PROGRAMS.glob(f"*/bin/{program}"), reverse=True)), None
    )
    if found is None:
        raise Unavailable(f"没有找到 {program}，请安装 PostgreSQL 客户端程序（Debian：postgresql-client）后再试")
    environment = {**os.environ, **(_connection(make_url(url)) if with_database else {})}
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        last = (done.stderr.strip() or "没有说明").splitlines()[-1]
        raise Unavailable(f"{program} 没有成功：{last}")


def _connection(url: URL) -> dict[str, str]:
    parts = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return {name: value for name, value in parts.items() if value}
