"""转办台账 and 我的承办件: items by due date, with what can be done to each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from nlp.domain import ItemState, Role
from service import dispatch, statistics
from service.access import Caller, Right
from service.deadlines import local_day, working_days_left
from service.errors import CalendarUnknown, NotFound, ServiceError
from service.office import Office
from service.store.listing import ItemFilter, ItemRow
from service.web.api.parameters import act_of, desk_of, known_id
from service.web.callers import caller_of, requires
from service.web.pages import frame
from service.web.pages.acting import NAMES, paper_of, perform
from service.web.pages.actions import Action, actions_for, rights_for
from service.web.pages.frame import Choice, Filter
from service.web.pages.listing import title_of

router = APIRouter()
SOON_DAYS = 3
_ACTING = (Right.UNIT, Right.MANAGE, Right.SIGN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An item as a line of the ledger."""

    id: str
    version: int
    submission_id: str
    receipt: str
    title: str
    theme: str
    department: str
    co: bool
    due: str
    left: str
    due_tone: str
    state: str
    tone: str
    actions: list[Action]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """A department with its counts."""

    id: str
    name: str
    level: str
    queued: int
    in_progress: int
    answered: int
    closed: int


@router.get("/ledger", dependencies=[Depends(requires(Right.READ))])
def ledger(request: Request) -> HTMLResponse:
    """Show every item on its way."""
    return _items(request, "/ledger", "转办台账", request.query_params.get("department") or None, at_desk=True)


@router.get("/departments", dependencies=[Depends(requires(Right.READ))])
def departments(request: Request) -> HTMLResponse:
    """Show the departments with how much waits for each."""
    office: Office = request.app.state.office
    counts = statistics.queue_counts(office.store)
    rows = [
        QueueLine(
            id=one.id,
            name=one.name,
            level=one.level.label,
            queued=counts.get((one.id, ItemState.QUEUED), 0),
            in_progress=counts.get((one.id, ItemState.IN_PROGRESS), 0)
            + counts.get((one.id, ItemState.RETURN_REQUESTED), 0),
            answered=counts.get((one.id, ItemState.ANSWERED), 0),
            closed=counts.get((one.id, ItemState.CLOSED), 0),
        )
        for one in office.taxonomy.departments
        if one.level.dispatchable
    ]
    rows.sort(key=lambda row: -(row.queued + row.in_progress + row.answered))
    return frame.render(request, "departments.html", "/departments", rows=rows)


@router.get("/departments/{department}", dependencies=[Depends(requires(Right.READ, Right.UNIT))])
def department_items(request: Request, department: str) -> HTMLResponse:
    """Show the items of one department."""
    office: Office = request.app.state.office
    found = office.taxonomy.department(department)
    if found is None or not caller_of(request).reaches(department):
        raise NotFound("没有这个承办单位，请核对编号")
    return _items(request, f"/departments/{department}", f"{_own(request)} · {found.name}", department, at_desk=False)


def _own(request: Request) -> str:
    return "我的承办件" if caller_of(request).department else "承办件"


def _items(request: Request, here: str, heading: str, department: str | None, *, at_desk: bool) -> HTMLResponse:
    office: Office = request.app.state.office
    params = request.query_params
    state = next((one for one in ItemState if one.value == params.get("state")), None)
    signed = tuple(one for one in ItemState if one.open and one is not ItemState.AWAITING_SIGNATURE)
    wanted = ItemFilter(department=department, states=(state,) if state else () if at_desk else signed)
    page = statistics.items_page(office.store, wanted, params.get("cursor") or None, frame.PAGE_SIZE)
    chosen = {"state": params.get("state", ""), "department": params.get("department", "") if at_desk else ""}
    return frame.render(
        request,
        "ledger.html",
        here if at_desk else "/departments",
        heading=heading,
        notice=params.get("done", "")[:100],
        problem=params.get("problem", "")[:200],
        filters=_filters(office, chosen, at_desk),
        filtered=any(chosen.values()),
        address=frame.address(here, **chosen),
        total=statistics.items_count(office.store, wanted),
        rows=[line_of(office, row, office.now(), caller_of(request)) for row in page.rows],
        batch=at_desk and state is ItemState.AWAITING_SIGNATURE and caller_of(request).may(Right.SIGN),
        next_address=frame.address(here, **chosen, cursor=page.next_cursor) if page.next_cursor else "",
        empty="没有符合条件的承办件。" if any(chosen.values()) else "没有在办的承办件。拟办意见签发后会出现在这里。",
    )


