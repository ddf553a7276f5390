"""Which submissions are asked for, and in which order: the filters that lists, counts and figures share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, tuple_

from nlp.domain import EventKind, ItemState, Labelled, Stage, Track, Urgency
from service.store.list_tables import same_matters, submission_marks
from service.store.tables import OPEN_ITEM, events, items, submissions


class Mark(Labelled):
    """标记 that a person puts on a submission."""

    KEY = "key", "重点件"
    REVISIT = "revisit", "回头看"


class Wait(Labelled):
    """What a submission waits for, told from its items."""

    SIGN = "sign", "待签发"
    RETURN = "return", "申请退回待定"
    EXTENSION = "extension", "申请延期待定"
    ANSWER = "answer", "办理结果待审核"
    OVERDUE = "overdue", "已超期"
    SOON = "soon", "将到期"


class Order(StrEnum):
    """Order of a list; within a day the later registered comes first, or last where the order is reversed."""

    RECEIVED = "received"
    RECEIVED_FIRST = "received_first"
    REGISTERED = "registered"
    REGISTERED_FIRST = "registered_first"

    @property
    def falling(self) -> bool:
        """Whether the newest come first."""
        return self in (Order.RECEIVED, Order.REGISTERED)

    @property
    def by_day(self) -> bool:
        """Whether the day of receipt comes before the moment of registration."""
        return self in (Order.RECEIVED, Order.RECEIVED_FIRST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is waited for at a moment; until `soon` an item counts as due soon."""

    kind: Wait
    now: datetime
    soon: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something that happened since a moment."""

    kind: EventKind
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFilter:
    """Which submissions are asked for; None asks for all. Days are days in Beijing, both included.

    An empty theme, lead or place asks for those that have none.

    Void ones are asked for by their stage alone. `counted` leaves out what figures leave out: what was split, which is
    counted by its matters. `decided` asks for what a person has decided or signed, `adopted` whether the suggestion
    was then taken as it was. `matter` names a same matter.
    """

    stage: Stage | None = None
    theme: str | None = None
    lead: str | None = None
    source: str | None = None
    place: str | None = None
    track: Track | None = None
    urgency: Urgency | None = None
    first_day: date | None = None
    last_day: date | None = None
    adopted: bool | None = None
    counted: bool = False
    decided: bool = False
    mark: Mark | None = None
    matter: str | None = None
    waiting: Waiting | None = None
    happened: Happened | None = None
    text: str = ""

    @property
    def only_days(self) -> bool:
        """Whether nothing but days and a track is asked for."""
        rest = replace(self, first_day=None, last_day=None, track=None, counted=False, decided=False)
        return rest == SubmissionFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page of a list ends: day of receipt and id of its last submission."""

    day: str
    id: str


_OPEN = [state.value for state in (ItemState.QUEUED, ItemState.IN_PROGRESS, ItemState.RETURN_REQUESTED)]


def conditions(wanted: SubmissionFilter) -> ColumnElement[bool]:
    """Write everything but the text as SQL; what is restricted never takes part."""
    table = submissions.c
    found: list[ColumnElement[bool]] = [~table.restricted]
    equal = {
        table.stage: wanted.stage and wanted.stage.value,
        table.track: wanted.track and wanted.track.value,
        table.urgency: wanted.urgency and wanted.urgency.value,
        table.lead: wanted.lead or None,
        table.source: wanted.source,
        table.place: wanted.place,
        table.adopted: wanted.adopted,
        table.theme: wanted.theme or None,
    }
    found += [column == value for column, value in equal.items() if value is not None]
    found += [
        column.is_(None) for column, asked in ((table.theme, wanted.theme), (table.lead, wanted.lead)) if asked == ""
    ]
    if wanted.stage is None:
        found.append(table.stage != Stage.VOID.value)
    if wanted.decided:
        found.append(table.adopted.is_not(None))
    if wanted.counted:
        found.append(table.stage != Stage.SPLIT.value)
    if wanted.first_day is not None:
        found.append(table.received_day >= wanted.first_day.isoformat())
    if wanted.last_day is not None:
        found.append(table.received_day <= wanted.last_day.isoformat())
    return and_(*found, *_beside(wanted))


def _beside(wanted: SubmissionFilter) -> list[ColumnElement[bool]]:
    """Write what other tables tell of a submission."""
    found: list[ColumnElement[bool]] = []
    if wanted.mark is not None:
        marked = select(submission_marks.c.submission_id).where(submission_marks.c.mark == wanted.mark.value)
        found.append(submissions.c.id.in_(marked))
    if wanted.matter is not None:
        linked = select(same_matters.c.submission_id).where(same_matters.c.matter == wanted.matter)
        found.append(submissions.c.id.in_(linked))
    if wanted.waiting is not None:
        found.append(submissions.c.id.in_(select(items.c.submission_id).where(_waiting(wanted.waiting))))
    if wanted.happened is not None:
        told = and_(events.c.kind == wanted.happened.kind.value, events.c.at >= wanted.happened.since)
        found.append(submissions.c.id.in_(select(events.c.submission_id).where(told)))
    return found


def _waiting(wanted: Waiting) -> ColumnElement[bool]:
    state, due = items.c.state, items.c.due_at
    by_state = {
        Wait.SIGN: ItemState.AWAITING_SIGNATURE,
        Wait.RETURN: ItemState.RETURN_REQUESTED,
        Wait.ANSWER: ItemState.ANSWERED,
    }
    if wanted.kind in by_state:
        return state == by_state[wanted.kind].value
    if wanted.kind is Wait.EXTENSION:
        return and_(items.c.extension_requested, state.in_(_OPEN))
    if wanted.kind is Wait.OVERDUE:
        return and_(due < wanted.now, state.in_(_OPEN), OPEN_ITEM)
    return and_(due >= wanted.now, due <= wanted.soon, state.in_(_OPEN), OPEN_ITEM)


def ordered(query: Select[Any], order: Order, after: Place | None) -> Select[Any]:
    """Put submissions in order, those behind a place where one is given."""
    table = submissions.c
    columns = [table.received_day, table.id] if order.by_day else [table.id]
    if after is not None:
        bound = (after.day, after.id) if order.by_day else (after.id,)
        here = tuple_(*columns)
        query = query.where(here < bound if order.falling else here > bound)
    return query.order_by(*(column.desc() if order.falling else column for column in columns))
