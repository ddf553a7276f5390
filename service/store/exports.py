"""Exports: each is written down before its file leaves; none is ever changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from service.store.upward_tables import exports


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file that left the system: who took what, how many records, why, and whether personal data was covered in it.

    `filters` are pairs of a name and a value, as asked.
    """

    id: str
    at: datetime
    actor: str
    what: str
    form: str
    count: int
    purpose: str
    masked: bool
    filters: tuple[tuple[str, str], ...] = ()


def add(connection: Connection, made: Export) -> None:
    """Write an export down."""
    values = {name: getattr(made, name) for name in ("id", "at", "actor", "what", "form", "count", "purpose", "masked")}
    connection.execute(insert(exports), [{**values, "filters": [list(pair) for pair in made.filters]}])


def latest(connection: Connection, limit: int) -> list[Export]:
    """Read exports, the latest first."""
    rows = connection.execute(select(exports).order_by(exports.c.id.desc()).limit(limit))
    return [
        Export(
            id=row.id,
            at=row.at,
            actor=row.actor,
            what=row.what,
            form=row.form,
            count=row._mapping["count"],
            purpose=row.purpose,
            masked=row.masked,
            filters=tuple((name, value) for name, value in row.filters),
        )
        for row in rows
    ]
