"""Reports and lists to take along: 月报 and 采用通报 as Word files, what went up and the distribution as tables."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nlp.domain import Level, Outcome
from service import exports, list_exports, report_papers, reports
from service.access import Right
from service.deadlines import local_day
from service.errors import Invalid, NotFound
from service.exports import Wish
from service.files.tables import Form
from service.list_exports import Listed
from service.office import Office
from service.papers import PaperKind
from service.reports import Period
from service.store.upward import ReportFilter
from service.web import downloads
from service.web.api.parameters import parse_choice
from service.web.callers import caller_of, requires
from service.web.exported import sent
from service.web.pages import theme_workbook, themes
from service.web.pages.reports import asked_period, days_of
from service.web.pages.stationery import stationery_of

router = APIRouter(dependencies=[Depends(requires(Right.EXPORT))])
KINDS = (PaperKind.MONTHLY, PaperKind.BULLETIN)


@router.get("/reports/papers/{kind}")
def paper(request: Request, kind: str) -> Response:
    """Give the 月报 or the 采用通报 of a period as a Word file."""
    office: Office = request.app.state.office
    named = next((one for one in KINDS if one.value == kind), None)
    if named is None:
        raise NotFound("没有这种报表，请从报表页的按钮导出")
    period, now = _period(request, office), office.now()
    found = reports.report(office.store, office.taxonomy, period, now)
    credits = reports.bulletin(office.store, office.profile.scores, period.days)
    made = report_papers.make(stationery_of(office), named, found, credits, local_day(now))
    wish = Wish(form=Form.DOCX, filters=tuple(days_of(period).items()))
    count = found.received if named is PaperKind.MONTHLY else len(credits)
    exports.record(office.store, exports.new_export(named.label, count, wish, caller_of(request), now))
    return downloads.sent_bytes(made.content, made.name, Form.DOCX.media_type)


@router.get("/reports/bulletin")
def bulletin(request: Request, form: str = "") -> Response:
    """Give the 采用通报 as a table."""
    office: Office = request.app.state.office
    period = _period(request, office)
    credits = reports.bulletin(office.store, office.profile.scores, period.days)
    return _sent(request, list_exports.bulletin_list(credits), form, days_of(period))


@router.get("/upward/export")
def upward(request: Request, form: str = "", level: str = "", outcome: str = "") -> Response:
    """Give what went up in a period as a table."""
    office: Office = request.app.state.office
    period = _period(request, office, usual="year")
    wanted = ReportFilter(
        level=parse_choice(Level, level, "level"),
        outcome=parse_choice(Outcome, outcome, "outcome"),
        first_day=period.days.first,
        last_day=period.days.last,
    )
    asked = {**days_of(period), "level": level, "outcome": outcome}
    return _sent(request, list_exports.reports_list(office.store, wanted), form, asked)


@router.get("/themes/export")
def distribution(request: Request, form: str = "") -> Response:
    """Give the themes of a period as a table."""
    found, asked = themes.counted(request)
    columns, rows = theme_workbook.line_columns(), [theme_workbook.line_values(one) for one in found.lines]
    listed = Listed(what="主题分布", columns=columns, rows=[*rows, theme_workbook.line_values(found.whole)])
    return _sent(request, listed, form, asked)


def _sent(request: Request, listed: Listed, form: str, asked: dict[str, str]) -> Response:
    office: Office = request.app.state.office
    chosen = parse_choice(Form, form, "form") or Form.XLSX
    wish = Wish(form=chosen, filters=tuple((name, value) for name, value in asked.items() if value))
    caller, now = caller_of(request), office.now()
    return sent(office, wish, lambda path: list_exports.export_list(office.store, listed, wish, caller, path, now))


def _period(request: Request, office: Office, usual: str = "month") -> Period:
    period, problem = asked_period(request, office, usual)
    if problem:
        raise Invalid(problem, field="period", code="E_DATE")
    return period
