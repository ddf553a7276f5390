"""What people said once and imports remember: how columns are read, which theme or department an old word stands for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from service.store.import_tables import import_forms, import_values
from service.store.upsert import insert_for


def form(connection: Connection, fingerprint: str) -> Any:
    """Read how a table with these heads was read last, or None."""
    query = select(import_forms.c.plan).where(import_forms.c.fingerprint == fingerprint)
    return connection.execute(query).scalar_one_or_none()


def keep_form(connection: Connection, fingerprint: str, plan: Any, person: str, now: datetime) -> None:
    """Remember how a table with these heads is read."""
    values = {"plan": plan, "person": person, "at": now}
    statement = insert_for(connection, import_forms).values(fingerprint=fingerprint, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["fingerprint"], set_=values))


def values(connection: Connection, kind: str) -> dict[str, str]:
    """Read what the old words of a kind stand for; an empty target stands for none."""
    query = select(import_values.c.value, import_values.c.target).where(import_values.c.kind == kind)
    return {row.value: row.target for row in connection.execute(query)}


def keep_values(connection: Connection, kind: str, said: Mapping[str, str], person: str, now: datetime) -> None:
    """Remember what old words stand for."""
    for value, target in said.items():
        told = {"target": target, "person": person, "at": now}
        statement = insert_for(connection, import_values).values(kind=kind, value=value, **told)
        connection.execute(statement.on_conflict_do_update(index_elements=["kind", "value"], set_=told))
