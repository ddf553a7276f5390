"""报送与采用: what goes up, what came back, and the numbers of 《社情民意》."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from nlp.domain import Level, Outcome
from service import exports, reports, statistics, upward
from service.access import Right
from service.deadlines import local_day
from service.errors import Invalid, NotFound, ServiceError
from service.office import Office
from service.store.records import Registered
from service.store.upward import ReportFilter, ReportRow
from service.upward import Doing, Said, Sending
from service.web.api.parameters import known_id, parse_choice, parse_day
from service.web.callers import caller_of, requires
from service.web.pages import frame
from service.web.pages.frame import Choice, Filter
from service.web.pages.list_columns import title_of
from service.web.pages.reports import asked_period, days_of
from service.web.printing import print_brief

router = APIRouter()
HERE = "/upward"
WAITING = 100
BRIEFS = 20
TONES = {Outcome.PENDING: "soon", Outcome.ADOPTED: "well", Outcome.COMBINED: "well"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A report as a line."""

    submission_id: str
    receipt: str
    title: str
    level: str
    day: date
    brief: str
    outcome: str
    outcome_on: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """A submission that waits to be reported."""

    id: str
    receipt: str
    title: str
    person: str
    received: str


@router.get(HERE, dependencies=[Depends(requires(Right.READ))])
def shown(request: Request, done: str = "", problem: str = "") -> HTMLResponse:
    """Show what went up in a period."""
    office: Office = request.app.state.office
    period, wrong = asked_period(request, office, usual="year")
    params = request.query_params
    level = next((one for one in Level if one.value == params.get("level")), None)
    outcome = next((one for one in Outcome if one.value == params.get("outcome")), None)
    wanted = ReportFilter(level=level, outcome=outcome, first_day=period.days.first, last_day=period.days.last)
    page = upward.reports_page(office.store, wanted, params.get("cursor") or None, frame.PAGE_SIZE)
    chosen = {**days_of(period), "level": params.get("level", ""), "outcome": params.get("outcome", "")}
    return frame.render(
        request,
        "upward.html",
        HERE,
        notice=done[:100],
        problem=wrong or problem[:200],
        period=period,
        periods=reports.periods(office.profile, local_day(office.now())),
        report=reports.headline(office.store, period),
        filters=_filters(chosen),
        kept=days_of(period),
        rows=[line_of(row) for row in page.rows],
        total=page.total,
        next_address=frame.address(HERE, **chosen, cursor=page.next_cursor) if page.next_cursor else "",
        exported=chosen,
        note="一件可同时报送几级并转办部门，各项不可相加。",
    )


@router.get("/upward/waiting", dependencies=[Depends(requires(Right.MANAGE))])
def waiting(request: Request, level: str = "", done: str = "", problem: str = "") -> HTMLResponse:
    """Show what is to be reported to a level and was not yet, and the latest briefs."""
    office: Office = request.app.state.office
    chosen = parse_choice(Level, level or Level.REGION.value, "level") or Level.REGION
    found = upward.waiting(office.store, chosen, WAITING)
    return frame.render(
        request,
        "upward_waiting.html",
        HERE,
        notice=done[:100],
        problem=problem[:200],
        level=chosen,
        levels=[one for one in Level if one is not Level.NATION],
        every_level=list(Level),
        rows=[_waiter(one) for one in found],
        briefs=upward.latest_briefs(office.store, BRIEFS),
        today=local_day(office.now()).isoformat(),
        signer=_usual_signer(request),
    )


@router.post("/upward/report", dependencies=[Depends(requires(Right.MANAGE))])
async def report_many(request: Request) -> Response:
    """Record that chosen submissions went up to a level."""
    return await run_in_threadpool(_report_many, request, await request.form())


