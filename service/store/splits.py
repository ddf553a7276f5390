"""Splits: which submissions were made out of one that held several matters. An undone split stays on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from service.store.review_tables import splits


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One matter taken out of a submission; `number` is the part of its 登记号 behind the parent's."""

    child_id: str
    parent_id: str
    number: int
    person: str
    made_at: datetime
    undone_at: datetime | None = None


def add(connection: Connection, made: Sequence[Split]) -> None:
    """Add splits."""
    connection.execute(insert(splits), [asdict(one) for one in made])


def last_number(connection: Connection, parent_id: str) -> int:
    """Give the highest number ever given under a parent, 0 where there is none; numbers are never used again."""
    query = select(func.coalesce(func.max(splits.c.number), 0)).where(splits.c.parent_id == parent_id)
    return int(connection.execute(query).scalar_one())


def standing(connection: Connection, parent_id: str) -> list[Split]:
    """Read the splits of a parent that hold, in the order of their numbers."""
    query = select(splits).where(splits.c.parent_id == parent_id, splits.c.undone_at.is_(None))
    return [Split(**row._mapping) for row in connection.execute(query.order_by(splits.c.number))]


def of_child(connection: Connection, child_id: str) -> Split | None:
    """Read how a submission came out of another, if it did."""
    row = connection.execute(select(splits).where(splits.c.child_id == child_id)).first()
    return None if row is None else Split(**row._mapping)


def undo(connection: Connection, parent_id: str, now: datetime) -> None:
    """Mark the splits of a parent that hold as undone."""
    connection.execute(
        update(splits).where(splits.c.parent_id == parent_id, splits.c.undone_at.is_(None)).values(undone_at=now)
    )
