"""Counts for reports, each of distinct submissions and by its own day. What is restricted or void is never counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Text,
    and_,
    case,
    cast,
    distinct,
    func,
    literal,
    or_,
    select,
    union_all,
)

from nlp.domain import Disposition, ItemState, Level, Outcome, Stage, Submitter, Track
from service.deadlines import BEIJING
from service.store.columns import read_submitter
from service.store.conditions import SubmissionFilter, conditions
from service.store.list_tables import same_matters
from service.store.tables import decisions, items, submissions
from service.store.upward_tables import instructions, upward_reports

_AT_ONCE = 500
_WHOLE = "whole"
_PLACES = 3
_COUNTED = and_(~submissions.c.restricted, submissions.c.stage != Stage.VOID.value)
ADOPTED = tuple(one.value for one in Outcome if one.adopted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A period: its first and its last day in Beijing, both included."""

    first: date
    last: date

    @property
    def months(self) -> list[Days]:
        """The calendar months that it touches, each no further than it goes itself."""
        found, first = [], self.first
        while first <= self.last:
            following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
            found.append(Days(first=first, last=min(self.last, following - timedelta(days=1))))
            first = following
        return found

    @property
    def begins(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time(), BEIJING)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), BEIJING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """How many submissions came in by month (such as 2026-11), theme, place, lead department and source; "" for none."""

    months: dict[str, int]
    themes: dict[str, int]
    places: dict[str, int]
    leads: dict[str, int]
    sources: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What became of items: let go, taken on, answered in the period; of the answered, on time; overdue at a moment."""

    sent: int
    accepted: int
    answered: int
    answered_with_due: int
    on_time: int
    closed: int
    overdue: int
    satisfied: dict[str, int]


def received(connection: Connection, days: Days, track: Track) -> int:
    """Count what came in."""
    query = select(func.count()).select_from(submissions).where(_received(days, track))
    return int(connection.execute(query).scalar_one())


def set_aside(connection: Connection, days: Days, track: Track) -> int:
    """Count what came in and was not adopted by the office, or given back to be supplemented, and nothing else."""
    told = cast(decisions.c.dispositions, Text)
    aside = [told.contains(f'"{one.value}"', autoescape=True) for one in (Disposition.DECLINE, Disposition.SUPPLEMENT)]
    query = (
        select(func.count())
        .select_from(submissions.join(decisions, decisions.c.submission_id == submissions.c.id))
        .where(_received(days, track), submissions.c.stage == Stage.KEPT.value, decisions.c.current, or_(*aside))
    )
    return int(connection.execute(query).scalar_one())


def repeated(connection: Connection, days: Days, track: Track) -> int:
    """Count what came in on a matter that an earlier submission was linked to (并案)."""
    linked = connection.execute(select(same_matters.c.matter, same_matters.c.submission_id)).all()
    first: dict[str, str] = {}
    for matter, own in linked:
        first[matter] = min(own, first.get(matter, own))
    later = [own for matter, own in linked if own != first[matter]]
    total = 0
    for start in range(0, len(later), _AT_ONCE):
        some = submissions.c.id.in_(later[start : start + _AT_ONCE])
        query = select(func.count()).select_from(submissions).where(some, _received(days, track))
        total += int(connection.execute(query).scalar_one())
    return total


def received_by(connection: Connection, days: Days, track: Track) -> Received:
    """Count what came in, one question for each breakdown: together they ask less than all crossings at once."""
    table = submissions.c

    def by(column: Any) -> dict[str, int]:
        value = func.coalesce(column, "")
        return _by(connection, select(value, func.count()).where(_received(days, track)).group_by(value))

    return Received(
        months=by(func.substr(table.received_day, 1, 7)),
        themes=by(table.theme),
        places=by(table.place),
        leads=by(table.lead),
        sources=by(table.source),
    )


def reported(connection: Connection, days: Days) -> dict[Level, int]:
    """Count submissions that were reported in the period, by level. One may stand under several."""
    return _levels(connection, _reports(days, upward_reports.c.reported_on))


def adopted(connection: Connection, days: Days) -> dict[Level, int]:
    """Count submissions that were taken up in the period, by level."""
    return _levels(connection, _reports(days, upward_reports.c.outcome_on), upward_reports.c.outcome.in_(ADOPTED))


def reported_any(connection: Connection, days: Days) -> int:
    """Count submissions that were reported in the period to one level or more."""
    query = select(func.count(distinct(upward_reports.c.submission_id))).select_from(upward_reports.join(submissions))
    return int(connection.execute(query.where(_reports(days, upward_reports.c.reported_on))).scalar_one())


def instructed(connection: Connection, days: Days) -> dict[Level, int]:
    """Count submissions on which a leader wrote in the period, by level."""
    table = instructions.c
    query = (
        select(table.level, func.count(distinct(table.submission_id)))
        .select_from(instructions.join(submissions))
        .where(_instructions(days))
        .group_by(table.level)
    )
    return {Level(value): int(number) for value, number in connection.execute(query)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """How many submissions were let go to a department in a period, and in each of its months, such as 2026-11."""

    whole: int
    months: dict[str, int]


def dispatched(connection: Connection, days: Days, track: Track) -> Dispatched:
    """Count submissions that were let go to a department; what was withdrawn is not counted.

    One that was let go in two months counts in both, and once in the whole.
    """
    months = [(month.first.strftime("%Y-%m"), items.c.signed_at < month.ends) for month in days.months]
    month = case(*((before, name) for name, before in months), else_="") if months else literal("")
    sent = (
        select(items.c.submission_id, month.label("month"))
        .select_from(items.join(submissions))
        .where(_sent(days), _of(track))
        .distinct()
        .cte("sent")
    )
    by_month = select(sent.c.month, func.count()).group_by(sent.c.month)
    whole = select(literal(_WHOLE), func.count(distinct(sent.c.submission_id)))
    counts = _by(connection, union_all(by_month, whole))
    return Dispatched(whole=counts.pop(_WHOLE), months=counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A matter that several submissions of a period are about (并案); the earliest of them gives number and title."""

    receipt: str
    title: str
    text: str
    count: int
    first_day: str
    last_day: str
    places: tuple[str, ...]


