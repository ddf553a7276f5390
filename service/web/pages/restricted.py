"""限阅件: the list and the page of one, for the two people who are named for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from nlp.domain import Stage
from service import restricted
from service.access import Right
from service.errors import NotFound, ServiceError
from service.office import Office
from service.restricted import WayOut
from service.store.records import Registered
from service.web.api.parameters import known_id, parse_choice
from service.web.callers import caller_of, requires
from service.web.downloads import file_answer
from service.web.pages import frame
from service.web.pages.detail import facts
from service.web.pages.history import history_line
from service.web.pages.list_columns import title_of

HERE = "/restricted"
router = APIRouter(prefix=HERE, dependencies=[Depends(requires(Right.RESTRICTED))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A restricted submission as a line of the list."""

    id: str
    receipt: str
    title: str
    source: str
    received: str


@router.get("")
def listed(request: Request, done: str = "", before: str = "", passed: str = "") -> HTMLResponse:
    """Show what waits, and what has been dealt with; `before` and `passed` lead to the earlier ones of each.

    Titles tell something too: that they were looked at is written down.
    """
    office: Office = request.app.state.office
    caller = caller_of(request)
    places = before[:36] or None, passed[:36] or None
    waiting, dealt_with = restricted.look_at_list(office.store, caller, office.now(), *places)
    return frame.render(
        request,
        "restricted.html",
        HERE,
        notice=done[:100],
        count=frame.restricted_count(office, caller),
        waiting=[_line(one) for one in waiting.rows],
        dealt_with=[_line(one) for one in dealt_with.rows],
        first=frame.address(HERE) if before or passed else "",
        earlier=frame.address(HERE, before=waiting.before, passed=passed) if waiting.before else "",
        earlier_passed=frame.address(HERE, before=before, passed=dealt_with.before) if dealt_with.before else "",
    )


@router.get("/{submission_id}")
def shown(request: Request, submission_id: str, problem: str = "", done: str = "") -> HTMLResponse:
    """Show one; that it was looked at is written down."""
    office: Office = request.app.state.office
    caller = caller_of(request)
    seen = restricted.look(office.store, known_id(submission_id), caller, office.now())
    return frame.render(
        request,
        "restricted_one.html",
        HERE,
        notice=done[:100],
        problem=problem[:200],
        one=seen.registered.submission,
        waiting=seen.registered.stage is Stage.RESTRICTED,
        ways=list(WayOut),
        proposed_by=frame.actor_name(office, seen.proposed_by) if seen.proposed_by else "",
        own_proposal=seen.proposed_by == caller.id,
        facts=facts(seen.registered.submission),
        files=[{"id": one.id, "name": one.name, "size": f"{one.size / 1024:.0f} KB"} for one in seen.attachments],
        history=[history_line(office, event) for event in seen.events],
    )


@router.get("/{submission_id}/attachments/{attachment_id}")
def download(request: Request, submission_id: str, attachment_id: str) -> FileResponse:
    """Send a file of one; pictures may be shown, everything else is for saving alone."""
    office: Office = request.app.state.office
    found, path = restricted.look_at_file(
        office.store,
        office.settings.home,
        known_id(submission_id),
        known_id(attachment_id),
        caller_of(request),
        office.now(),
    )
    return file_answer(found, path)


@router.post("/{submission_id}/{action}")
def act(
    request: Request,
    submission_id: str,
    action: str,
    note: Annotated[str, Form()] = "",
    way: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Pass one on, or take a step towards its release."""
    known = known_id(submission_id)
    try:
        done = _perform(request, known, action, note, way)
    except NotFound:
        raise
    except ServiceError as error:
        return RedirectResponse(frame.address(f"{HERE}/{known}", problem=str(error)), 303)
    return RedirectResponse(frame.address(HERE, done=done), 303)


def _perform(request: Request, submission_id: str, action: str, note: str, way: str) -> str:
    office: Office = request.app.state.office
    store, caller, now = office.store, caller_of(request), office.now()
    if action == "propose-release":
        restricted.propose_release(store, submission_id, note, caller, now)
        return "已提出误判解除，等另一位阅件人同意"
    if action == "refuse-release":
        restricted.refuse_release(store, submission_id, note, caller, now)
        return "已答复不同意误判解除，仍按限阅件管理"
    if action == "agree-to-release":
        restricted.agree_to_release(store, office.judge, submission_id, caller, now)
        return "已误判解除，该件转入“待拟办”"
    if action != "pass-on":
        raise NotFound("没有这个操作")
    chosen = parse_choice(WayOut, way, "way") or WayOut.DISCIPLINE
    restricted.pass_on(store, submission_id, chosen, note, caller, now)
    return f"已登记：{chosen.label}"


def _line(one: Registered) -> Line:
    submission = one.submission
    return Line(
        id=submission.id,
        receipt=submission.receipt,
        title=title_of(one),
        source=submission.source,
        received=frame.day(submission.received_at),
    )
