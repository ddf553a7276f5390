"""What people keep for themselves: the columns of their lists, and filters under a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from service.errors import Conflict, NotFound
from service.store.list_tables import preferences, saved_views
from service.store.upsert import insert_for


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A filter under a name; `query` is the part of the address behind the question mark. Shared: the office sees it."""

    id: str
    person: str
    name: str
    query: str
    shared: bool
    saved_at: datetime


def preferred(connection: Connection, person: str, name: str) -> list[str] | None:
    """Read what a person prefers, or None."""
    query = select(preferences.c.value).where(preferences.c.person == person, preferences.c.name == name)
    row = connection.execute(query).first()
    return None if row is None else list(row.value)


def prefer(connection: Connection, person: str, name: str, value: Sequence[str]) -> None:
    """Keep what a person prefers."""
    statement = insert_for(connection, preferences).values(person=person, name=name, value=list(value))
    connection.execute(
        statement.on_conflict_do_update(index_elements=["person", "name"], set_={"value": statement.excluded.value})
    )


def seen_by(connection: Connection, person: str) -> list[SavedView]:
    """Read a person's own views and those shared with the office, by name."""
    query = select(saved_views).where(or_(saved_views.c.person == person, saved_views.c.shared))
    return [SavedView(**row._mapping) for row in connection.execute(query.order_by(saved_views.c.name))]


def save(connection: Connection, view: SavedView) -> None:
    """Keep a view; one of the same person and name is replaced."""
    mine = (saved_views.c.person == view.person) & (saved_views.c.name == view.name)
    values = {"query": view.query, "shared": view.shared, "saved_at": view.saved_at}
    if connection.execute(update(saved_views).where(mine).values(**values)).rowcount == 0:
        connection.execute(insert(saved_views).values(**asdict(view)))


def remove(connection: Connection, view_id: str, person: str) -> None:
    """Drop a person's own view.

    Raises:
        NotFound: there is none of that id.
        Conflict: it is somebody else's.
    """
    owner = connection.execute(select(saved_views.c.person).where(saved_views.c.id == view_id)).scalar()
    if owner is None:
        raise NotFound("没有找到这个视图，可能已被删除")
    if owner != person:
        raise Conflict("这个视图是他人共享的，只有保存的人可以删除")
    connection.execute(delete(saved_views).where(saved_views.c.id == view_id))
