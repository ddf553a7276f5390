"""Items in a colleague's hands: leased by a program, or opened a short while ago by another person of the same side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from nlp.domain import QueueItem
from service.store import holdings
from service.store.engine import Store
from service.store.holdings import Holding

LASTS = timedelta(minutes=15)
"""How long somebody who opened an item is taken to work on it, unless a step is taken on it before."""


def open_item(store: Store, item: QueueItem, side: str, person: str, now: datetime) -> Holding | None:
    """Give the colleague who has an item open; where nobody has, remember that `person` has it now.

    Args:
        store: where it is kept.
        item: the item that is opened.
        side: the id of the unit, or empty for the desk.
        person: who opens it.
        now: the moment.
    """
    with store.write() as connection:
        held = holdings.of_items(connection, [item.id], side).get(item.id)
        if held is not None and held.person != person and counts(held, item, now):
            return held
        if item.state.open:
            fresh = Holding(item_id=item.id, side=side, person=person, version=item.version, opened_at=now)
            holdings.put(connection, fresh)
    return None


def colleagues(store: Store, items: Sequence[QueueItem], side: str, person: str, now: datetime) -> dict[str, Holding]:
    """Tell which items other persons of a side have open, by item."""
    with store.read() as connection:
        held = holdings.of_items(connection, [item.id for item in items], side)
    return {
        item.id: held[item.id]
        for item in items
        if item.id in held and held[item.id].person != person and counts(held[item.id], item, now)
    }


def counts(holding: Holding, item: QueueItem, now: datetime) -> bool:
    """Tell whether somebody is still taken to work on an item."""
    return holding.version == item.version and now - holding.opened_at < LASTS
