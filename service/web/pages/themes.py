"""主题分布: by month, place, department or source; a chart, the table under it, and the same table as Excel."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from service import statistics
from service.access import Right
from service.deadlines import local_day
from service.errors import Invalid
from service.office import Office
from service.store.conditions import SubmissionFilter
from service.store.listing import ThemeCount
from service.web.api.parameters import parse_day
from service.web.callers import requires
from service.web.pages import frame
from service.web.pages.frame import Choice, Entry, Period

router = APIRouter()
HERE = "/themes"
UNDECIDED = "（待定）"
GROUPINGS = (
    Choice(value="month", label="按月"),
    Choice(value="place", label="按地点"),
    Choice(value="department", label="按主办单位"),
    Choice(value="source", label="按来源"),
)
COLORS = (
    "#0f5e63", "#d08a2e", "#5b7fa6", "#a5443f", "#6a8f4e", "#7d5a94", "#c2a23a", "#3f8f8a", "#8a6d54", "#b5678b", "#9aa5a8",
)  # fmt: skip
SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many, how strong the colour behind it (0–4), and where the list behind it is."""

    count: int
    heat: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRow:
    """A theme's line."""

    name: str
    address: str
    total: int
    share: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The table: names of its columns, a line for each theme (the largest first), sums of the columns."""

    columns: list[str]
    rows: list[ThemeRow]
    sums: list[int]
    total: int


@router.get(HERE, dependencies=[Depends(requires(Right.READ))])
def shown(request: Request) -> HTMLResponse:
    """Show the distribution."""
    office: Office = request.app.state.office
    by, first, last, problem = _asked(request)
    table = distribution(office, by, first, last)
    days = {"from": first.isoformat(), "to": last.isoformat()}
    return frame.render(
        request,
        "themes.html",
        HERE,
        by=by,
        groupings=GROUPINGS,
        period=Period(first=days["from"], last=days["to"]),
        quick=_quick(office, by),
        problem=problem,
        total=table.total,
        table=table,
        chart=_chart(table),
        excel=frame.address("/themes.xlsx", by=by, **days),
    )


@router.get("/themes.xlsx", dependencies=[Depends(requires(Right.EXPORT))])
def excel(request: Request) -> Response:
    """Give the table as a workbook."""
    office: Office = request.app.state.office
    by, first, last, _ = _asked(request)
    content = workbook(distribution(office, by, first, last), f"{first}至{last}")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"attachment; filename=themes.xlsx; filename*=UTF-8''%E4%B8%BB%E9%A2%98%E5%88%86%E5%B8%83{first}_{last}.xlsx"
    return Response(content, media_type=kind, headers={"Content-Disposition": name})


def _asked(request: Request) -> tuple[str, date, date, str]:
    office: Office = request.app.state.office
    today = local_day(office.now())
    year_ago = (today.replace(day=1) - timedelta(days=334)).replace(day=1)
    params = request.query_params
    by = params.get("by", "month")
    problem = ""
    try:
        first = parse_day(params.get("from"), "from") or year_ago
        last = parse_day(params.get("to"), "to") or today
        if first > last:
            raise Invalid("开始日期晚于结束日期", field="from")
    except Invalid as error:
        first, last, problem = year_ago, today, f"时段有误：{error}，现按近一年显示"
    return by if by in {one.value for one in GROUPINGS} else "month", first, last, problem


def _quick(office: Office, by: str) -> list[Entry]:
    today = local_day(office.now())
    periods = [
        ("本月", today.replace(day=1)),
        ("本季", today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)),
        ("今年", today.replace(month=1, day=1)),
    ]
    return [
        Entry(name=name, address=frame.address(HERE, by=by, **{"from": first.isoformat(), "to": today.isoformat()}))
        for name, first in periods
    ]


def distribution(office: Office, by: str, first: date, last: date) -> Distribution:
    """Count, and lay the counts out."""
    counts = statistics.theme_counts(office.store, SubmissionFilter(first_day=first, last_day=last), by)
    cells: dict[str, dict[str, int]] = defaultdict(dict)
    for one in counts:
        cells[one.theme or ""][one.group] = one.count
    groups = _groups(counts, by)
    sums = [sum(row.get(group, 0) for row in cells.values()) for group in groups]
    total, most = sum(sums), max((one.count for one in counts), default=0)
    ordered = sorted(cells, key=lambda theme: (-sum(cells[theme].values()), theme))
    days = {"from": first.isoformat(), "to": last.isoformat()}
    rows = [
        ThemeRow(
            name=office.taxonomy.theme_name(theme) or UNDECIDED,
            address=frame.address("/submissions", theme=theme or "none", **days),
            total=sum(cells[theme].values()),
            share=f"{sum(cells[theme].values()) / total:.1%}",
            cells=[_cell(theme, group, cells[theme].get(group, 0), most, by, days) for group in groups],
        )
        for theme in ordered
    ]
    names = [_group_name(office, by, group) for group in groups]
    return Distribution(columns=names, rows=rows, sums=sums, total=total)


def _groups(counts: Sequence[ThemeCount], by: str) -> list[str]:
    sizes: dict[str, int] = defaultdict(int)
    for one in counts:
        sizes[one.group] += one.count
    return sorted(sizes) if by == "month" else sorted(sizes, key=lambda group: (-sizes[group], group))


def _group_name(office: Office, by: str, group: str) -> str:
    return (office.taxonomy.department_name(group) if by == "department" else group) or "（未填）"


def _cell(theme: str, group: str, count: int, most: int, by: str, days: dict[str, str]) -> Cell:
    heat = 0 if not count else min(4, 1 + 4 * (count - 1) // max(1, most))
    kept = {**days, "theme": theme or "none"}
    if by == "month":
        year, month = int(group[:4]), int(group[5:7])
        following = date(year + month // 12, month % 12 + 1, 1)
        kept["from"] = max(days["from"], f"{group}-01")
        kept["to"] = min(days["to"], (following - timedelta(days=1)).isoformat())
    elif group:
        kept[by] = group
    return Cell(count=count, heat=heat, address=frame.address("/submissions", **kept))


def _chart(table: Distribution) -> Markup:
    """Give the figures of the chart: the largest themes, the rest together."""
    shown, rest = table.rows[:SHOWN], table.rows[SHOWN:]
    series = [{"name": row.name, "values": [cell.count for cell in row.cells]} for row in shown]
    if rest:
        sums = [sum(row.cells[place].count for row in rest) for place in range(len(table.columns))]
        series.append({"name": "其余主题", "values": sums})
    links = [row.address for row in shown]
    figures = {"columns": table.columns, "series": series, "links": links, "colors": COLORS}
    return Markup(json.dumps(figures, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - cannot end the script


def workbook(table: Distribution, period: str) -> bytes:
    """Write the table as a workbook: numbers as numbers, text as text, the head frozen."""
    import xlsxwriter

    stream = BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("主题分布")
        bold = book.add_format({"bold": True})
        share = book.add_format({"num_format": "0.0%"})
        sheet.write_string(0, 0, f"主题分布（{period}，限阅件不计）", bold)
        for place, name in enumerate(["主题", "合计", "占比", *table.columns]):
            sheet.write_string(1, place, name, bold)
        for number, row in enumerate(table.rows, start=2):
            sheet.write_string(number, 0, row.name)
            sheet.write_number(number, 1, row.total)
            sheet.write_number(number, 2, row.total / table.total, share)
            for place, cell in enumerate(row.cells, start=3):
                sheet.write_number(number, place, cell.count)
        last = len(table.rows) + 2
        sheet.write_string(last, 0, "合计", bold)
        for place, value in [(1, table.total), *enumerate(table.sums, start=3)]:
            sheet.write_number(last, place, value, bold)
        sheet.freeze_panes(2, 1)
        sheet.set_column(0, 0, 24)
    return stream.getvalue()
