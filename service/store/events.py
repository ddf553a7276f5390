"""Events: appended in the transaction that they tell of, read in order, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from nlp.domain import Event, EventKind
from service.store import rows
from service.store.columns import to_json
from service.store.tables import events, submissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event about to be appended. `details` are pairs of a name and a JSON value; a value of None is left out."""

    submission_id: str
    kind: EventKind
    actor: str
    at: datetime
    item_id: str | None = None
    details: tuple[tuple[str, Any], ...] = field(default=())


def append(connection: Connection, happenings: Sequence[Happening]) -> None:
    """Append events in the order given."""
    rows.add(connection, events, [_values(each) for each in happenings])


def of_submission(connection: Connection, submission_id: str) -> list[Event]:
    """Read what happened to a submission and its items, the oldest first."""
    query = select(events).where(events.c.submission_id == submission_id).order_by(events.c.sequence)
    return [_read(row) for row in connection.execute(query)]


def last_of(connection: Connection, submission_id: str, item_id: str | None = None) -> Event | None:
    """Read the last thing that happened to a submission, or to one of its items."""
    query = select(events).where(events.c.submission_id == submission_id).order_by(events.c.sequence.desc()).limit(1)
    if item_id is not None:
        query = query.where(events.c.item_id == item_id)
    row = connection.execute(query).first()
    return None if row is None else _read(row)


def of_actor(connection: Connection, actor: str, since: datetime, kinds: Sequence[EventKind]) -> list[Event]:
    """Read what somebody did from a moment on, the latest first; what has become restricted is left out."""
    query = select(events).where(
        events.c.actor == actor,
        events.c.at >= since,
        events.c.kind.in_([kind.value for kind in kinds]),
        events.c.submission_id.not_in(select(submissions.c.id).where(submissions.c.restricted)),
    )
    return [_read(row) for row in connection.execute(query.order_by(events.c.at.desc(), events.c.sequence.desc()))]


def _values(happening: Happening) -> dict[str, Any]:
    return {
        "submission_id": happening.submission_id,
        "item_id": happening.item_id,
        "kind": happening.kind.value,
        "actor": happening.actor,
        "at": happening.at,
        "payload": {name: value for name, value in happening.details if value is not None},
    }


def _read(row: Any) -> Event:
    return Event(
        sequence=row.sequence,
        submission_id=row.submission_id,
        item_id=row.item_id,
        kind=row.kind,
        actor=row.actor,
        at=row.at,
        payload=to_json(row.payload),
    )
