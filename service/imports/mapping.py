"""What the columns of a table mean: as read last time, by their names, by what stands in them."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from service.files.column_names import Field, field_named
from service.files.dates import looks_like_date, read_date
from service.files.grid import GridRow
from service.files.headers import Head, find_head, head_of
from service.imports.plan import About, Plan, Purpose, SheetAbout

REPEATABLE = {Field.TEXT}
"""Fields that several columns may mean: their texts are joined."""

_PHONE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}")
_SAMPLE = 200
_OVER = timedelta(days=180)
"""A matter that came longer ago than this has been dealt with: the longest time limit is six months."""
BY_NAME, BY_CONTENT, AS_BEFORE, BY_HAND = "按表头", "按内容", "同上次", "人工指定"


def best_sheet(about: About) -> SheetAbout:
    """Choose the sheet that is proposed first: shown rather than hidden, preferred, with the most rows."""
    return max(
        about.sheets, key=lambda one: (not one.hidden, one.choice, one.rows if one.choice == 0 else 0, -one.index)
    )


def propose(sheet: SheetAbout, rows: Sequence[GridRow], head: Head | None = None, before: Any = None) -> Plan:
    """Propose how a sheet is read.

    Args:
        sheet: the sheet.
        rows: its first rows.
        head: where its head stands, if somebody said so.
        before: columns by name as they were read last (JSON of `remembered`), or None.
    """
    if sheet.header:
        head = Head(first=0, last=0, names=sheet.header)
    head = head or find_head(rows)
    body = [row.cells for row in rows if row.number > head.last and row.cells][:_SAMPLE]
    columns, whys = _columns(head.names, body, before)
    plan = Plan(
        sheet=sheet.index, first=head.first, last=head.last, names=head.names, columns=tuple(columns), whys=tuple(whys)
    )
    said = {} if before is None else {name: before[name] for name in ("source",) if name in before}
    return replace(plan, purpose=_purpose(plan, body), **said)


def of_former_years(plan: Plan, rows: Sequence[GridRow], now: datetime) -> Plan:
    """Take a table of new submissions for one of cases that are over, where half of them came long ago.

    Args:
        plan: how the sheet is read.
        rows: its first rows.
        now: aware moment.
    """
    place = plan.column_of(Field.RECEIVED)
    if plan.purpose is not Purpose.NEW or place is None:
        return plan
    cells = [row.cells[place] for row in rows if row.number > plan.last and place < len(row.cells)]
    moments = [moment for moment, _ in map(read_date, cells) if moment is not None]
    over = bool(moments) and statistics.median(one.timestamp() for one in moments) < (now - _OVER).timestamp()
    return replace(plan, purpose=Purpose.PAST) if over else plan


def head_from(rows: Sequence[GridRow], first: int, last: int) -> Head:
    """Give the head in rows that somebody chose."""
    return head_of(rows, first, max(first, last))


def remembered(plan: Plan) -> Any:
    """Give what is worth remembering of a plan, as a JSON value: the columns of which a person said what they mean."""
    said = {
        name: None if meant is None else meant.value
        for name, meant, why in zip(plan.names, plan.columns, plan.whys, strict=True)
        if why in (BY_HAND, AS_BEFORE)
    }
    return {"columns": said, "source": plan.source}


def _columns(names: Sequence[str], body: Sequence[Sequence[str]], before: Any) -> tuple[list[Field | None], list[str]]:
    columns: list[Field | None] = [None] * len(names)
    whys = [""] * len(names)
    said = {} if before is None else before["columns"]
    for place, name in enumerate(names):
        if name in said:
            columns[place], whys[place] = (None if said[name] is None else Field(said[name])), AS_BEFORE
    for place, name in enumerate(names):
        if whys[place]:
            continue
        field = field_named(re.sub(r"（\d+）\Z", "", name).rpartition("／")[2])
        if field is not None and (field not in columns or field in REPEATABLE):
            columns[place], whys[place] = field, BY_NAME
    _by_content(columns, whys, body)
    return columns, whys


def _by_content(columns: list[Field | None], whys: list[str], body: Sequence[Sequence[str]]) -> None:
    """Find what no name told: telephone numbers and dates by their form, text and title by their length."""
    values = [[row[place] for row in body if place < len(row) and row[place]] for place in range(len(columns))]
    tests: tuple[tuple[Field, Callable[[str], bool]], ...] = (
        (Field.PHONE, lambda value: bool(_PHONE.fullmatch(value.strip()))),
        (Field.RECEIVED, looks_like_date),
    )
    for field, test in tests:
        for place, found in enumerate(values):
            free = found and field not in columns and not whys[place]
            if free and sum(map(test, found)) >= 0.6 * len(found):
                columns[place], whys[place] = field, BY_CONTENT
    lengths = {
        place: sum(map(len, found)) / len(found)
        for place, found in enumerate(values)
        if found and not whys[place] and not _numeric(found)
    }
    for field, least, most in ((Field.TEXT, 16, 1e9), (Field.TITLE, 5, 60)):
        fitting = [place for place, length in lengths.items() if least <= length <= most and not whys[place]]
        if field not in columns and fitting:
            place = max(fitting, key=lambda one: lengths[one])
            columns[place], whys[place] = field, BY_CONTENT


def _numeric(values: Sequence[str]) -> bool:
    return sum(value.replace(".", "").replace("-", "").isdigit() for value in values) > 0.6 * len(values)


def _purpose(plan: Plan, body: Sequence[Sequence[str]]) -> Purpose:
    """Tell a roster by its columns, and last year's cases by most of them having an answer."""
    fields = set(plan.columns)
    if Field.NAME in fields and fields & {Field.CIRCLE, Field.COMMITTEE} and not fields & {Field.TITLE, Field.TEXT}:
        return Purpose.ROSTER
    answer = plan.column_of(Field.ANSWER)
    if answer is not None and body:
        answered = sum(len(row) > answer and bool(row[answer].strip()) for row in body)
        return Purpose.PAST if 2 * answered > len(body) else Purpose.NEW
    return Purpose.NEW
