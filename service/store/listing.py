"""Reading many submissions or items at once: pages, counts, distributions. What is restricted never takes part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, false, func, literal, or_, select, tuple_

from nlp.domain import ItemState, QueueItem, Stage
from service.store import search, tallies
from service.store.conditions import Order, Place, SubmissionFilter, conditions, ordered
from service.store.queue import read_item
from service.store.records import Registered
from service.store.search import Sought
from service.store.submissions import read_registered, read_submission
from service.store.tables import OPEN_ITEM, Moment, items, submissions

GROUPINGS = ("month", "place", "department", "source", "adopted")
COUNTED = 10_000
"""Most submissions that a list counts."""
_STEP = 1_000
_SOME = 100
_STEPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Which items are asked for; None asks for all, no states for every open one.

    Due moments: `due_from` and `due_until` are included, `due_before` and `due_after` are not. `text` is looked for in
    登记号, title and text. `signed` asks for what was let go to its department, which is all that a unit may know of.
    """

    department: str | None = None
    states: tuple[ItemState, ...] = ()
    signed: bool = False
    due_from: datetime | None = None
    due_until: datetime | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None
    supervised: bool = False
    extension_requested: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An item beside its submission."""

    item: QueueItem
    registered: Registered


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many there are; `more` where counting stopped, so that there may be more."""

    number: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCount:
    """How many submissions of a theme (None: not decided yet) stand in a group (a month such as 2026-11, a place, …)."""

    theme: str | None
    group: str
    count: int


def page(
    connection: Connection, wanted: SubmissionFilter, order: Order, after: Place | None, limit: int
) -> tuple[list[Registered], Place | None]:
    """Read submissions in an order, those behind a place where one is given.

    Returns:
        At most `limit` of them, and the place behind which there may be more; None where there are none. When what is
        looked for is frequent but the filters are not, a page may hold fewer than `limit` and still have one behind it.
    """
    query = select(submissions).where(conditions(wanted))
    words = search.sought(wanted.text)
    if words.hopeless:
        return [], None
    if not words.words:
        rows = connection.execute(ordered(query, order, after).limit(limit + 1)).all()
        found = [read_registered(row) for row in rows[:limit]]
        return found, _place(rows[limit - 1]) if len(rows) > limit else None
    check = not words.exact
    if search.few(connection, words):
        query = query.where(submissions.c.id.in_(search.candidates(connection, words)))
    else:
        check = True
    return _walk(connection, query, order, after, limit, words if check else None)


def _walk(
    connection: Connection, query: Select[Any], order: Order, after: Place | None, limit: int, words: Sought | None
) -> tuple[list[Registered], Place | None]:
    """Read on until a page is full; `words` are looked for in each submission, None where the query is sure."""
    found: list[Registered] = []
    step = limit + 1
    for _ in range(_STEPS):
        rows = _rows_in_order(connection, ordered(query, order, after).limit(step), order)
        for row in rows:
            registered = read_registered(row)
            if words is None or words.within(registered.submission):
                if len(found) == limit:
                    return found, after
                found.append(registered)
            after = _place(row)
        if len(rows) < step:
            return found, None
        step = _STEP
    return found, after


def _rows_in_order(connection: Connection, query: Select[Any], order: Order) -> Sequence[Any]:
    """Read rows by their ids: what has to be sorted is then short, and no text is carried along."""
    ids = query.with_only_columns(submissions.c.id).subquery()
    whole = select(submissions).where(submissions.c.id.in_(select(ids.c.id)))
    return connection.execute(ordered(whole, order, None)).all()


def count(connection: Connection, wanted: SubmissionFilter, most: int | None = COUNTED) -> Count:
    """Count submissions, no further than `most` (None: to the end); where words need looking at, a thousand or so."""
    if wanted == SubmissionFilter(stage=wanted.stage):
        return Count(number=_of_stage(connection, wanted.stage), more=False)
    summed = _summed(connection, wanted)
    if summed is not None:
        return Count(number=summed, more=False)
    query = select(submissions).where(conditions(wanted))
    words = search.sought(wanted.text)
    if words.hopeless:
        return Count(number=0, more=False)
    if words.words and not search.few(connection, words):
        if words.exact and wanted == SubmissionFilter(text=wanted.text):
            return Count(number=search.most_few(connection), more=True)
        found, _ = _walk(connection, query, Order.RECEIVED, None, _SOME, words)
        return Count(number=len(found), more=True)
    if words.words:
        query = query.where(submissions.c.id.in_(search.candidates(connection, words)))
    if words.words and not words.exact:
        found, place = _walk(connection, query, Order.RECEIVED, None, _STEP, words)
        return Count(number=len(found), more=place is not None)
    some = query.with_only_columns(submissions.c.id).limit(None if most is None else most + 1).subquery()
    number = int(connection.execute(select(func.count()).select_from(some)).scalar_one())
    return Count(number=number if most is None else min(number, most), more=most is not None and number > most)