def matters(connection: Connection, days: Days, track: Track, least: int) -> list[Matter]:
    """List the matters of at least so many submissions that came in, the most frequent first."""
    linked = submissions.join(same_matters, same_matters.c.submission_id == submissions.c.id)
    number = func.count().label("number")
    counted = (
        select(same_matters.c.matter, number)
        .select_from(linked)
        .where(_received(days, track))
        .group_by(same_matters.c.matter)
        .having(number >= least)
    )
    return [
        _matter(connection, matter, days, track)
        for matter, _ in connection.execute(counted.order_by(number.desc(), same_matters.c.matter)).all()
    ]


def _matter(connection: Connection, matter: str, days: Days, track: Track) -> Matter:
    table = submissions.c
    query = (
        select(table.receipt, table.title, table.text, table.received_day, table.place)
        .select_from(submissions.join(same_matters, same_matters.c.submission_id == table.id))
        .where(same_matters.c.matter == matter, _received(days, track))
    )
    rows = connection.execute(query.order_by(table.received_day, table.id)).all()
    places = Counter(row.place for row in rows if row.place)
    return Matter(
        receipt=rows[0].receipt,
        title=rows[0].title,
        text=rows[0].text,
        count=len(rows),
        first_day=rows[0].received_day,
        last_day=rows[-1].received_day,
        places=tuple(name for name, _ in places.most_common(_PLACES)),
    )


def by_month(connection: Connection, days: Days) -> tuple[dict[str, int], dict[str, int]]:
    """Count by month the submissions that were reported and taken up in it."""
    found = []
    for column, more in (
        (upward_reports.c.reported_on, upward_reports.c.outcome.is_not(None)),
        (upward_reports.c.outcome_on, upward_reports.c.outcome.in_(ADOPTED)),
    ):
        month = func.substr(column, 1, 7)
        query = select(month, func.count(distinct(upward_reports.c.submission_id))).select_from(
            upward_reports.join(submissions)
        )
        found.append(_by(connection, query.where(_reports(days, column), more).group_by(month)))
    return found[0], found[1]


