"""Adding many rows: what a statement is in a database's words, and how its values are written there, is worked out once.

SQLAlchemy works that out again for every call and every row, which costs as much as the database itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Table, insert

from service.store.tables import Json, Moment, in_json

_Write = Callable[[Any], Any]


def add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that name the same columns; those that they leave out get what the database gives them."""
    if rows:
        execute(connection, _plain(table), rows)


def execute(connection: Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> int:
    """Execute an insert once for each of some rows, and count the rows that it wrote.

    Args:
        connection: a writing transaction.
        statement: one that is made once and kept: what it comes to is kept with it.
        rows: at least one; they name the same columns.
    """
    made = _prepared(statement, connection.dialect, tuple(rows[0]))
    return connection.exec_driver_sql(made.words, made.written(rows)).rowcount


@cache
def _plain(table: Table) -> Insert:
    return insert(table).inline()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    words: str
    columns: tuple[tuple[str, _Write | None], ...]
    by_place: bool

    def written(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Write the values of rows as the driver takes them."""
        columns = [
            [row[name] for row in rows] if write is None else [write(row[name]) for row in rows]
            for name, write in self.columns
        ]
        values = zip(*columns, strict=True)
        if self.by_place:
            return list(values)
        names = [name for name, _ in self.columns]
        return [dict(zip(names, one, strict=True)) for one in values]


@lru_cache(maxsize=256)
def _prepared(statement: Insert, dialect: Dialect, names: tuple[str, ...]) -> _Prepared:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    places: Sequence[str] | None = getattr(compiled, "positiontup", None)
    assert isinstance(statement.table, Table)  # noqa: S101 - nothing else is inserted into
    return _Prepared(
        words=str(compiled),
        columns=tuple((name, _writer(statement.table, name, dialect)) for name in places or names),
        by_place=places is not None,
    )


def _writer(table: Table, name: str, dialect: Dialect) -> _Write | None:
    kind = table.c[name].type
    if isinstance(kind, Json):
        return _in_json
    write: _Write | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(maxsize=64)(write) if write is not None and isinstance(kind, Moment) else write


def _in_json(value: Any) -> str | None:
    """Write what a column of JSON holds, as the column does; the same few tuples of words come again and again."""
    if type(value) is tuple:
        return _words_in_json(value)
    return None if value is None else in_json(value)


_words_in_json = lru_cache(maxsize=1024)(in_json)
