"""Workbooks (.xlsx): typed columns, a frozen head with filters, no live formulas, nothing cut off in silence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from service.deadlines import BEIJING
from service.files.cells import flat, pieces

XLSX_ROWS = 1_048_576
_MOST_DIGITS = 10**15
_FIRST_YEAR = 1901
_BAD_IN_NAME = str.maketrans("[]:*?/\\", "［］：＊？／＼")
_SHOWN_SERIES = 10


class Kind(StrEnum):
    """What stands in a column; the value is how Excel shows it."""

    TEXT = "@"
    NUMBER = "0"
    SHARE = "0.0%"
    DAY = "yyyy-mm-dd"
    MOMENT = "yyyy-mm-dd hh:mm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its head, what stands in it, how many characters wide it is."""

    name: str
    kind: Kind = Kind.TEXT
    width: int = 14


def sheet_name(wanted: str, taken: Sequence[str] = ()) -> str:
    """Make a name that Excel accepts and that is not taken yet.

    >>> sheet_name("收到/转办", ["收到／转办"])
    '收到／转办（2）'
    """
    plain = re.sub(r"[\x00-\x1f]", "", str(flat(wanted))).translate(_BAD_IN_NAME).strip("' ")[:25] or "表"
    if plain.lower() == "history":
        plain = f"{plain}_"
    used, name, number = {one.lower() for one in taken}, plain, 1
    while name.lower() in used:
        number += 1
        name = f"{plain}（{number}）"
    return name


class Workbook:
    """A workbook that is written row by row in little memory; `close` finishes it."""

    def __init__(self, path: Path) -> None:
        import xlsxwriter

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book: Any = xlsxwriter.Workbook(str(path), options)
        self._book.set_calc_mode("auto")
        self.names: list[str] = []
        self.notes: list[str] = []
        self._formats: dict[str, Any] = {}

    def sheet(self, name: str, columns: Sequence[Column], heading: str = "") -> Sheet:
        """Add a sheet; a `heading` stands above the head of the table."""
        return Sheet(self, name, columns, heading)

    def close(self) -> None:
        """Finish the file; what had to be continued elsewhere is said on a sheet of its own."""
        if self.notes:
            sheet = self.sheet("说明", [Column(name="说明", width=100)])
            for note in self.notes:
                sheet.write([note])
            sheet.finish()
        self._book.close()

    def add_worksheet(self, name: str) -> tuple[str, Any]:
        """Add a bare worksheet under a name that fits."""
        fitting = sheet_name(name, self.names)
        self.names.append(fitting)
        return fitting, self._book.add_worksheet(fitting)

    def add_chart(self, *, stacked: bool) -> Any:
        """Make a column chart."""
        return self._book.add_chart({"type": "column", **({"subtype": "stacked"} if stacked else {})})

    def format(self, name: str) -> Any:
        """Give the format of a kind of column, or that of a head, a heading or a sum."""
        if name not in self._formats:
            top = {"valign": "top", "font_name": "宋体", "font_size": 11}
            looks: dict[str, dict[str, Any]] = {
                "head": {"bold": True, "bg_color": "#E3F0F0", "border": 1, "text_wrap": True, "valign": "vcenter"},
                "heading": {"bold": True, "font_size": 14},
                "sum": {"bold": True, "top": 1},
                Kind.TEXT.value: {"text_wrap": True, "num_format": Kind.TEXT.value},
            }
            self._formats[name] = self._book.add_format({**top, **looks.get(name, {"num_format": name})})
        return self._formats[name]


