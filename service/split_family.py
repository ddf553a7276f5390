"""Reading what a submission was split into, and what it was split out of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from service.errors import NotFound
from service.store import splits, submissions
from service.store.engine import Store
from service.store.records import Registered


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The submission that one came out of, and those that were made out of it; restricted ones are left out."""

    parent: Registered | None
    children: tuple[Registered, ...]


def family(store: Store, submission_id: str) -> Family:
    """Read the family of a submission; nothing where it was never split."""
    with store.read() as connection:
        link = splits.of_child(connection, submission_id)
        parent = _readable(connection, link.parent_id) if link is not None and link.undone_at is None else None
        children = [_readable(connection, one.child_id) for one in splits.standing(connection, submission_id)]
    return Family(parent=parent, children=tuple(one for one in children if one is not None))


def _readable(connection: Connection, submission_id: str) -> Registered | None:
    try:
        return submissions.get(connection, submission_id)
    except NotFound:
        return None
