"""Keeping columns and filters: each person their own, a filter shared with the office where they want it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.errors import Invalid
from service.ids import new_id
from service.limits import check_name, is_blank
from service.store import views
from service.store.engine import Store
from service.store.views import SavedView

NAME_LENGTH = 30
QUERY_LENGTH = 2_000
COLUMNS = "columns"


def columns_of(store: Store, person: str) -> list[str] | None:
    """Read the columns that a person chose, or None."""
    with store.read() as connection:
        return views.preferred(connection, person, COLUMNS)


def choose_columns(store: Store, person: str, columns: Sequence[str]) -> None:
    """Keep the columns that a person chose."""
    with store.write() as connection:
        views.prefer(connection, person, COLUMNS, columns)


def views_of(store: Store, person: str) -> list[SavedView]:
    """Read a person's own views and those shared with the office."""
    with store.read() as connection:
        return views.seen_by(connection, person)


def save_view(store: Store, person: str, name: str, query: str, shared: bool, now: datetime) -> SavedView:
    """Keep a filter under a name; the same name again replaces it.

    Raises:
        Invalid: no name, or name or filter too long.
    """
    check_name(name, "name", NAME_LENGTH)
    if is_blank(name):
        raise Invalid("请给视图起个名字，如“上桥镇待拟办”", field="name", code="E_EMPTY")
    check_name(query, "query", QUERY_LENGTH)
    view = SavedView(id=new_id(now), person=person, name=name.strip(), query=query, shared=shared, saved_at=now)
    with store.write() as connection:
        views.save(connection, view)
    return view


def drop_view(store: Store, view_id: str, person: str) -> None:
    """Drop a person's own view.

    Raises:
        NotFound: there is none.
        Conflict: it is somebody else's.
    """
    with store.write() as connection:
        views.remove(connection, view_id, person)
