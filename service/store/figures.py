"""Counts for reports, each of distinct submissions and by its own day. What is restricted or void is never counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    case,
    cast,
    distinct,
    func,
    or_,
    select,
)

from nlp.domain import Disposition, ItemState, Level, Outcome, Stage, Submitter, Track
from service.deadlines import BEIJING
from service.store import item_tallies, tallies
from service.store.columns import read_submitter
from service.store.conditions import SubmissionFilter, conditions
from service.store.list_tables import same_matters
from service.store.tables import OPEN_ITEM, decisions, items, submissions
from service.store.upward_tables import instructions, upward_reports

_AT_ONCE = 500
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
    return sum(number for _, _, number in tallies.sums(connection, "department", days.first, days.last, track=track))


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


def received_by(connection: Connection, days: Days, track: Track) -> Received:
    """Count what came in, each way that reports tell it."""

    def told(kind: str, *, by_month: bool = False) -> list[tuple[str, str, int]]:
        return tallies.sums(connection, kind, days.first, days.last, by_month=by_month, track=track)

    by_lead = told("department")
    return Received(
        months=_added((month, number) for _, month, number in told("department", by_month=True)),
        themes=_added((theme, number) for theme, _, number in by_lead),
        places=_added((place, number) for _, place, number in told("place")),
        leads=_added((lead, number) for _, lead, number in by_lead),
        sources=_added((source, number) for _, source, number in told("source")),
    )


def _added(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for name, number in counts:
        found[name] += number
    return dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class WentUp:
    """How many submissions went up, or were taken up there: in all, by month such as 2026-11, by level.

    One may stand under several levels and in several months.
    """

    whole: int
    months: dict[str, int]
    levels: dict[Level, int]


def went_up(connection: Connection, days: Days) -> tuple[WentUp, WentUp]:
    """Count submissions that were reported in the period, and those that were taken up in it."""
    table = upward_reports.c
    return (
        _went_up(connection, days, table.reported_on),
        _went_up(connection, days, table.outcome_on, table.outcome.in_(ADOPTED)),
    )


def _went_up(connection: Connection, days: Days, day: Any, *conditions: ColumnElement[bool]) -> WentUp:
    level, month = upward_reports.c.level, func.substr(day, 1, 7)
    ids = func.aggregate_strings(upward_reports.c.submission_id, ",")
    within = day.between(days.first.isoformat(), days.last.isoformat())
    query = select(level, month, ids).where(within, *conditions, _standing()).group_by(level, month)
    levels: dict[str, set[str]] = defaultdict(set)
    months: dict[str, set[str]] = defaultdict(set)
    for one, own, told in connection.execute(query):
        for found in (levels[one], months[own]):
            found.update(told.split(","))
    return WentUp(
        whole=len(set().union(*levels.values())),
        months={name: len(found) for name, found in months.items()},
        levels={Level(name): len(found) for name, found in levels.items()},
    )


def _standing() -> ColumnElement[bool]:
    """Ask for reports that stand, of submissions that count: those that do not are few, and all others are not read."""
    restricted = select(submissions.c.id).where(submissions.c.restricted)
    void = select(submissions.c.id).where(submissions.c.stage == Stage.VOID.value)
    return and_(
        upward_reports.c.withdrawn_at.is_(None),
        upward_reports.c.submission_id.not_in(restricted),
        upward_reports.c.submission_id.not_in(void),
    )


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
    whole, months = item_tallies.let_go(connection, days.first, days.last, track)
    return Dispatched(whole=whole, months=months)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What came in on the same matters (并案): `repeated` counts what came in on one that had been sent in before."""

    repeated: int
    matters: tuple[Matter, ...]


def linked(connection: Connection, days: Days, track: Track, least: int, most: int) -> Linked:
    """Count what repeats a matter, and list the matters of at least so many submissions, the most frequent first.

    Databases begin at what is linked, which is little, whatever is asked of the submissions.

    Args:
        connection: to the database.
        days: on which the submissions came in that count; what they repeat may be earlier, or of the other track.
        track: of the submissions.
        least: how many of them a matter must have to be listed.
        most: how many matters are listed.
    """
    table, matter = submissions.c, same_matters.c.matter
    both = same_matters.outerjoin(submissions, submissions.c.id == same_matters.c.submission_id)
    day = case((_received(days, track), table.received_day)).label("day")
    query = select(matter, same_matters.c.submission_id.label("id"), day, table.place).select_from(both)
    first: dict[str, str] = {}
    members: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        first[row.matter] = min(row.id, first.get(row.matter, row.id))
        if row.day is not None:
            members[row.matter].append(row)
    found = {name: sorted(told, key=lambda row: (row.day, row.id)) for name, told in members.items()}
    in_order = sorted((name for name in found if len(found[name]) >= least), key=lambda name: (-len(found[name]), name))
    titled = _titled(connection, [found[name][0].id for name in in_order[:most]])
    return Linked(
        repeated=sum(row.id != first[name] for name, told in found.items() for row in told),
        matters=tuple(_matter(found[name], titled[found[name][0].id]) for name in in_order[:most]),
    )


def _titled(connection: Connection, ids: Sequence[str]) -> dict[str, Any]:
    table = submissions.c
    found: dict[str, Any] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = select(table.id, table.receipt, table.title, table.text)
        found |= {row.id: row for row in connection.execute(some.where(table.id.in_(ids[start : start + _AT_ONCE])))}
    return found


def _matter(rows: Sequence[Any], first: Any) -> Matter:
    places = Counter(row.place for row in rows if row.place)
    return Matter(
        receipt=first.receipt,
        title=first.title,
        text=first.text,
        count=len(rows),
        first_day=rows[0].day,
        last_day=rows[-1].day,
        places=tuple(name for name, _ in places.most_common(_PLACES)),
    )


def handling(connection: Connection, days: Days, track: Track, now: datetime) -> Handling:
    """Count items."""
    done = item_tallies.sums(connection, days.first, days.last, track)
    answered = Counter({value: number for (kind, value), number in done.items() if kind == "answered"})
    return Handling(
        sent=done.get(("sent", ""), 0),
        accepted=done.get(("accepted", ""), 0),
        answered=answered.total(),
        answered_with_due=answered[item_tallies.ON_TIME] + answered[item_tallies.LATE],
        on_time=answered[item_tallies.ON_TIME],
        closed=done.get(("closed", ""), 0),
        overdue=_overdue(connection, track, now),
        satisfied={value: number for (kind, value), number in done.items() if kind == "satisfied" and number},
    )


def _overdue(connection: Connection, track: Track, now: datetime) -> int:
    open_states = [one.value for one in (ItemState.QUEUED, ItemState.IN_PROGRESS, ItemState.RETURN_REQUESTED)]
    late = and_(items.c.due_at < now, items.c.state.in_(open_states), OPEN_ITEM)
    query = select(func.count()).select_from(items.join(submissions)).where(late, item_tallies.COUNTED, _of(track))
    return int(connection.execute(query).scalar_one())


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