def _report_many(request: Request, form: FormData) -> Response:
    office: Office = request.app.state.office
    chosen = [str(one) for one in form.getlist("submission")][:WAITING]
    level = str(form.get("level", ""))
    back = {"level": level}
    done, problems = 0, [] if chosen else ["请先勾选来稿"]
    for one in chosen:
        try:
            upward.report(office.store, known_id(one), _sending(form), _doing(request))
            done += 1
        except ServiceError as error:
            problems.append(str(error))
    said = f"已登记报送 {done} 件" if done else ""
    return _to("/upward/waiting", **back, done=said, problem="；".join(dict.fromkeys(problems)))


@router.post("/upward/briefs", dependencies=[Depends(requires(Right.MANAGE))])
async def issue(request: Request) -> Response:
    """Give chosen submissions the next number of 《社情民意》."""
    return await run_in_threadpool(_issue, request, await request.form())


def _issue(request: Request, form: FormData) -> Response:
    office: Office = request.app.state.office
    try:
        levels = [parse_choice(Level, str(one), "levels") for one in form.getlist("levels")]
        made = upward.issue_brief(
            office.store,
            office.profile,
            [known_id(str(one)) for one in form.getlist("submission")],
            _day(form),
            str(form.get("signer", "")),
            [one for one in levels if one is not None],
            _doing(request),
        )
    except ServiceError as error:
        return _to("/upward/waiting", level=str(form.get("level", "")), problem=str(error))
    return _to(
        "/upward/waiting",
        level=str(form.get("level", "")),
        done=f"已编入《社情民意》{made.year}年{made.label}，可在下方下载",
    )


@router.get("/upward/briefs/{brief_id}", dependencies=[Depends(requires(Right.EXPORT))])
def brief(request: Request, brief_id: str) -> Response:
    """Give a number of 《社情民意》 as a Word file."""
    return print_brief(request.app.state.office, caller_of(request), brief_id)


@router.get("/submissions/{submission_id}/upward", dependencies=[Depends(requires(Right.READ))])
def of_submission(request: Request, submission_id: str, done: str = "", problem: str = "") -> HTMLResponse:
    """Show what went up of a submission and what came back, with what can be recorded."""
    office: Office = request.app.state.office
    story = statistics.story(office.store, known_id(submission_id))
    record = upward.record_of(office.store, submission_id)
    reported = {one.level for one in record.reports}
    return frame.render(
        request,
        "upward_one.html",
        HERE,
        notice=done[:100],
        problem=problem[:200],
        one=story.registered.submission,
        title=title_of(story.registered),
        record=record,
        levels=[one for one in Level if one not in reported],
        every_level=list(Level),
        outcomes=list(Outcome),
        tones=TONES,
        scans=[Choice(value=one.id, label=one.name) for one in story.attachments],
        today=local_day(office.now()).isoformat(),
        signer=_usual_signer(request),
        reveals=exports.may_reveal(caller_of(request)),
    )


@router.post("/submissions/{submission_id}/upward/{action}", dependencies=[Depends(requires(Right.MANAGE))])
async def record(request: Request, submission_id: str, action: str) -> Response:
    """Record a report, an outcome or an instruction, or take one back."""
    form = await request.form()
    await run_in_threadpool(statistics.registered, request.app.state.office.store, known_id(submission_id))
    try:
        done = await run_in_threadpool(_record, request, submission_id, action, form)
    except (Invalid, NotFound, ServiceError) as error:
        return _to(f"/submissions/{submission_id}/upward", problem=str(error))
    return _to(f"/submissions/{submission_id}/upward", done=done)


def _record(request: Request, submission_id: str, action: str, form: FormData) -> str:
    actions: dict[str, Callable[[Request, str, FormData], str]] = {
        "report": _report,
        "outcome": _outcome,
        "withdraw": _withdraw,
        "instruct": _instruct,
        "withdraw-instruction": _withdraw_instruction,
    }
    if action not in actions:
        raise NotFound("没有这种操作，请从页面上的按钮办理")
    return actions[action](request, submission_id, form)


def _report(request: Request, submission_id: str, form: FormData) -> str:
    office: Office = request.app.state.office
    made = upward.report(office.store, submission_id, _sending(form), _doing(request))
    return f"已登记报送{made.level.label}"


