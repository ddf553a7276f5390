"""Items (承办件): added, claimed under a lease, and moved from state to state; none is ever deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from nlp.domain import ItemState, QueueItem, ResultGrade, Role, Satisfaction
from service.errors import Conflict, NotFound
from service.store import item_tallies, rows
from service.store.tables import items

UNKNOWN = "没有找到这个承办件，请核对编号"
_NAMES = tuple(field.name for field in fields(QueueItem))
_KINDS: dict[str, Callable[[str], Any]] = {
    "role": Role,
    "state": ItemState,
    "grade": ResultGrade,
    "satisfaction": Satisfaction,
}


def add(connection: Connection, added: Sequence[QueueItem]) -> None:
    """Add items. A second open lead, or a second open item of a department, raises sqlalchemy.exc.IntegrityError."""
    let_go = {item.submission_id for item in added if item.signed_at is not None}
    with item_tallies.counted_again(connection, sorted(let_go)):
        rows.add(connection, items, [_values(item) for item in added])


def get(connection: Connection, item_id: str) -> QueueItem:
    """Read one item.

    Raises:
        NotFound: there is none.
    """
    return _one(connection, item_id, locked=False)


def lock(connection: Connection, item_id: str) -> QueueItem:
    """Read one item and hold it until the transaction ends; its submission is locked before it.

    Raises:
        NotFound: there is none.
    """
    return _one(connection, item_id, locked=True)


def of_submission(connection: Connection, submission_id: str) -> list[QueueItem]:
    """Read every item of a submission, the oldest first."""
    query = select(items).where(items.c.submission_id == submission_id).order_by(items.c.id)
    return [read_item(row) for row in connection.execute(query)]


def of_many(connection: Connection, ids: Sequence[str]) -> list[QueueItem]:
    """Read every item of submissions, the oldest first."""
    query = select(items).where(items.c.submission_id.in_(ids)).order_by(items.c.id)
    return [read_item(row) for row in connection.execute(query)]


def next_due(connection: Connection, submission_ids: Sequence[str]) -> dict[str, datetime]:
    """Read when the first of the open items of submissions is due; those without a due date are left out."""
    closed = [state.value for state in ItemState if not state.open]
    first = func.min(items.c.due_at).label("first")
    query = select(items.c.submission_id, first).where(
        items.c.submission_id.in_(submission_ids), items.c.state.not_in(closed), items.c.due_at.is_not(None)
    )
    return {row.submission_id: row.first for row in connection.execute(query.group_by(items.c.submission_id))}


def save(connection: Connection, after: QueueItem) -> None:
    """Write an item whose version is one above the version that is kept.

    Raises:
        Conflict: somebody was faster.
    """
    same = and_(items.c.id == after.id, items.c.version == after.version - 1)
    with item_tallies.counted_again(connection, [after.submission_id]):
        written = connection.execute(update(items).where(same).values(**_values(after)))
    if written.rowcount != 1:
        raise Conflict("该承办件刚刚被他人更改，请刷新后再办")


def claim(
    connection: Connection, department: str, limit: int, token: str, now: datetime, until: datetime
) -> list[QueueItem]:
    """Lease the oldest items that wait for a department and are under no lease that still runs.

    One statement: two callers never get the same item, and on PostgreSQL neither waits for the other.

    Args:
        connection: a writing transaction.
        department: its id.
        limit: most items to lease.
        token: names the lease, for every item that it holds.
        now: leases that end at or before this moment are over.
        until: end of the new lease.

    Returns:
        The leased items, the oldest first.
    """
    free = (
        select(items.c.id)
        .where(
            items.c.department == department,
            items.c.state == ItemState.QUEUED.value,
            or_(items.c.leased_until.is_(None), items.c.leased_until <= now),
        )
        .order_by(items.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
        .cte("free")
    )
    leased = connection.execute(
        update(items)
        .where(items.c.id.in_(select(free.c.id)))
        .values(lease_token=token, leased_until=until, version=items.c.version + 1)
        .returning(items)
    )
    return sorted((read_item(row) for row in leased), key=lambda item: item.id)


def read_item(row: Any) -> QueueItem:
    """Read the item of a row that has the columns of `items`."""
    values = {name: getattr(row, name) for name in _NAMES}
    kept = {name: kind(values[name]) for name, kind in _KINDS.items() if values[name] is not None}
    return QueueItem(**{**values, **kept})


def _one(connection: Connection, item_id: str, *, locked: bool) -> QueueItem:
    query = select(items).where(items.c.id == item_id)
    if locked:
        query = query.with_for_update(key_share=True)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(UNKNOWN)
    return read_item(row)


def _values(item: QueueItem) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in _NAMES}
    return {**values, **{name: values[name].value for name in _KINDS if values[name] is not None}}