def handling(connection: Connection, days: Days, track: Track, now: datetime) -> Handling:
    """Count items."""
    table = items.c

    def within(column: Any) -> ColumnElement[bool]:
        return and_(column >= days.begins, column < days.ends)

    def count(condition: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    answered = within(table.answered_at)
    dates = (table.signed_at, table.accepted_at, table.answered_at, table.closed_at)
    open_states = [one.value for one in (ItemState.QUEUED, ItemState.IN_PROGRESS, ItemState.RETURN_REQUESTED)]
    overdue = and_(table.due_at < now, table.state.in_(open_states))
    counts = (
        count(within(table.signed_at)),
        count(within(table.accepted_at)),
        count(answered),
        count(and_(answered, table.due_at.is_not(None))),
        count(and_(answered, table.answered_at <= table.due_at)),
        count(and_(within(table.closed_at), table.state == ItemState.CLOSED.value)),
        count(overdue),
    )
    whose = and_(_of(track), ~submissions.c.restricted, table.state != ItemState.WITHDRAWN.value)
    touched = or_(*(within(one) for one in dates), overdue)
    row = connection.execute(select(*counts).select_from(items.join(submissions)).where(touched, whose)).one()
    rated = select(table.satisfaction, func.count()).select_from(items.join(submissions))
    told = _by(connection, rated.where(whose, table.satisfaction.is_not(None), answered).group_by(table.satisfaction))
    numbers = [int(value) for value in row]
    return Handling(
        sent=numbers[0],
        accepted=numbers[1],
        answered=numbers[2],
        answered_with_due=numbers[3],
        on_time=numbers[4],
        closed=numbers[5],
        overdue=numbers[6],
        satisfied=told,
    )


def senders(connection: Connection, days: Days) -> list[tuple[Submitter, str, int]]:
    """Count by submitter what came in (`received`), was taken up at a level, or got an instruction, in the period."""
    who = submissions.c.submitter
    kind = upward_reports.c.level
    queries = {
        "received": select(who, func.count()).where(_received(days, Track.SUBMISSION)).group_by(who),
        "instruction": select(who, func.count(distinct(submissions.c.id)))
        .select_from(instructions.join(submissions))
        .where(_instructions(days))
        .group_by(who),
    }
    found = [
        (read_submitter(row[0]), name, int(row[1]))
        for name, query in queries.items()
        for row in connection.execute(query)
    ]
    adopted_by = (
        select(who, kind, func.count())
        .select_from(upward_reports.join(submissions))
        .where(_reports(days, upward_reports.c.outcome_on), upward_reports.c.outcome.in_(ADOPTED))
        .group_by(who, kind)
    )
    for row in connection.execute(adopted_by):
        found.append((read_submitter(row[0]), row[1], int(row[2])))
    return found


def _received(days: Days, track: Track) -> ColumnElement[bool]:
    return conditions(SubmissionFilter(track=track, first_day=days.first, last_day=days.last, counted=True))


def _reports(days: Days, column: Any) -> ColumnElement[bool]:
    return and_(
        upward_reports.c.withdrawn_at.is_(None),
        column >= days.first.isoformat(),
        column <= days.last.isoformat(),
        _COUNTED,
    )


def _instructions(days: Days) -> ColumnElement[bool]:
    return and_(
        instructions.c.withdrawn_at.is_(None),
        instructions.c.given_on >= days.first.isoformat(),
        instructions.c.given_on <= days.last.isoformat(),
        _COUNTED,
    )


def _of(track: Track) -> ColumnElement[bool]:
    """Ask for a track in a form that no index serves: SQLite would begin at it, and walk every submission."""
    return func.coalesce(submissions.c.track, "") == track.value


def _sent(days: Days) -> ColumnElement[bool]:
    return and_(
        items.c.signed_at >= days.begins,
        items.c.signed_at < days.ends,
        items.c.state != ItemState.WITHDRAWN.value,
        _COUNTED,
    )


def _levels(connection: Connection, *conditions: ColumnElement[bool]) -> dict[Level, int]:
    query = (
        select(upward_reports.c.level, func.count(distinct(upward_reports.c.submission_id)))
        .select_from(upward_reports.join(submissions))
        .where(*conditions)
        .group_by(upward_reports.c.level)
    )
    return {Level(value): int(number) for value, number in connection.execute(query)}


def _by(connection: Connection, query: Executable) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}
