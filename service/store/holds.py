"""Holds: who has which submission open for 拟办. A hold that has ended counts for nothing and is written over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from service.store.review_tables import holds
from service.store.upsert import insert_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A person has had a submission open since a moment; nobody need mind it from `until` on."""

    submission_id: str
    person: str
    since: datetime
    until: datetime


def take(connection: Connection, wanted: Hold) -> Hold:
    """Give a hold to a person, unless it is somebody else's and still runs; give back the one that stands.

    Who holds already keeps the moment since when.
    """
    statement = insert_for(connection, holds).values(
        submission_id=wanted.submission_id, person=wanted.person, since=wanted.since, until=wanted.until
    )
    ended = holds.c.until <= wanted.since
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[holds.c.submission_id],
            set_={"person": wanted.person, "since": wanted.since, "until": wanted.until},
            where=ended,
        )
    )
    connection.execute(
        holds.update()
        .where(holds.c.submission_id == wanted.submission_id, holds.c.person == wanted.person)
        .values(until=wanted.until)
    )
    standing = of(connection, wanted.submission_id, wanted.since)
    return standing or wanted


def of(connection: Connection, submission_id: str, now: datetime) -> Hold | None:
    """Read the hold of a submission that still runs."""
    row = connection.execute(select(holds).where(holds.c.submission_id == submission_id, holds.c.until > now)).first()
    return None if row is None else Hold(**row._mapping)


def release(connection: Connection, submission_id: str, person: str, now: datetime) -> None:
    """End the hold of a person, and whatever hold of the submission has ended by itself."""
    own = or_(holds.c.person == person, holds.c.until <= now)
    connection.execute(delete(holds).where(holds.c.submission_id == submission_id, own))


def release_all(connection: Connection, person: str) -> None:
    """End every hold of a person."""
    connection.execute(delete(holds).where(holds.c.person == person))
