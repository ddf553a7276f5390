"""Attempts to sign in that have not succeeded, by user name and where they come from."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from service.store.people_tables import sign_in_failures
from service.store.upsert import insert_for

KEPT = timedelta(days=1)
"""How long after the last attempt the earlier ones still count."""


def count(connection: Connection, user_name: str, source: str, now: datetime) -> tuple[int, datetime | None]:
    """Tell how many attempts have failed lately, and when the last one was made."""
    table = sign_in_failures.c
    query = select(table["count"], table.last_at).where(
        table.user_name == user_name, table.source == source, table.last_at > now - KEPT
    )
    row = connection.execute(query.with_for_update()).first()
    return (0, None) if row is None else (int(row[0]), row[1])


def note(connection: Connection, user_name: str, source: str, number: int, now: datetime) -> None:
    """Note an attempt as the one with that number, and forget attempts of long ago."""
    connection.execute(delete(sign_in_failures).where(sign_in_failures.c.last_at <= now - KEPT))
    values = {"count": number, "last_at": now}
    statement = insert_for(connection, sign_in_failures).values(user_name=user_name, source=source, **values)
    keys = [sign_in_failures.c.user_name, sign_in_failures.c.source]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))


def clear(connection: Connection, user_name: str, source: str) -> None:
    """Forget the attempts: one has succeeded."""
    connection.execute(
        delete(sign_in_failures).where(sign_in_failures.c.user_name == user_name, sign_in_failures.c.source == source)
    )
