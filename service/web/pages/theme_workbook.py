"""主题分布 as a workbook: a sheet for each table of the page, numbers as numbers, a native chart under each."""

from __future__ import annotations

from pathlib import Path

from service.files.workbooks import Column, Kind, Workbook
from service.web.pages.theme_tables import Distribution, Heat, ThemeLine

_THEME = Column(name="主题", width=24)


def write(path: Path, found: Distribution, heading: str) -> None:
    """Write the workbook."""
    book = Workbook(path)
    _lines(book, found, heading)
    for heat in (found.months, found.places, found.departments):
        _heat(book, heat, heading)
    book.close()


def line_columns() -> list[Column]:
    """Give the columns of the table of themes."""
    numbers = [Column(name=name, kind=Kind.NUMBER) for name in ("上年同期", "增减", "已定", "未改动直接采纳")]
    share = [Column(name=name, kind=Kind.SHARE) for name in ("占比", "未改动采纳率")]
    return [_THEME, Column(name="件数", kind=Kind.NUMBER), share[0], *numbers, share[1]]


def line_values(line: ThemeLine) -> list[object]:
    """Give a line of the table of themes."""
    rate = line.kept / line.decided if line.decided else None
    change = line.count - line.before
    return [line.name, line.count, line.share, line.before, change, line.decided, line.kept, rate]


def _lines(book: Workbook, found: Distribution, heading: str) -> None:
    sheet = book.sheet("主题", line_columns(), heading)
    for line in [*found.lines, found.whole]:
        sheet.write(line_values(line), "sum" if line is found.whole else "")
    sheet.finish()
    if found.lines:
        sheet.columns_chart(heading, len(found.lines), series=1)


def _heat(book: Workbook, heat: Heat, heading: str) -> None:
    columns = [_THEME, Column(name="合计", kind=Kind.NUMBER, width=10)]
    columns += [Column(name=name, kind=Kind.NUMBER, width=12) for name in heat.columns]
    sheet = book.sheet(heat.name, columns, heading)
    for name, _, cells in heat.rows:
        sheet.write([name, sum(cell.count for cell in cells), *(cell.count for cell in cells)])
    sheet.write(["合计", sum(one.count for one in heat.sums), *(one.count for one in heat.sums)], "sum")
    sheet.finish()
    if heat.rows and heat.columns:
        sheet.stacked_chart(f"{heat.name}（前 10 个主题）", len(heat.rows), (2, len(columns) - 1))
