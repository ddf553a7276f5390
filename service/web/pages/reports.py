"""报表: the figures of a period and the 采用通报, to look at and to take along."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from nlp.domain import Level, Track
from service import exports, reports
from service.access import Right
from service.deadlines import local_day
from service.errors import Invalid
from service.exports import Wish
from service.files.tables import Form
from service.office import Office
from service.report_workbook import NOTE, TITLES, write_report
from service.reports import TRACKS, Period
from service.web import downloads
from service.web.api.parameters import parse_day
from service.web.callers import caller_of, requires
from service.web.pages import frame

router = APIRouter()
HERE, CREDITS = "/reports", "/reports/credits"
SHOWN = 15
CREDITED = 50


@router.get(HERE, dependencies=[Depends(requires(Right.READ))])
def shown(request: Request) -> HTMLResponse:
    """Show the figures of a period."""
    office: Office = request.app.state.office
    period, problem = asked_period(request, office)
    now, track = office.now(), _track(request)
    found = reports.report(office.store, office.taxonomy, period, now, track)
    handling = found.handling
    rate = f"{handling.on_time / handling.answered_with_due:.1%}" if handling.answered_with_due else "—"
    return frame.render(
        request,
        "reports.html",
        HERE,
        problem=problem,
        periods=reports.periods(office.profile, local_day(now)),
        period=period,
        report=found,
        track=track,
        tracks=[(one, name, frame.address(HERE, **days_of(period), **_kept(one))) for one, name in TRACKS.items()],
        kept=_kept(track),
        on_time=rate,
        satisfied={"满意": "satisfied", "基本满意": "basically", "不满意": "not"},
        breakdowns={name: shares[:SHOWN] for name, shares in found.breakdowns.items()},
        note=NOTE,
        excel=frame.address("/reports.xlsx", **days_of(period), **_kept(track)),
        monthly=frame.address("/reports/papers/monthly", **days_of(period)),
        bulletin=frame.address("/reports/papers/bulletin", **days_of(period)),
        credits=frame.address(CREDITS, **days_of(period)),
        asked=days_of(period),
        scores=office.profile.scores,
        unset="scores" in office.profile.to_be_set,
    )


@router.get(CREDITS, dependencies=[Depends(requires(Right.READ))])
def credits(request: Request) -> HTMLResponse:
    """Show the 采用通报 of a period, for which every submitter is read: the page need not wait for it."""
    office: Office = request.app.state.office
    period, _ = asked_period(request, office)
    found = reports.bulletin(office.store, office.profile.scores, period.days)
    return frame.fragment("_credits.html", credits=found[:CREDITED], levels=list(Level))


@router.get("/reports.xlsx", dependencies=[Depends(requires(Right.EXPORT))])
def excel(request: Request) -> Response:
    """Give the figures of a period as a workbook."""
    office: Office = request.app.state.office
    period, problem = asked_period(request, office)
    if problem:
        raise Invalid(problem, field="period", code="E_DATE")
    now, track = office.now(), _track(request)
    found = reports.report(office.store, office.taxonomy, period, now, track)
    told = reports.bulletin(office.store, office.profile.scores, period.days)
    path = downloads.new_path(office.settings, "xlsx", now)
    write_report(path, found, told)
    wish = Wish(form=Form.XLSX, filters=tuple({**days_of(period), **_kept(track)}.items()))
    exports.record(office.store, exports.new_export("报表", found.received, wish, caller_of(request), now))
    return downloads.sent(path, f"{TITLES[track]}（{period.name}）.xlsx", Form.XLSX.media_type)


def _track(request: Request) -> Track:
    """Read which track is asked for; 来稿 where none is, or none of ours."""
    return next((one for one in Track if one == request.query_params.get("track")), Track.SUBMISSION)


def _kept(track: Track) -> dict[str, str]:
    """Write a track as it stands in an address; the usual one does not."""
    return {} if track is Track.SUBMISSION else {"track": track.value}


def days_of(period: Period) -> dict[str, str]:
    """Write a period as it stands in an address."""
    if period.id != "own":
        return {"period": period.id}
    return {"from": period.days.first.isoformat(), "to": period.days.last.isoformat()}


def asked_period(request: Request, office: Office, usual: str = "month") -> tuple[Period, str]:
    """Read which period is asked for; what cannot be one gives the usual one and says so."""
    params, today = request.query_params, local_day(office.now())
    known = {one.id: one for one in reports.periods(office.profile, today)}
    try:
        first, last = parse_day(params.get("from"), "from"), parse_day(params.get("to"), "to")
    except Invalid as error:
        return known[usual], f"时段有误：{error}"
    if first is None and last is None:
        return known.get(params.get("period", ""), known[usual]), ""
    begun, ended = first or date(1990, 1, 1), last or today
    if begun > ended:
        return known[usual], "时段有误：开始日期晚于结束日期"
    return reports.own_period(begun, ended), ""
