"""Opening a store: one SQLAlchemy engine, reading and writing transactions, migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.errors import Invalid, Unavailable

_WAIT_SECONDS = 30
_WRITING = "minyi_writing"
_MIGRATION_LOCK = 0x6D696E7969
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {_WAIT_SECONDS * 1000}",
)


class Store:
    """An open database.

    Both kinds of transaction turn a database that cannot be used just now into `Unavailable`, and a value that it can
    neither keep nor look for (PostgreSQL: with NUL) into `Invalid`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(postgresql_readonly=True)
        self._writer = engine.execution_options(**{_WRITING: True})
        self._one_writer = Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that cannot write; it is rolled back at the end.

        Raises:
            Unavailable: the database cannot be reached.
        """
        with _clear_errors(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that is committed at the end, and rolled back when anything is raised inside.

        On SQLite one thread of the process writes at a time. A transaction must not be opened inside another.

        Raises:
            Unavailable: the database cannot be reached, is locked, full or read-only; nothing was committed.
        """
        with self._turn(), _clear_errors(), self._writer.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the schema up to date; processes that start together wait for each other.

        Raises:
            Unavailable: the database cannot be reached or written.
        """
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        with self.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._one_writer is None:
            yield
            return
        if not self._one_writer.acquire(timeout=_WAIT_SECONDS):
            raise Unavailable("数据库正忙，本次未保存，请稍后重试")
        try:
            yield
        finally:
            self._one_writer.release()


def open_store(url: str) -> Store:
    """Open the database at an SQLAlchemy URL: `sqlite:///FILE` or `postgresql+psycopg://…`. Nothing is created yet."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, pool_size=16, max_overflow=48)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return Store(engine)
    settings = f"-c timezone=UTC -c lock_timeout={_WAIT_SECONDS}s -c jit=off"
    options = {"connect_timeout": 10, "options": settings}
    engine = create_engine(
        url, isolation_level="READ COMMITTED", pool_pre_ping=True, pool_size=16, max_overflow=48, connect_args=options
    )
    return Store(engine)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writing = bool(connection.get_execution_options().get(_WRITING, False))
    connection.exec_driver_sql(f"PRAGMA query_only = {int(not writing)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as fault:
        raise Unavailable("数据库暂时无法读写，本次未保存，请稍后重试；如一直如此，请联系管理员") from fault
    except DataError as fault:
        raise Invalid(
            "填写的内容中有不能保存或查找的字符，本次未保存，请删除后重试", field="", code="E_CONTROL"
        ) from fault