def _summed(connection: Connection, wanted: SubmissionFilter) -> int | None:
    """Sum what the tallies keep: theme, track, days and one thing more, as a figure of 主题分布 does; None: they cannot."""
    adopted = None if wanted.adopted is None else tallies.DECIDED[wanted.adopted]
    values = {"place": wanted.place, "source": wanted.source, "department": wanted.lead, "adopted": adopted}
    asked = {kind: value for kind, value in values.items() if value is not None}
    rest = replace(wanted, theme=None, place=None, source=None, lead=None, adopted=None)
    if not wanted.counted or wanted.decided or len(asked) > 1 or not rest.only_days:
        return None
    kind, value = next(iter(asked.items()), ("source", None))
    found = tallies.sums(connection, kind, wanted.first_day, wanted.last_day, track=wanted.track)
    return sum(number for theme, one, number in found if wanted.theme in (None, theme) and value in (None, one))


def _of_stage(connection: Connection, stage: Stage | None) -> int:
    """Count a stage, or everything but what is void, from the tallies."""
    counts = stages(connection)
    return counts.get(stage, 0) if stage else sum(counts.values()) - counts.get(Stage.VOID, 0)


def stages(connection: Connection) -> dict[Stage, int]:
    """Count submissions by stage."""
    return {Stage(value): number for value, number in tallies.stages(connection).items()}


def values(connection: Connection, column: str, limit: int = 200) -> list[str]:
    """Read the values that occur in the column `source` or `place`, the most frequent first."""
    return tallies.values(connection, column, limit)


def theme_counts(connection: Connection, wanted: SubmissionFilter, by: str) -> list[ThemeCount]:
    """Count submissions by theme and month, place, lead department, source, or `adopted`.

    The groups of `adopted` are `kept` and `changed`: whether the suggestion was taken as it was, of those decided.
    What was split is counted by its matters, not once more as a whole; what is void is not counted.
    """
    wanted = replace(wanted, counted=True, decided=wanted.decided or by == "adopted")
    if wanted.only_days:
        kind, days = "source" if by == "month" else by, (wanted.first_day, wanted.last_day)
        summed = tallies.sums(connection, kind, *days, by_month=by == "month", track=wanted.track)
        return [ThemeCount(theme=theme or None, group=group, count=number) for theme, group, number in summed]
    groups: dict[str, ColumnElement[str]] = {
        "month": func.substr(submissions.c.received_day, 1, 7),
        "place": submissions.c.place,
        "department": func.coalesce(submissions.c.lead, ""),
        "source": submissions.c.source,
        "adopted": case((submissions.c.adopted, "kept"), else_="changed"),
    }
    group, words = groups[by], search.sought(wanted.text)
    if words.hopeless:
        return []
    if words.words:
        return _counted_words(connection, wanted, group, words)
    query = select(submissions.c.theme, group, func.count()).where(conditions(wanted))
    rows = connection.execute(query.group_by(submissions.c.theme, group))
    return [ThemeCount(theme=row[0], group=row[1], count=int(row[2])) for row in rows]


def _counted_words(
    connection: Connection, wanted: SubmissionFilter, group: ColumnElement[str], words: Sought
) -> list[ThemeCount]:
    """Count what contains words, looking at each where the index alone cannot tell."""
    query = select(submissions, group.label("counted_group")).where(
        conditions(wanted), submissions.c.id.in_(search.candidates(connection, words))
    )
    rows = connection.execute(query)
    counts = Counter(
        (row.theme, row.counted_group) for row in rows if words.exact or words.within(read_submission(row))
    )
    return [ThemeCount(theme=theme, group=value, count=number) for (theme, value), number in counts.items()]


