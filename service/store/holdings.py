"""Who has which item open, as kept; whether it still counts is told in `service.holding`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from service.store.ledger_tables import holdings
from service.store.upsert import insert_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A person who opened an item: on which side of it, in which version, when."""

    item_id: str
    side: str
    person: str
    version: int
    opened_at: datetime


def put(connection: Connection, holding: Holding) -> None:
    """Keep who has an item open on a side, in the place of who had it."""
    values = asdict(holding)
    statement = insert_for(connection, holdings).values(**values)
    changed = {name: values[name] for name in ("person", "version", "opened_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["item_id", "side"], set_=changed))


def of_items(connection: Connection, item_ids: Sequence[str], side: str) -> dict[str, Holding]:
    """Read who has items open on a side, by item."""
    query = select(holdings).where(holdings.c.item_id.in_(item_ids), holdings.c.side == side)
    return {row.item_id: Holding(**row._mapping) for row in connection.execute(query)}