def _filters(office: Office, chosen: dict[str, str], at_desk: bool) -> list[Filter]:
    states = [
        Choice(value=one.value, label=one.label)
        for one in ItemState
        if at_desk or one is not ItemState.AWAITING_SIGNATURE
    ]
    found = [Filter(name="state", label="状态", choices=states, chosen=chosen["state"])]
    if at_desk:
        units = frame.department_choices(office)
        found.append(Filter(name="department", label="承办单位", choices=units, chosen=chosen["department"]))
    return found


def line_of(office: Office, row: ItemRow, now: datetime, caller: Caller) -> Line:
    """Prepare an item for the ledger."""
    item, submission = row.item, row.registered.submission
    left, tone = due_words(item.due_at if item.state.open else None, now)
    return Line(
        id=item.id,
        version=item.version,
        submission_id=submission.id,
        receipt=submission.receipt,
        title=title_of(row.registered),
        theme=office.taxonomy.theme_name(row.registered.theme),
        department=office.taxonomy.department_name(item.department),
        co=item.role is Role.CO,
        due=frame.day(item.due_at) or "—",
        left=left,
        due_tone=tone,
        state=item.state.label + ("（申请延期）" if item.extension_requested else ""),
        tone=frame.state_tone(item.state),
        actions=actions_for(office, item, caller),
    )


def due_words(due_at: datetime | None, now: datetime) -> tuple[str, str]:
    """Say how long is left, in working days where they are known; and the tone of it."""
    if due_at is None:
        return "", ""
    try:
        days, unit = working_days_left(now, due_at), "工作日"
    except CalendarUnknown:
        days, unit = (local_day(due_at) - local_day(now)).days, "天"
    if due_at < now:
        return f"超期 {abs(days)} {unit}", "late"
    if days <= SOON_DAYS:
        return f"将到期，剩 {days} {unit}", "soon"
    return f"剩 {days} {unit}", "plain"


@router.post("/items/{item_id}/{action}", dependencies=[Depends(requires(*_ACTING))])
async def act(request: Request, item_id: str, action: str) -> RedirectResponse:
    """Do something to one item, and go back to where the button was."""
    office: Office = request.app.state.office
    if not caller_of(request).may(*rights_for(action)):
        raise NotFound("没有找到，请核对地址或编号")
    form = await request.form()
    sent = {name: str(form.get(name, "")) for name in NAMES}
    version = str(form.get("version", ""))
    there = _safe(str(form.get("back", "")))
    try:
        relied = int(version) if version.isdecimal() and len(version) < 10 else None
        caller = caller_of(request)
        did = replace(act_of(office, caller, version=relied), paper=paper_of(caller, action, sent))
        done = await run_in_threadpool(perform, desk_of(office), action, known_id(item_id), sent, did)
    except ServiceError as error:
        return _back(there, problem=str(error))
    return _back(there, done=done)


@router.post("/ledger/sign", dependencies=[Depends(requires(Right.SIGN))])
async def sign_all(request: Request) -> RedirectResponse:
    """批量签发: each in its own transaction; what could not be signed is said."""
    office: Office = request.app.state.office
    chosen = [str(one) for one in (await request.form()).getlist("item")][:200]
    done, problems = await run_in_threadpool(_sign, office, chosen, caller_of(request))
    there = frame.address("/ledger", state=ItemState.AWAITING_SIGNATURE.value)
    said = f"已签发 {done} 件" if done else ""
    return _back(there, done=said, problem="" if chosen and not problems else problems or "请先勾选要签发的件")


def _sign(office: Office, ids: list[str], caller: Caller) -> tuple[int, str]:
    done, problems = 0, []
    for item_id in ids:
        try:
            dispatch.sign(desk_of(office), known_id(item_id), act_of(office, caller))
            done += 1
        except ServiceError as error:
            problems.append(str(error))
    return done, f"{len(problems)} 件没有签发：{problems[0]}" if problems else ""


def _safe(there: str) -> str:
    """Let only our own pages through as a way back."""
    return there if there.startswith(("/ledger", "/departments", "/submissions")) and "//" not in there else "/ledger"


def _back(there: str, done: str = "", problem: str = "") -> RedirectResponse:
    path, _, query = there.partition("?")
    kept = {
        name: value
        for name, _, value in (pair.partition("=") for pair in query.split("&"))
        if name in ("state", "department")
    }
    return RedirectResponse(frame.address(path, **kept, done=done, problem=problem), 303)
