"""Drafts: what a person has typed into a form and not sent, kept as typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from service.store.review_tables import drafts
from service.store.upsert import insert_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft of a form; `key` tells the drafts of one person apart, `content` is each field's name and text."""

    person: str
    form: str
    key: str
    content: Mapping[str, str]
    saved_at: datetime


def put(connection: Connection, draft: Draft) -> None:
    """Keep a draft in the place of the one with the same key."""
    values = {"content": dict(draft.content), "saved_at": draft.saved_at}
    statement = insert_for(connection, drafts).values(person=draft.person, form=draft.form, key=draft.key, **values)
    keys = [drafts.c.person, drafts.c.form, drafts.c.key]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))


def of_person(connection: Connection, person: str, form: str) -> list[Draft]:
    """Read a person's drafts of a form, the latest first."""
    query = select(drafts).where(drafts.c.person == person, drafts.c.form == form)
    rows = connection.execute(query.order_by(drafts.c.saved_at.desc(), drafts.c.key))
    return [Draft(**row._mapping) for row in rows]


def remove(connection: Connection, person: str, form: str, key: str) -> None:
    """Throw a draft away."""
    connection.execute(delete(drafts).where(drafts.c.person == person, drafts.c.form == form, drafts.c.key == key))