def item_page(
    connection: Connection, wanted: ItemFilter, after: tuple[datetime | None, str] | None, limit: int
) -> list[ItemRow]:
    """Read items beside their submissions, by due date (those without one last), then by age."""
    query = _items(connection, wanted)
    due, item_id = after or (None, "")
    rows: list[Any] = []
    if after is None or due is not None:
        dated = query.where(items.c.due_at.is_not(None)).order_by(items.c.due_at, items.c.id).limit(limit)
        if due is not None:
            dated = dated.where(tuple_(items.c.due_at, items.c.id) > tuple_(literal(due, Moment()), item_id))
        rows += connection.execute(dated)
    if len(rows) < limit:
        undated = query.where(items.c.due_at.is_(None), items.c.id > ("" if rows or due else item_id))
        rows += connection.execute(undated.order_by(items.c.id).limit(limit - len(rows)))
    found = {row.id: row for row in _rows_of(connection, [row.submission_id for row in rows])}
    return [ItemRow(item=read_item(row), registered=read_registered(found[row.submission_id])) for row in rows]


def item_count(connection: Connection, wanted: ItemFilter) -> int:
    """Count items to the last one."""
    counted = _items(connection, wanted).with_only_columns(func.count())
    return int(connection.execute(counted).scalar_one())


def items_counted(connection: Connection, wanted: ItemFilter) -> Count:
    """Count items; where words need looking at, no further than a thousand."""
    if not wanted.text.strip():
        return Count(number=item_count(connection, wanted), more=False)
    some = _items(connection, wanted).with_only_columns(items.c.id).limit(_STEP + 1).subquery()
    number = int(connection.execute(select(func.count()).select_from(some)).scalar_one())
    return Count(number=min(number, _STEP), more=number > _STEP)


def queues(connection: Connection, signed_of: str | None = None) -> dict[tuple[str, ItemState], int]:
    """Count items by department and state; with `signed_of`, what was signed of one department.

    Those of restricted submissions are few; taking them from the sums lets an index alone answer the rest.
    """
    query = select(items.c.department, items.c.state, func.count()).group_by(items.c.department, items.c.state)
    if signed_of is not None:
        query = query.where(items.c.department == signed_of, items.c.signed_at.is_not(None))
    aside = query.where(items.c.submission_id.in_(_restricted()))
    fewer = {(row[0], row[1]): int(row[2]) for row in connection.execute(aside)}
    counts = {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}
    return {
        (department, ItemState(state)): number - fewer.get((department, state), 0)
        for (department, state), number in counts.items()
        if number > fewer.get((department, state), 0)
    }


def _restricted() -> Select[Any]:
    return select(submissions.c.id).where(submissions.c.restricted)


def _items(connection: Connection, wanted: ItemFilter) -> Select[Any]:
    query = select(items).where(items.c.submission_id.not_in(_restricted()))
    if wanted.states:
        query = query.where(items.c.state.in_([state.value for state in wanted.states]))
    if not wanted.states or all(state.open for state in wanted.states):
        query = query.where(OPEN_ITEM)
    if wanted.department is not None:
        query = query.where(items.c.department == wanted.department)
    if wanted.signed:
        query = query.where(items.c.signed_at.is_not(None))
    query = query.where(*_due(wanted))
    if wanted.supervised:
        query = query.where(items.c.supervised)
    if wanted.extension_requested:
        query = query.where(items.c.extension_requested)
    if not wanted.text.strip():
        return query
    return query.join_from(items, submissions).where(_containing(connection, wanted.text))


def _containing(connection: Connection, text: str) -> ColumnElement[bool]:
    """Look for words in 登记号, title and text; not in names, which a unit must not find out by searching.

    Words that are frequent are looked for in each item in turn: they are soon enough for a page.
    """
    words = search.sought(text)
    if words.hopeless or "\0" in text:
        return false()
    columns = (submissions.c.receipt, submissions.c.title, submissions.c.text)
    each = [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in text.split()]
    if not search.few(connection, words):
        return and_(*each)
    return and_(submissions.c.id.in_(search.candidates(connection, words)), *each)


def _due(wanted: ItemFilter) -> list[ColumnElement[bool]]:
    due, found = items.c.due_at, []
    if wanted.due_from is not None:
        found.append(due >= wanted.due_from)
    if wanted.due_until is not None:
        found.append(due <= wanted.due_until)
    if wanted.due_before is not None:
        found.append(due < wanted.due_before)
    if wanted.due_after is not None:
        found.append(due > wanted.due_after)
    return found


def _rows_of(connection: Connection, ids: Sequence[str]) -> Sequence[Any]:
    return connection.execute(select(submissions).where(submissions.c.id.in_(ids))).all()


def _place(row: Any) -> Place:
    return Place(day=row.received_day, id=row.id)
