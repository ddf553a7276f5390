"""登记: type or paste, see at once what the machine makes of it, register."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from nlp.domain import Doubt, Openness, Routing, Track, Urgency, Writing
from service import attachments, drafts
from service.access import Caller, Right
from service.attachments import Upload
from service.deadlines import local_day
from service.errors import SecretText, ServiceError
from service.intake import Receipt
from service.office import Office
from service.store.drafts import Draft
from service.web.callers import TheCaller, caller_of, requires
from service.web.pages import drafting, frame
from service.web.pages.judged import Judged, judged_view
from service.web.pages.register_form import RegisterForm, content_of, incoming_of, new_form, typed
from service.web.pages.tidying import Known, Tidying, tidyings

router = APIRouter()
HERE = "/register"
MAY_REGISTER = [Depends(requires(Right.REGISTER))]
SOURCES = ("履职平台", "微信", "邮箱", "电话", "来信", "来访", "协商平台", "委员工作站", "12345 转")
FORM = "register"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A draft that was left: its key, the words that it begins with, when it was kept."""

    key: str
    words: str
    saved: str


@router.get(HERE, dependencies=MAY_REGISTER)
def empty_form(request: Request, caller: TheCaller, draft: str = "") -> HTMLResponse:
    """Show the form as it was left: the draft asked for, else the latest; `draft=new` is the empty one.

    A key of which no draft is left is kept: who comes back to what was registered sends the same again, not another.
    """
    office: Office = request.app.state.office
    kept = drafts.kept(office.store, caller.id, FORM, caller.stands_for)
    chosen = next((one for one in kept if draft == one.key or _is_last(draft, one, caller)), None)
    form = new_form(office.now(), draft) if chosen is None else typed({**chosen.content, "key": chosen.key})
    return _form(request, form, None, restored=chosen)


def _is_last(asked: str, draft: Draft, caller: Caller) -> bool:
    """Tell whether a draft may be opened unasked: one's own, not that of somebody whom one stands in for."""
    return not asked and draft.person == caller.id


@router.post(f"{HERE}/judge", dependencies=MAY_REGISTER)
async def judge(request: Request) -> HTMLResponse:
    """Judge what has been typed so far; nothing is kept."""
    form = typed(await request.form())
    judged = await run_in_threadpool(_judged, request.app.state.office, form)
    return frame.fragment("_judgement.html", judged=judged)


@router.post(f"{HERE}/draft", dependencies=MAY_REGISTER)
async def keep_draft(request: Request) -> HTMLResponse:
    """Keep what has been typed so far as a draft; a form in which nothing stands is none."""
    form = typed(await request.form())
    return await run_in_threadpool(_keep_draft, request, form)


@router.post(f"{HERE}/discard", dependencies=MAY_REGISTER)
def discard(request: Request, caller: TheCaller, key: Annotated[str, Form()] = "") -> RedirectResponse:
    """Throw a draft away."""
    drafts.discard(request.app.state.office.store, caller.id, FORM, key, caller.stands_for)
    return RedirectResponse(f"{HERE}?draft=new", 303)


@router.post(f"{HERE}/preview", dependencies=MAY_REGISTER)
async def preview(request: Request) -> HTMLResponse:
    """Show the form again with the judgement beside it, for browsers without scripts."""
    form = typed(await request.form())
    await run_in_threadpool(_keep_draft, request, form)
    judged = await run_in_threadpool(_judged, request.app.state.office, form)
    return await run_in_threadpool(_form, request, form, judged)


@router.post(f"{HERE}/tidy", dependencies=MAY_REGISTER)
async def tidy(request: Request, how: str = "") -> HTMLResponse:
    """Put in order what was offered, for browsers without scripts."""
    form = typed(await request.form())
    offers = _offers(request.app.state.office, form)
    filled = next((dict(one.fields) for one in offers if one.how == how), {})
    form = replace(form, **filled)
    judged = await run_in_threadpool(_judged, request.app.state.office, form)
    return await run_in_threadpool(_form, request, form, judged)


@router.post(HERE, dependencies=MAY_REGISTER)
async def register(request: Request) -> HTMLResponse:
    """Register what was typed, keep the files, show the 登记号; its draft is done with."""
    office: Office = request.app.state.office
    sent, caller = await request.form(), caller_of(request)
    form, person = typed(sent), caller.id
    try:
        incoming = incoming_of(form, person, office.now())
        receipt = await request.app.state.line.receive(incoming)
        if not isinstance(receipt, Receipt):
            raise receipt
    except ServiceError as error:
        return await run_in_threadpool(_refused, request, form, error)
    await run_in_threadpool(drafts.discard, office.store, person, FORM, form.key, caller.stands_for)
    restricted = receipt.doubts == (Doubt.ACCUSATION.value,) and receipt.theme is None
    uploads = await uploads_of(sent)
    problems = await run_in_threadpool(keep_files, office, receipt.id, uploads, person, registering=True)
    return await run_in_threadpool(_registered, request, receipt, restricted, problems)


