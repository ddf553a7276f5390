"""Reading many submissions or items at once: pages, counts, distributions. What is restricted never takes part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select

from nlp.domain import ItemState, QueueItem, Stage, Track
from service.store.queue import read_item
from service.store.records import Registered
from service.store.submissions import read_submission
from service.store.tables import items, submissions

GROUPINGS = ("month", "place", "department", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFilter:
    """Which submissions are asked for; None asks for all. Days are days in Beijing, both included."""

    stage: Stage | None = None
    theme: str | None = None
    lead: str | None = None
    source: str | None = None
    place: str | None = None
    track: Track | None = None
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Which items are asked for; None asks for all, no states for every open one.

    Due moments: `due_from` is included, `due_before` is not. `text` is looked for in 登记号, title and text.
    """

    department: str | None = None
    states: tuple[ItemState, ...] = ()
    due_from: datetime | None = None
    due_before: datetime | None = None
    supervised: bool = False
    extension_requested: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An item beside its submission."""

    item: QueueItem
    registered: Registered


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCount:
    """How many submissions of a theme (None: not decided yet) stand in a group (a month such as 2026-11, a place, …)."""

    theme: str | None
    group: str
    count: int


def page(connection: Connection, wanted: SubmissionFilter, before: str | None, limit: int) -> list[Registered]:
    """Read submissions, the newest first, those registered before the one with the id `before` where it is given."""
    query = select(submissions).where(_submissions(wanted)).order_by(submissions.c.id.desc()).limit(limit)
    if wanted.stage is None:
        query = query.where(submissions.c.stage != Stage.VOID.value)
    if before is not None:
        query = query.where(submissions.c.id < before)
    return [_registered(row) for row in connection.execute(query)]


def count(connection: Connection, wanted: SubmissionFilter) -> int:
    """Count submissions; void ones only where that stage is asked for.

    They are few, and taking them from the sum lets an index alone answer the rest.
    """
    query = select(func.count()).select_from(submissions).where(_submissions(wanted))
    total = int(connection.execute(query).scalar_one())
    if wanted.stage is not None:
        return total
    return total - int(connection.execute(query.where(submissions.c.stage == Stage.VOID.value)).scalar_one())


def stages(connection: Connection) -> dict[Stage, int]:
    """Count submissions by stage."""
    query = select(submissions.c.stage, func.count()).where(~submissions.c.restricted).group_by(submissions.c.stage)
    return {Stage(row[0]): int(row[1]) for row in connection.execute(query)}


def values(connection: Connection, column: str, limit: int = 200) -> list[str]:
    """Read the values that occur in the column `source` or `place`, the most frequent first."""
    field = submissions.c[column]
    query = select(field).where(~submissions.c.restricted, field != "").group_by(field)
    return [row[0] for row in connection.execute(query.order_by(func.count().desc(), field).limit(limit))]


def theme_counts(connection: Connection, wanted: SubmissionFilter, by: str) -> list[ThemeCount]:
    """Count submissions by theme and month, place, lead department or source.

    What was split is counted by its matters, not once more as a whole.
    """
    groups: dict[str, ColumnElement[str]] = {
        "month": func.substr(submissions.c.received_day, 1, 7),
        "place": submissions.c.place,
        "department": func.coalesce(submissions.c.lead, ""),
        "source": submissions.c.source,
    }
    group = groups[by]
    query = (
        select(submissions.c.theme, group, func.count())
        .where(_submissions(wanted))
        .group_by(submissions.c.theme, group)
    )
    aside = query.where(submissions.c.stage.in_((Stage.SPLIT.value, Stage.VOID.value)))
    fewer = {(row[0], row[1]): int(row[2]) for row in connection.execute(aside)}
    counted = [
        ThemeCount(theme=row[0], group=row[1], count=int(row[2]) - fewer.get((row[0], row[1]), 0))
        for row in connection.execute(query)
    ]
    return [one for one in counted if one.count]


def item_page(
    connection: Connection, wanted: ItemFilter, after: tuple[datetime | None, str] | None, limit: int
) -> list[ItemRow]:
    """Read items beside their submissions, by due date (those without one last), then by age."""
    query = _items(wanted).order_by(items.c.due_at.is_(None), items.c.due_at, items.c.id).limit(limit)
    if after is not None:
        due, item_id = after
        later = and_(items.c.due_at.is_(None), items.c.id > item_id)
        if due is not None:
            same = and_(items.c.due_at == due, items.c.id > item_id)
            later = or_(items.c.due_at > due, same, items.c.due_at.is_(None))
        query = query.where(later)
    rows = connection.execute(query).all()
    found = {row.id: row for row in _rows_of(connection, [row.submission_id for row in rows])}
    return [ItemRow(item=read_item(row), registered=_registered(found[row.submission_id])) for row in rows]


def item_count(connection: Connection, wanted: ItemFilter) -> int:
    """Count items."""
    return int(connection.execute(select(func.count()).select_from(_items(wanted).subquery())).scalar_one())


def queues(connection: Connection) -> dict[tuple[str, ItemState], int]:
    """Count items by department and state."""
    query = (
        select(items.c.department, items.c.state, func.count())
        .join_from(items, submissions)
        .where(~submissions.c.restricted)
        .group_by(items.c.department, items.c.state)
    )
    return {(row[0], ItemState(row[1])): int(row[2]) for row in connection.execute(query)}


def _items(wanted: ItemFilter) -> Select[Any]:
    states = wanted.states or tuple(state for state in ItemState if state.open)
    query = (
        select(items)
        .join_from(items, submissions)
        .where(~submissions.c.restricted, items.c.state.in_([state.value for state in states]))
    )
    if wanted.department is not None:
        query = query.where(items.c.department == wanted.department)
    if wanted.due_from is not None:
        query = query.where(items.c.due_at >= wanted.due_from)
    if wanted.due_before is not None:
        query = query.where(items.c.due_at < wanted.due_before)
    if wanted.supervised:
        query = query.where(items.c.supervised)
    if wanted.extension_requested:
        query = query.where(items.c.extension_requested)
    return query.where(_containing(wanted.text)) if wanted.text else query


def _rows_of(connection: Connection, ids: Sequence[str]) -> Sequence[Any]:
    return connection.execute(select(submissions).where(submissions.c.id.in_(ids))).all()


def _registered(row: Any) -> Registered:
    return Registered(submission=read_submission(row), theme=row.theme, lead=row.lead, stage=Stage(row.stage))


def _submissions(wanted: SubmissionFilter) -> ColumnElement[bool]:
    table = submissions.c
    conditions: list[ColumnElement[bool]] = [~table.restricted]
    if wanted.stage is not None:
        conditions.append(table.stage == wanted.stage.value)
    if wanted.track is not None:
        conditions.append(table.track == wanted.track.value)
    for column, value in ((table.lead, wanted.lead), (table.source, wanted.source), (table.place, wanted.place)):
        if value is not None:
            conditions.append(column == value)
    if wanted.theme is not None:
        conditions.append(table.theme == wanted.theme if wanted.theme else table.theme.is_(None))
    if wanted.first_day is not None:
        conditions.append(table.received_day >= wanted.first_day.isoformat())
    if wanted.last_day is not None:
        conditions.append(table.received_day <= wanted.last_day.isoformat())
    if wanted.text:
        conditions.append(_containing(wanted.text))
    return and_(*conditions)


def _containing(text: str) -> ColumnElement[bool]:
    if "\x00" in text:
        return false()
    parts = (column.contains(text, autoescape=True) for column in (submissions.c.title, submissions.c.text))
    return or_(submissions.c.receipt.contains(text, autoescape=True), *parts)
