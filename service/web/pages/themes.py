"""主题分布: what people write about, when, from where, to whom; every figure leads to the list that it counts."""

from __future__ import annotations

import json
from datetime import timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from service import exports, reports
from service.access import Right
from service.deadlines import local_day
from service.exports import Wish
from service.files.tables import Form
from service.office import Office
from service.reports import Period
from service.store.figures import Days
from service.web import downloads
from service.web.callers import caller_of, requires
from service.web.pages import frame, list_filters, theme_workbook
from service.web.pages.reports import asked_period, days_of
from service.web.pages.theme_tables import Distribution, Heat, distribution

router = APIRouter()
HERE = "/themes"
FILTERS = ("place", "department", "source", "track")
COLORS = (
    "#0f5e63", "#d08a2e", "#5b7fa6", "#a5443f", "#6a8f4e", "#7d5a94", "#c2a23a", "#3f8f8a", "#8a6d54", "#b5678b", "#9aa5a8",
)  # fmt: skip
SHOWN = 10
REST, REST_ADDRESS = "其余主题", "#rest"
"""What stands for many themes together leads to where they stand one by one, as no list is of just them."""


@router.get(HERE, dependencies=[Depends(requires(Right.READ))])
def shown(request: Request) -> HTMLResponse:
    """Show the distribution."""
    office: Office = request.app.state.office
    period, problem = _period(request, office)
    found, kept = _counted(request, office, period)
    return frame.render(
        request,
        "themes.html",
        HERE,
        problem=problem,
        periods=_periods(office),
        period=period,
        filters=list_filters.shown(office, {name: kept.get(name, "") for name in list_filters.NAMES}, FILTERS),
        filtered=bool(kept),
        found=found,
        shown=SHOWN,
        chart=_chart(found.months, f"主题分布 {period.days.first} 至 {period.days.last}"),
        excel=frame.address("/themes.xlsx", **days_of(period), **kept),
        asked={**days_of(period), **kept},
    )


@router.get("/themes.xlsx", dependencies=[Depends(requires(Right.EXPORT))])
def excel(request: Request) -> Response:
    """Give the tables as a workbook."""
    office: Office = request.app.state.office
    period, _ = _period(request, office)
    found, kept = _counted(request, office, period)
    path = downloads.new_path(office.settings, Form.XLSX.value, office.now())
    theme_workbook.write(path, found, f"主题分布（{period.name}，限阅件不计）")
    wish = Wish(form=Form.XLSX, filters=tuple({**days_of(period), **kept}.items()))
    made = exports.new_export("主题分布", found.whole.count, wish, caller_of(request), office.now())
    exports.record(office.store, made)
    name = f"主题分布{period.days.first}至{period.days.last}.xlsx"
    return downloads.sent(path, name, Form.XLSX.media_type)


def _periods(office: Office) -> list[Period]:
    """List the periods: a year back from today, then those of the reports."""
    today = local_day(office.now())
    first = (today.replace(day=1) - timedelta(days=330)).replace(day=1)
    lately = Period(id="lately", label="近一年", name="近一年", days=Days(first=first, last=today))
    return [lately, *reports.periods(office.profile, today)]


def _period(request: Request, office: Office) -> tuple[Period, str]:
    """Read the period: one of the list by its name, else the days of the address, else a year back from today."""
    known = {one.id: one for one in _periods(office)}
    chosen = known.get(request.query_params.get("period", ""))
    if chosen is not None:
        return chosen, ""
    period, problem = asked_period(request, office)
    return (period, problem) if period.id == "own" else (known["lately"], problem)


def counted(request: Request) -> tuple[Distribution, dict[str, str]]:
    """Count what a request asks for; give the period and the filters as they stand in an address."""
    office: Office = request.app.state.office
    period, _ = _period(request, office)
    found, kept = _counted(request, office, period)
    return found, {**days_of(period), **kept}


def _counted(request: Request, office: Office, period: Period) -> tuple[Distribution, dict[str, str]]:
    """Count within a period and the filters of the address; give those filters as they stand there."""
    values = {name: request.query_params.get(name, "") for name in FILTERS}
    asked = list_filters.read(values, office.now())
    kept = {} if asked.problem else {name: value for name, value in asked.kept.items() if name in FILTERS}
    return distribution(office, asked.wanted, period.days, kept), kept


def _chart(months: Heat, title: str) -> Markup:
    """Give the figures of the chart, and what its picture is called: the largest themes, the rest together."""
    shown, rest = months.rows[:SHOWN], months.rows[SHOWN:]
    series = [{"name": name, "values": [cell.count for cell in cells]} for name, _, cells in shown]
    if rest:
        sums = [sum(cells[place].count for _, _, cells in rest) for place in range(len(months.columns))]
        series.append({"name": REST, "values": sums})
    links = [[cell.address for cell in cells] for _, _, cells in shown]
    links.append([REST_ADDRESS] * len(months.columns))
    figures = {"columns": months.columns, "series": series, "links": links, "colors": COLORS, "title": title}
    return Markup(json.dumps(figures, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - cannot end the script
