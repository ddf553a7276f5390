"""The log of who did what, as a chain of hashes: an entry that is changed, taken out or put in breaks it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from service.store.people_tables import audit_log

START = "0" * 64
_LOCK = 0x61756469


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An entry about to be appended. `subject` is the id of what it is about; `details` are pairs of name and value."""

    actor: str
    kind: str
    at: datetime
    subject: str = ""
    details: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the log; `details` is JSON text with sorted keys."""

    sequence: int
    at: datetime
    actor: str
    kind: str
    subject: str
    details: str
    previous: str
    sha256: str


def append(connection: Connection, noted: Noted) -> None:
    """Append an entry; others that append wait until this transaction ends, so it should come last in it."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    sequence, previous = head(connection)
    at = noted.at.astimezone(UTC)
    details = {name: value for name, value in noted.details if value is not None}
    values = {
        "sequence": sequence + 1,
        "at": at,
        "actor": noted.actor,
        "kind": noted.kind,
        "subject": noted.subject,
        "details": details,
        "previous": previous,
    }
    text = json.dumps(details, ensure_ascii=False, sort_keys=True)
    sha256 = _hash(sequence + 1, at, noted.actor, noted.kind, noted.subject, text, previous)
    connection.execute(insert(audit_log).values(**values, sha256=sha256))


def head(connection: Connection) -> tuple[int, str]:
    """Read the number and the hash of the last entry."""
    query = select(audit_log.c.sequence, audit_log.c.sha256).order_by(audit_log.c.sequence.desc()).limit(1)
    row = connection.execute(query).first()
    return (0, START) if row is None else (int(row[0]), str(row[1]))


def hash_at(connection: Connection, sequence: int) -> str | None:
    """Read the hash of the entry with a number, or None where there is none."""
    return connection.execute(select(audit_log.c.sha256).where(audit_log.c.sequence == sequence)).scalar()


def page(
    connection: Connection, before: int | None, limit: int, kinds: Sequence[str] = (), actor: str = ""
) -> list[Entry]:
    """Read entries, the newest first, those before the one numbered `before` where it is given."""
    query = select(audit_log).order_by(audit_log.c.sequence.desc()).limit(limit)
    if before is not None:
        query = query.where(audit_log.c.sequence < before)
    if kinds:
        query = query.where(audit_log.c.kind.in_(kinds))
    if actor:
        query = query.where(audit_log.c.actor == actor)
    return [_read(row) for row in connection.execute(query)]


def broken_at(connection: Connection) -> int | None:
    """Go through the whole chain and give the number of the first entry that does not fit, or None."""
    expected, previous = 1, START
    for entry in _every(connection):
        if entry.sequence != expected or entry.previous != previous or entry.sha256 != _hash_of(entry):
            return expected
        expected, previous = expected + 1, entry.sha256
    return None


def _every(connection: Connection) -> Iterator[Entry]:
    query = select(audit_log).order_by(audit_log.c.sequence)
    for row in connection.execution_options(yield_per=1_000).execute(query):
        yield _read(row)


def _hash_of(entry: Entry) -> str:
    return _hash(entry.sequence, entry.at, entry.actor, entry.kind, entry.subject, entry.details, entry.previous)


def _hash(sequence: int, at: datetime, actor: str, kind: str, subject: str, details: str, previous: str) -> str:
    told = [sequence, at.isoformat(timespec="microseconds"), actor, kind, subject, details, previous]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _read(row: Any) -> Entry:
    values = {name: getattr(row, name) for name in Entry.__slots__ if name != "details"}
    return Entry(**values, details=json.dumps(row.details, ensure_ascii=False, sort_keys=True))