def _outcome(request: Request, submission_id: str, form: FormData) -> str:
    office: Office = request.app.state.office
    outcome = parse_choice(Outcome, str(form.get("outcome", "")), "outcome")
    if outcome is None:
        raise Invalid("请选择采用情况", field="outcome", code="E_EMPTY")
    report_id, note, day = known_id(str(form.get("report", ""))), str(form.get("note", "")), _optional_day(form)
    after = upward.record_outcome(office.store, report_id, outcome, day, note, _version(form), _doing(request))
    return f"{after.level.label}：{after.outcome.label}"


def _withdraw(request: Request, submission_id: str, form: FormData) -> str:
    office: Office = request.app.state.office
    report_id = known_id(str(form.get("report", "")))
    upward.withdraw_report(office.store, report_id, str(form.get("reason", "")), _version(form), _doing(request))
    return "已撤销这条报送记录"


def _instruct(request: Request, submission_id: str, form: FormData) -> str:
    office: Office = request.app.state.office
    said = Said(
        leader=str(form.get("leader", "")),
        level=_level(form),
        day=_day(form),
        text=str(form.get("text", "")),
        attachment_id=str(form.get("attachment", "")) or None,
    )
    upward.instruct(office.store, submission_id, said, _doing(request))
    return "已登记批示"


def _withdraw_instruction(request: Request, submission_id: str, form: FormData) -> str:
    office: Office = request.app.state.office
    instruction = known_id(str(form.get("instruction", "")))
    upward.withdraw_instruction(office.store, instruction, str(form.get("reason", "")), _doing(request))
    return "已撤销这条批示"


def line_of(row: ReportRow) -> Line:
    """Prepare a report for the list."""
    one = row.report
    return Line(
        submission_id=one.submission_id,
        receipt=row.receipt,
        title=row.title.strip() or row.text,
        level=one.level.label,
        day=one.reported_on,
        brief=row.brief,
        outcome=one.outcome.label,
        outcome_on="" if one.outcome_on is None else one.outcome_on.isoformat(),
        tone=TONES.get(one.outcome, "plain"),
    )


def _waiter(one: Registered) -> Waiter:
    submission = one.submission
    return Waiter(
        id=submission.id,
        receipt=submission.receipt,
        title=title_of(one),
        person=submission.submitter.name,
        received=frame.day(submission.received_at),
    )


def _filters(chosen: dict[str, str]) -> list[Filter]:
    levels = [Choice(value=one.value, label=one.label) for one in Level]
    outcomes = [Choice(value=one.value, label=one.label) for one in Outcome]
    return [
        Filter(name="level", label="级别", choices=levels, chosen=chosen["level"]),
        Filter(name="outcome", label="采用情况", choices=outcomes, chosen=chosen["outcome"]),
    ]


def _usual_signer(request: Request) -> str:
    caller = caller_of(request)
    return caller.name if caller.may(Right.SIGN) else ""


def _doing(request: Request) -> Doing:
    office: Office = request.app.state.office
    return Doing(actor=caller_of(request).id, now=office.now())


def _sending(form: FormData) -> Sending:
    return Sending(level=_level(form), day=_day(form), signer=str(form.get("signer", "")))


def _level(form: FormData) -> Level:
    level = parse_choice(Level, str(form.get("level", "")), "level")
    if level is None:
        raise Invalid("请选择级别", field="level", code="E_EMPTY")
    return level


def _day(form: FormData) -> date:
    day = _optional_day(form)
    if day is None:
        raise Invalid("请填写日期", field="day", code="E_EMPTY")
    return day


def _optional_day(form: FormData) -> date | None:
    return parse_day(str(form.get("day", "")).strip(), "day")


def _version(form: FormData) -> int | None:
    version = str(form.get("version", ""))
    return int(version) if version.isdecimal() and len(version) < 10 else None


def _to(path: str, **parameters: str) -> RedirectResponse:
    return RedirectResponse(frame.address(path, **parameters), 303)