async def uploads_of(sent: FormData) -> list[Upload]:
    """Read the files of a form; empty places of the form are none."""
    files = [one for one in sent.getlist("files") if isinstance(one, UploadFile) and one.filename]
    return [
        Upload(name=one.filename or "", media_type=one.content_type or "", content=await one.read()) for one in files
    ]


def keep_files(
    office: Office, submission_id: str, uploads: list[Upload], actor: str, *, registering: bool = False
) -> list[str]:
    """Keep files with a submission; give what went wrong, in Chinese, one line a file."""
    problems: list[str] = []
    for upload in uploads:
        settings = office.settings
        try:
            attachments.keep(
                office.store,
                settings.home,
                submission_id,
                upload,
                settings.attachment_limit,
                actor,
                office.now(),
                registering=registering,
            )
        except ServiceError as error:
            problems.append(f"附件“{upload.name[:60]}”没有保存：{error}")
    return problems


def _keep_draft(request: Request, form: RegisterForm) -> HTMLResponse:
    office: Office = request.app.state.office
    content, caller = content_of(form), caller_of(request)
    if not drafts.changed(content, content_of(new_form(office.now()))):
        return drafting.throw_away(office, caller.id, FORM, form.key, caller.stands_for)
    return drafting.keep(office, caller.id, FORM, form.key, content, caller.stands_for)


def _refused(request: Request, form: RegisterForm, error: ServiceError) -> HTMLResponse:
    """Show the form again with what was wrong; nothing that was typed is lost."""
    if isinstance(error, SecretText):
        caller = caller_of(request)
        drafts.discard(request.app.state.office.store, caller.id, FORM, form.key, caller.stands_for)
    if error.code == "E_IDEM_MISMATCH":
        words = "这份草稿已在另一个窗口登记过。如果下面是另一件，请再按一次“登记”"
        return _form(request, replace(form, key=uuid4().hex), None, problem=words, status=422)
    return _form(request, form, None, problem=str(error), status=422)


def _judged(office: Office, form: RegisterForm) -> Judged | None:
    writing = Writing(title=form.title.strip(), text=form.text)
    if not (writing.title + writing.text).strip():
        return None
    (judgement,) = office.judge.judge([writing], local_day(office.now()))
    return judged_view(office, writing, judgement, _offers(office, form))


def _offers(office: Office, form: RegisterForm) -> list[Tidying]:
    known = Known(title=form.title, phone=form.phone, name=form.name, place=form.place)
    return tidyings(Writing(title=form.title, text=form.text), known, townships(office))


def townships(office: Office) -> list[str]:
    """Name the places that are offered."""
    return [one.name for one in office.taxonomy.departments if one.township]


def _form(
    request: Request,
    form: RegisterForm,
    judged: Judged | None,
    problem: str = "",
    status: int = 200,
    restored: Draft | None = None,
) -> HTMLResponse:
    office: Office = request.app.state.office
    caller = caller_of(request)
    kept = drafts.kept(office.store, caller.id, FORM, caller.stands_for)
    return frame.render(
        request,
        "register.html",
        HERE,
        status=status,
        form=form,
        amending=False,
        judged=judged,
        problem=problem,
        restored="" if restored is None else frame.minute(restored.saved_at),
        others=[draft_line(one) for one in kept if one.key != form.key],
        tracks=list(Track),
        urgencies=list(Urgency),
        opennesses=list(Openness),
        sources=SOURCES,
        places=townships(office),
    )


def draft_line(draft: Draft) -> DraftLine:
    """Prepare a draft for the list of those that are left."""
    words = draft.content.get("title", "").strip() or draft.content.get("text", "").strip()
    return DraftLine(key=draft.key, words=words[:20] or "（还没写标题和正文）", saved=frame.minute(draft.saved_at))


def _registered(request: Request, receipt: Receipt, restricted: bool, problems: list[str]) -> HTMLResponse:
    taxonomy = request.app.state.office.taxonomy
    return frame.render(
        request,
        "registered.html",
        HERE,
        receipt=receipt,
        restricted=restricted,
        problems=problems,
        theme=taxonomy.theme_name(receipt.theme),
        lead=receipt.department_name,
        routing=Routing(receipt.decision).label,
        reviews=receipt.decision == Routing.REVIEW.value,
        may_print=caller_of(request).may(Right.EXPORT),
    )
