"""Reading past submissions for what is like them: ids and texts, never of what is restricted."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from nlp.domain import EventKind, Stage, Writing
from service.store.tables import events, submissions

_LATE_MILLISECONDS = 5_000
_FEW = 200
_LATE_EVENTS = 1_000


def ids_after(connection: Connection, last: str) -> list[str]:
    """Read the ids of what was registered after a submission, the oldest first, and a few from just before it.

    Ids begin with their moment, so that one that was committed late by another process is not passed over.
    """
    table = submissions.c
    query = select(table.id).where(~table.restricted).order_by(table.id)
    late = query.where(table.id > _a_little_before(last), table.id <= last)
    late = late.order_by(None).order_by(table.id.desc()).limit(_FEW)
    found = [*connection.execute(late).scalars(), *connection.execute(query.where(table.id > last)).scalars()]
    return sorted(found)


def texts_from(connection: Connection, first: str) -> list[tuple[str, Writing]]:
    """Read ids and texts from a submission on, the oldest first."""
    table = submissions.c
    query = select(table.id, table.title, table.text).where(~table.restricted, table.id >= first)
    rows = connection.execute(query.order_by(table.id))
    return [(row.id, Writing(title=row.title, text=row.text)) for row in rows]


def texts_of(connection: Connection, ids: Collection[str]) -> list[tuple[str, Writing]]:
    """Read ids and texts of some submissions."""
    table = submissions.c
    rows = connection.execute(select(table.id, table.title, table.text).where(~table.restricted, table.id.in_(ids)))
    return [(row.id, Writing(title=row.title, text=row.text)) for row in rows]


def amended_after(connection: Connection, sequence: int) -> dict[int, str]:
    """Read which submissions were put right by events behind a number, and by events a little before it.

    Numbers are given before they are committed, so that one from another process may come late.
    """
    wanted = (events.c.kind == EventKind.AMENDED.value, events.c.sequence > sequence - _LATE_EVENTS)
    rows = connection.execute(select(events.c.sequence, events.c.submission_id).where(*wanted))
    return {row.sequence: row.submission_id for row in rows}


def last_event(connection: Connection) -> int:
    """Read the number of the last event; 0 where there is none."""
    return int(connection.execute(select(func.max(events.c.sequence))).scalar() or 0)


def themes_of(connection: Connection, ids: Collection[str]) -> dict[str, str | None]:
    """Read the themes of those of some submissions that may be named: not what is restricted, split or void."""
    table = submissions.c
    hidden = [Stage.SPLIT.value, Stage.VOID.value, Stage.RESTRICTED.value]
    query = select(table.id, table.theme).where(~table.restricted, table.id.in_(ids), table.stage.not_in(hidden))
    return {row.id: row.theme for row in connection.execute(query)}


def _a_little_before(submission_id: str) -> str:
    if not submission_id:
        return ""
    moment = max(0, int(submission_id.replace("-", "")[:12], 16) - _LATE_MILLISECONDS)
    return f"{moment:012x}"[:8] + "-" + f"{moment:012x}"[8:]


def more_than(connection: Connection, count: int) -> bool:
    """Tell whether there are more submissions than that, without counting them all."""
    query = select(submissions.c.id).where(~submissions.c.restricted).offset(count).limit(1)
    return connection.execute(query).first() is not None
