"""Tallies: how many submissions of a track and theme there are by place, source, department, stage, kept by day and month.

They are written in the transaction that changes what they count, so that a year of a million submissions is summed from
some thousand rows; a test counts them again. What is restricted is never in them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Insert, and_, func, or_, select

from nlp.domain import Track
from service.store import rows
from service.store.list_tables import tallies
from service.store.upsert import insert_into

DATED = ("place", "source", "department", "adopted")
ALWAYS = "all"
ASIDE = ("split", "void")
"""Stages that no figure counts: what was split is counted by its matters."""
_SHARDS = 8
DECIDED = {True: "kept", False: "changed"}
"""Values of the kind `adopted`."""

Key: TypeAlias = tuple[str, str, str, str, str, str]
"""Level, kind, period, track, value, theme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What of a submission is counted. `adopted`: whether the suggestion was taken as it was; None, not decided yet."""

    track: str
    received_day: str
    theme: str | None
    lead: str | None
    stage: str
    place: str
    source: str
    adopted: bool | None


def change(connection: Connection, gone: Iterable[Counted], come: Iterable[Counted]) -> None:
    """Count some submissions no more, and others from now on."""
    counts: Counter[Key] = Counter()
    for one in come:
        counts.update(_keys(one))
    for one in gone:
        counts.subtract(_keys(one))
    add(connection, counts)


def add(connection: Connection, counts: Mapping[Key, int]) -> None:
    """Add to tallies, or take off where a number is below zero."""
    names = ("level", "kind", "period", "track", "value", "theme", "shard", "number")
    shard = os.getpid() % _SHARDS
    changed = [dict(zip(names, (*key, shard, count), strict=True)) for key, count in sorted(counts.items()) if count]
    if changed:
        rows.execute(connection, _adding(connection.dialect.name), changed)


@cache
def _adding(dialect: str) -> Insert:
    statement = insert_into(tallies, dialect).inline()
    added = tallies.c.number + statement.excluded.number
    return statement.on_conflict_do_update(index_elements=list(tallies.primary_key), set_={"number": added})


def _keys(one: Counted) -> list[Key]:
    staged = (ALWAYS, "stage", "", one.track, one.stage, "")
    if one.stage in ASIDE:
        return [staged]
    values = {"place": one.place, "source": one.source, "department": one.lead or ""}
    if one.adopted is not None:
        values["adopted"] = DECIDED[one.adopted]
    day, theme = one.received_day, one.theme or ""
    dated = [
        (level, kind, period, one.track, value, theme)
        for kind, value in values.items()
        for level, period in (("day", day), ("month", day[:7]))
    ]
    return [*dated, staged]


def stages(connection: Connection) -> dict[str, int]:
    """Count submissions by stage."""
    query = select(tallies.c.value, func.sum(tallies.c.number)).where(
        tallies.c.level == ALWAYS, tallies.c.kind == "stage"
    )
    return {row[0]: int(row[1]) for row in connection.execute(query.group_by(tallies.c.value)) if row[1]}


def values(connection: Connection, kind: str, limit: int) -> list[str]:
    """Read the values that occur, the most frequent first."""
    number = func.sum(tallies.c.number)
    query = (
        select(tallies.c.value)
        .where(tallies.c.level == "month", tallies.c.kind == kind, tallies.c.value != "")
        .group_by(tallies.c.value)
        .having(number > 0)
        .order_by(number.desc(), tallies.c.value)
    )
    return [row[0] for row in connection.execute(query.limit(limit))]


def sums(
    connection: Connection,
    kind: str,
    first: date | None,
    last: date | None,
    *,
    by_month: bool = False,
    track: Track | None = None,
) -> list[tuple[str, str, int]]:
    """Sum the submissions received between two days (both included, None: no end), of one track or of all.

    Returns:
        Theme ("" where there is none), value (or the month, such as 2026-11, where `by_month`), count above zero.
    """
    group: ColumnElement[str] = func.substr(tallies.c.period, 1, 7) if by_month else tallies.c.value
    number = func.sum(tallies.c.number)
    query = (
        select(tallies.c.theme, group, number)
        .where(or_(*(_between(level, kind, one, other) for level, one, other in spans(first, last))))
        .group_by(tallies.c.theme, group)
    )
    if track is not None:
        query = query.where(tallies.c.track == track.value)
    return [(row[0], row[1], int(row[2])) for row in connection.execute(query) if row[2]]


def spans(first: date | None, last: date | None) -> list[tuple[str, str, str]]:
    """Cut a time into whole months and the days before and after them.

    >>> spans(date(2026, 1, 30), date(2026, 3, 1))
    [('day', '2026-01-30', '2026-01-31'), ('month', '2026-02', '2026-02'), ('day', '2026-03-01', '2026-03-01')]
    """
    first, last = first or date(1, 1, 1), last or date(9999, 12, 31)
    if first > last:
        return []
    head = first if first.day == 1 else _next_month(first)
    tail = last.replace(day=1) if last != date.max and (last + timedelta(days=1)).day != 1 else None
    if head > last or (tail is not None and tail < head):
        return [("day", first.isoformat(), last.isoformat())]
    found = [("day", first.isoformat(), (head - timedelta(days=1)).isoformat())] if head != first else []
    final = (tail - timedelta(days=1)) if tail is not None and tail > date.min else last
    if tail is None or tail > head:
        found.append(("month", head.isoformat()[:7], final.isoformat()[:7]))
    return [*found, *([("day", tail.isoformat(), last.isoformat())] if tail is not None else [])]


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) if day.year < date.max.year else date.max


def _between(level: str, kind: str, first: str, last: str) -> ColumnElement[bool]:
    column = tallies.c
    return and_(column.level == level, column.kind == kind, column.period >= first, column.period <= last)


def counted(row: Mapping[str, Any]) -> Counted:
    """Read what is counted of a row of `submissions`, by the names of its columns."""
    return Counted(
        track=row["track"],
        received_day=row["received_day"],
        theme=row["theme"],
        lead=row["lead"],
        stage=row["stage"],
        place=row["place"],
        source=row["source"],
        adopted=row["adopted"],
    )


def recounted(rows: Sequence[Any]) -> Counter[Key]:
    """Count rows of `submissions` as the tallies should."""
    counts: Counter[Key] = Counter()
    for row in rows:
        counts.update(_keys(counted(row._asdict())))
    return counts
