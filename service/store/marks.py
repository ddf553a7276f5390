"""Marks on submissions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from service.store.conditions import Mark
from service.store.list_tables import submission_marks
from service.store.upsert import insert_for


def add(connection: Connection, submission_id: str, mark: Mark, person: str, now: datetime) -> bool:
    """Put a mark on a submission; tell whether it was not there before."""
    values = {"submission_id": submission_id, "mark": mark.value, "person": person, "at": now}
    statement = insert_for(connection, submission_marks).values(**values).on_conflict_do_nothing()
    return connection.execute(statement.returning(submission_marks.c.mark)).first() is not None


def remove(connection: Connection, submission_id: str, mark: Mark) -> bool:
    """Take a mark off a submission; tell whether it was there."""
    table = submission_marks.c
    chosen = (table.submission_id == submission_id) & (table.mark == mark.value)
    return connection.execute(delete(submission_marks).where(chosen)).rowcount == 1


def of(connection: Connection, submission_ids: Sequence[str]) -> dict[str, list[Mark]]:
    """Read the marks of submissions; those without any are left out."""
    table = submission_marks.c
    query = select(table.submission_id, table.mark).where(table.submission_id.in_(submission_ids))
    found: dict[str, list[Mark]] = defaultdict(list)
    for row in connection.execute(query.order_by(table.mark)):
        found[row.submission_id].append(Mark(row.mark))
    return dict(found)
