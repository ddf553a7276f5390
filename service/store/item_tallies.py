"""Tallies of items (承办件): how many were let go, taken on, answered, rated, closed on a day in Beijing.

They stand beside the tallies of submissions and are kept like them. What was withdrawn, and all items of a submission
that is restricted or void, are never in them.

`let_go` counts submissions instead of items: once on each day on which an item of theirs was let go, under the day before
that on which one was (nothing: the first). A submission that was let go several times within some days then counts once
in them where only those are summed of which the earlier day is before the first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, select

from nlp.domain import ItemState, Stage, Track
from service.deadlines import local_day
from service.store import tallies
from service.store.list_tables import tallies as table
from service.store.tables import items, submissions
from service.store.tallies import Key

LET_GO = "let_go"
NO_DUE, ON_TIME, LATE = "no_due", "on_time", "late"
"""Values of the kind `answered`."""
_DAY = "day"
_READ = (
    items.c.submission_id,
    submissions.c.track,
    items.c.state,
    items.c.signed_at,
    items.c.accepted_at,
    items.c.answered_at,
    items.c.closed_at,
    items.c.due_at,
    items.c.satisfaction,
)
COUNTED = and_(
    ~submissions.c.restricted, submissions.c.stage != Stage.VOID.value, items.c.state != ItemState.WITHDRAWN.value
)


@contextmanager
def counted_again(connection: Connection, submission_ids: Sequence[str]) -> Iterator[None]:
    """Change items of submissions, or whether their items count, within; the tallies follow at the end."""
    if not submission_ids:
        yield
        return
    before = _of(connection, submission_ids)
    yield
    after = _of(connection, submission_ids)
    after.subtract(before)
    tallies.add(connection, after)


def _of(connection: Connection, submission_ids: Sequence[str]) -> Counter[Key]:
    query = select(*_READ).select_from(items.join(submissions))
    return recounted(connection.execute(query.where(items.c.submission_id.in_(submission_ids), COUNTED)))


def recounted(found: Iterable[Row[Any]]) -> Counter[Key]:
    """Count items that count, all those of each submission; they have the columns that `every` reads."""
    counts: Counter[Key] = Counter()
    let_go: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in found:
        if row.signed_at is not None:
            let_go[row.track, row.submission_id].add(_day(row.signed_at))
        counts.update((_DAY, kind, _day(moment), row.track, value, "") for kind, moment, value in _dated(row))
    for (track, _), days in let_go.items():
        in_order = sorted(days)
        counts.update((_DAY, LET_GO, day, track, before, "") for before, day in pairwise(["", *in_order]))
    return counts


def every(connection: Connection) -> Counter[Key]:
    """Count all items anew: what the tallies should say."""
    return recounted(connection.execute(select(*_READ).select_from(items.join(submissions)).where(COUNTED)))


def _day(moment: datetime) -> str:
    return local_day(moment).isoformat()


def _dated(row: Row[Any]) -> Iterator[tuple[str, datetime, str]]:
    if row.signed_at is not None:
        yield "sent", row.signed_at, ""
    if row.accepted_at is not None:
        yield "accepted", row.accepted_at, ""
    if row.answered_at is not None:
        on_time = NO_DUE if row.due_at is None else ON_TIME if row.answered_at <= row.due_at else LATE
        yield "answered", row.answered_at, on_time
        if row.satisfaction is not None:
            yield "satisfied", row.answered_at, row.satisfaction
    if row.closed_at is not None and row.state == ItemState.CLOSED.value:
        yield "closed", row.closed_at, ""


def sums(connection: Connection, first: date, last: date, track: Track) -> dict[tuple[str, str], int]:
    """Sum by kind and value what was done on the days from one to another, both included, to items of a track."""
    number = func.sum(table.c.number)
    kinds = table.c.kind.in_(("sent", "accepted", "answered", "satisfied", "closed"))
    query = select(table.c.kind, table.c.value, number).where(kinds, _within(first, last, track))
    found = connection.execute(query.group_by(table.c.kind, table.c.value))
    return {(row[0], row[1]): int(row[2]) for row in found}


def let_go(connection: Connection, first: date, last: date, track: Track) -> tuple[int, dict[str, int]]:
    """Count the submissions of a track that were let go within some days, both included, and within each month of them."""
    begun = first.isoformat()
    month = func.substr(table.c.period, 1, 7)
    month_begun = month.concat("-01")
    since = case((month_begun > begun, month_begun), else_=begun)
    whole = func.sum(case((table.c.value < begun, table.c.number), else_=0))
    query = (
        select(month, func.sum(table.c.number), whole)
        .where(table.c.kind == LET_GO, _within(first, last, track), table.c.value < since)
        .group_by(month)
    )
    rows = connection.execute(query).all()
    return sum(int(row[2]) for row in rows), {row[0]: int(row[1]) for row in rows if row[1]}


def _within(first: date, last: date, track: Track) -> ColumnElement[bool]:
    days = table.c.period.between(first.isoformat(), last.isoformat())
    return and_(table.c.level == _DAY, days, table.c.track == track.value)