class Sheet:
    """A sheet that grows row by row; a full one goes on as another of the same name with a number."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[Column], heading: str) -> None:
        self._book, self._name, self._columns, self._heading = book, name, columns, heading
        self._begin()

    def _begin(self) -> None:
        self.name, self._sheet = self._book.add_worksheet(self._name)
        self._row = 0
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, column.width, self._book.format(column.kind.value))
        if self._heading:
            self._sheet.set_row(0, 24)
            self._sheet.write_string(0, 0, str(flat(self._heading)), self._book.format("heading"))
            self._row = 1
        for place, column in enumerate(self._columns):
            self._sheet.write_string(self._row, place, str(flat(column.name)), self._book.format("head"))
        self.head = self._row
        self._sheet.freeze_panes(self._row + 1, 1 if self._heading else 0)
        self._sheet.repeat_rows(self._row)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._row += 1

    @property
    def full(self) -> bool:
        """Whether no further row fits."""
        return self._row >= XLSX_ROWS

    def write(self, values: Sequence[object], look: str = "") -> None:
        """Append a row, in the order of the columns."""
        if self.full:
            self.finish()
            self._begin()
        over = len(self._columns)
        for place, (column, value) in enumerate(zip(self._columns, values, strict=True)):
            cell_format = self._book.format(look or column.kind.value)
            held = flat(value)
            parts = list(pieces(held.replace("\r\n", "\n"))) if isinstance(held, str) else []
            self._cell(place, parts[0] if parts else held, cell_format)
            if len(parts) > 1:
                self._continue(column.name, over, parts[1:])
                over += len(parts) - 1
        self._row += 1

    def _continue(self, name: str, place: int, more: Sequence[str]) -> None:
        for offset, part in enumerate(more):
            self._sheet.write_string(self._row, place + offset, part, self._book.format(Kind.TEXT.value))
        self._book.notes.append(
            f"“{self.name}”第 {self._row + 1} 行的“{name}”超过一格能容的 32767 字，"
            f"后文续在同一行第 {place + 1} 列起的 {len(more)} 格中，依次接上即为全文。"
        )

    def _cell(self, place: int, value: object, cell_format: Any) -> None:
        if isinstance(value, datetime) and value.tzinfo:
            value = value.astimezone(BEIJING).replace(tzinfo=None)
        if isinstance(value, date) and value.year >= _FIRST_YEAR:
            self._sheet.write_datetime(self._row, place, value, cell_format)
        elif isinstance(value, int | float) and not isinstance(value, bool) and _exact(value):
            self._sheet.write_number(self._row, place, value, cell_format)
        elif value is not None and value != "":
            self._sheet.write_string(self._row, place, str(value), cell_format)

    def stacked_chart(self, title: str, rows: int, columns: tuple[int, int]) -> None:
        """Draw stacked columns under the table: the first rows are the layers, the heads of columns the categories.

        Args:
            title: of the chart.
            rows: how many rows of the table there are; the first ten become layers.
            columns: first and last column of the figures.
        """
        chart = self._book.add_chart(stacked=True)
        first, last = columns
        for at in range(self.head + 1, self.head + 1 + min(rows, _SHOWN_SERIES)):
            chart.add_series(
                {
                    "name": [self.name, at, 0],
                    "categories": [self.name, self.head, first, self.head, last],
                    "values": [self.name, at, first, at, last],
                }
            )
        self._insert(chart, title)

    def columns_chart(self, title: str, rows: int, series: int | None = None) -> None:
        """Draw columns under the table: the first column holds the categories, each further one is a series.

        Args:
            title: of the chart.
            rows: how many rows of the table are drawn.
            series: how many of the further columns are drawn; None draws all.
        """
        chart = self._book.add_chart(stacked=False)
        begin, end = self.head + 1, self.head + max(rows, 1)
        for column in range(1, 1 + (len(self._columns) - 1 if series is None else series)):
            chart.add_series(
                {
                    "name": [self.name, self.head, column],
                    "categories": [self.name, begin, 0, end, 0],
                    "values": [self.name, begin, column, end, column],
                }
            )
        self._insert(chart, title)

    def _insert(self, chart: Any, title: str) -> None:
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 900, "height": 400})
        self._sheet.insert_chart(self._row + 1, 0, chart)

    def finish(self) -> None:
        """Put the filters on the head."""
        if self._columns and self._row > self.head + 1:
            self._sheet.autofilter(self.head, 0, self._row - 1, len(self._columns) - 1)


def _exact(value: float) -> bool:
    """Tell whether Excel keeps a number to its last digit."""
    return math.isfinite(value) and (isinstance(value, float) or abs(value) < _MOST_DIGITS)
