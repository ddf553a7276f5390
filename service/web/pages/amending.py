"""更正登记内容: the form of 登记 filled with what was registered, and why it is put right."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from nlp.domain import Openness, Submission, Urgency
from service import amending, drafts, statistics
from service.access import Caller, Right
from service.amending import Amended, Amendment, Became
from service.deadlines import local_day
from service.errors import NotFound, SecretText, ServiceError
from service.office import Office
from service.store.drafts import Draft
from service.web.api.parameters import known_id
from service.web.callers import caller_of, requires
from service.web.pages import drafting, frame
from service.web.pages.register import SOURCES, townships
from service.web.pages.register_form import RegisterForm, content_of, form_of, incoming_of, typed

router = APIRouter(prefix="/submissions/{submission_id}/amend", dependencies=[Depends(requires(Right.REGISTER))])

FORM = "amend"
TOLD = {
    Became.JUDGED: "已更正登记内容，系统已按更正后的内容重新判断",
    Became.LEFT: "已更正登记内容，拟办意见没有改动",
}
ACCUSES = "。系统认为更正后的内容疑似检举控告，请核对，需要时“列为限阅件”"


@router.get("")
def filled(request: Request, submission_id: str) -> HTMLResponse:
    """Show the form with what is registered, or as it was left."""
    office, caller = request.app.state.office, caller_of(request)
    submission = statistics.registered(office.store, known_id(submission_id)).submission
    kept = drafts.kept(office.store, caller.id, FORM, caller.stands_for)
    left = next((one for one in kept if one.key == submission.id), None)
    if left is None:
        return _form(request, submission, form_of(submission))
    return _form(request, submission, typed(left.content), reason=left.content.get("reason", ""), left=left)


@router.post("/draft")
async def keep_draft(request: Request, submission_id: str) -> HTMLResponse:
    """Keep what has been typed so far as a draft; a form that says what is registered is none."""
    return await run_in_threadpool(_keep_draft, request, known_id(submission_id), await request.form())


@router.post("/discard")
def discard(request: Request, submission_id: str) -> RedirectResponse:
    """Throw the draft away."""
    office: Office = request.app.state.office
    submission = statistics.registered(office.store, known_id(submission_id)).submission
    _discard(office, caller_of(request), submission.id)
    return RedirectResponse(f"/submissions/{submission.id}/amend", 303)


@router.post("", response_model=None)
async def amend(request: Request, submission_id: str) -> Response:
    """Put it right; what could not be done keeps what was typed."""
    sent = await request.form()
    return await run_in_threadpool(_amend, request, known_id(submission_id), sent)


def _amend(request: Request, submission_id: str, sent: FormData) -> Response:
    office: Office = request.app.state.office
    caller, now, form = caller_of(request), office.now(), typed(sent)
    before = statistics.registered(office.store, submission_id).submission
    reason, seen = str(sent.get("reason", "")), str(sent.get("seen", ""))
    try:
        incoming = incoming_of(form, caller.id, now)
        same_day = local_day(incoming.received_at) == local_day(before.received_at)
        wanted = Amendment(
            title=None if incoming.title == before.title.strip() else incoming.title,
            text=None if incoming.text == _through_a_page(before.text) else incoming.text,
            source=incoming.source,
            place=incoming.place,
            submitter=incoming.submitter,
            received_at=None if same_day else incoming.received_at,
            urgency=incoming.urgency,
            openness=incoming.openness,
            name_public=incoming.name_public,
            reported_elsewhere=incoming.reported_elsewhere,
        )
        done = amending.amend(
            office.store,
            office.judge,
            office.policy,
            office.taxonomy,
            submission_id,
            wanted,
            reason,
            caller.id,
            now,
            seen,
        )
    except NotFound:
        raise
    except ServiceError as error:
        if isinstance(error, SecretText):
            _discard(office, caller, submission_id)
        return _form(request, before, form, reason=reason, problem=str(error), status=422)
    _discard(office, caller, submission_id)
    return RedirectResponse(_next(submission_id, done), 303)


def _keep_draft(request: Request, submission_id: str, sent: FormData) -> HTMLResponse:
    office, caller = request.app.state.office, caller_of(request)
    registered = form_of(statistics.registered(office.store, submission_id).submission)
    content = content_of(typed(sent)) | {"reason": str(sent.get("reason", "")), "seen": str(sent.get("seen", ""))}
    untouched = content_of(registered) | {
        "text": _through_a_page(registered.text), "track": content["track"], "seen": content["seen"],
    }  # fmt: skip
    if not drafts.changed(content, untouched):
        return drafting.throw_away(office, caller.id, FORM, submission_id, caller.stands_for)
    return drafting.keep(office, caller.id, FORM, submission_id, content, caller.stands_for)


def _discard(office: Office, caller: Caller, submission_id: str) -> None:
    drafts.discard(office.store, caller.id, FORM, submission_id, caller.stands_for)


def _through_a_page(text: str) -> str:
    """Give a text as a page sends it back untouched: its line ends are one, and a first empty line is lost."""
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")


def _next(submission_id: str, done: Amended) -> str:
    if done.became is Became.RESTRICTED:
        words = f"{done.receipt} 更正后疑似检举控告，已按限阅件保存，不再出现在任何列表中；请告知阅件人"
        return frame.address("/submissions", done=words)
    words = TOLD[done.became] + (ACCUSES if done.accuses else "")
    return frame.address(f"/submissions/{submission_id}", done=words)


def _form(
    request: Request,
    submission: Submission,
    form: RegisterForm,
    reason: str = "",
    problem: str = "",
    status: int = 200,
    left: Draft | None = None,
) -> HTMLResponse:
    return frame.render(
        request,
        "amend.html",
        "/submissions",
        status=status,
        id=submission.id,
        receipt=submission.receipt,
        seen=amending.version_of(submission) if left is None else left.content.get("seen", ""),
        restored="" if left is None else frame.minute(left.saved_at),
        form=form,
        reason=reason,
        problem=problem,
        amending=True,
        urgencies=list(Urgency),
        opennesses=list(Openness),
        sources=SOURCES,
        places=townships(request.app.state.office),
    )
