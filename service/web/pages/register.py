"""登记: type or paste, see at once what the machine makes of it, register."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields
from datetime import datetime, time
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from nlp.domain import Doubt, Openness, Routing, Submitter, Track, Urgency, Writing
from service import attachments
from service.access import Right
from service.attachments import Upload
from service.deadlines import BEIJING, local_day
from service.errors import ServiceError
from service.intake import Incoming, Receipt
from service.office import Office
from service.web.api.parameters import parse_choice, parse_day
from service.web.callers import caller_of, requires
from service.web.pages import frame
from service.web.pages.judged import Judged, judged_view

router = APIRouter()
HERE = "/register"
MAY_REGISTER = [Depends(requires(Right.REGISTER))]
SOURCES = ("履职平台", "微信", "邮箱", "电话", "来信", "来访", "协商平台", "委员工作站", "12345 转")
_KEY = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterForm:
    """The form as typed; `key` makes pressing the button twice harmless."""

    key: str
    title: str = ""
    text: str = ""
    track: str = Track.SUBMISSION.value
    source: str = "履职平台"
    place: str = ""
    received_at: str = ""
    name: str = ""
    unit: str = ""
    circle: str = ""
    committee: str = ""
    phone: str = ""
    cosigners: str = ""
    urgency: str = Urgency.NORMAL.value
    openness: str = Openness.INTERNAL.value
    name_public: str = ""
    reported_elsewhere: str = ""


@router.get(HERE, dependencies=MAY_REGISTER)
def empty_form(request: Request) -> HTMLResponse:
    """Show the empty form."""
    today = local_day(request.app.state.office.now()).isoformat()
    return _form(request, RegisterForm(key=uuid4().hex, received_at=today), None)


@router.post(f"{HERE}/judge", dependencies=MAY_REGISTER)
def judge(request: Request, title: Annotated[str, Form()] = "", text: Annotated[str, Form()] = "") -> HTMLResponse:
    """Judge what has been typed so far; nothing is kept."""
    return frame.fragment("_judgement.html", judged=_judged(request.app.state.office, title, text))


@router.post(f"{HERE}/preview", dependencies=MAY_REGISTER)
async def preview(request: Request) -> HTMLResponse:
    """Show the form again with the judgement beside it, for browsers without scripts."""
    form = _typed(await request.form())
    judged = await run_in_threadpool(_judged, request.app.state.office, form.title, form.text)
    return await run_in_threadpool(_form, request, form, judged)


@router.post(HERE, dependencies=MAY_REGISTER)
async def register(request: Request) -> HTMLResponse:
    """Register what was typed, keep the files, show the 登记号."""
    office: Office = request.app.state.office
    sent = await request.form()
    form = _typed(sent)
    try:
        incoming = incoming_of(form, caller_of(request).id, office.now())
        receipt = await asyncio.wrap_future(request.app.state.line.receive(incoming))
        if not isinstance(receipt, Receipt):
            raise receipt
    except ServiceError as error:
        return await run_in_threadpool(_form, request, form, None, problem=str(error), status=422)
    restricted = receipt.doubts == (Doubt.ACCUSATION.value,) and receipt.theme is None
    uploads, actor = await uploads_of(sent), caller_of(request).id
    problems = await run_in_threadpool(keep_files, office, receipt.id, uploads, actor, registering=True)
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


def incoming_of(form: RegisterForm, caller: str, now: datetime) -> Incoming:
    """Make an intake record out of the form.

    Raises:
        Invalid: a field that cannot be.
    """
    received = parse_day(form.received_at, "received_at")
    today = received is None or received == local_day(now)
    content = json.dumps(asdict(form), ensure_ascii=True, sort_keys=True)
    return Incoming(
        track=parse_choice(Track, form.track, "track") or Track.SUBMISSION,
        title=form.title.strip(),
        text=form.text,
        source=form.source.strip() or "未注明",
        place=form.place.strip(),
        submitter=Submitter(
            name=form.name.strip(),
            unit=form.unit.strip(),
            circle=form.circle.strip(),
            committee=form.committee.strip(),
            cosigners=tuple(filter(None, re.split(r"[、，,;；\s]+", form.cosigners))),
            phone=form.phone.strip(),
        ),
        received_at=now if today or received is None else datetime.combine(received, time(9), BEIJING),
        urgency=parse_choice(Urgency, form.urgency, "urgency") or Urgency.NORMAL,
        openness=parse_choice(Openness, form.openness, "openness") or Openness.INTERNAL,
        name_public=bool(form.name_public),
        reported_elsewhere=bool(form.reported_elsewhere),
        caller=caller,
        idempotency_key=form.key,
        body_sha256=hashlib.sha256(content.encode()).hexdigest(),
    )


def _typed(sent: FormData) -> RegisterForm:
    names = {field.name for field in fields(RegisterForm)}
    values: dict[str, Any] = {name: value for name, value in sent.items() if name in names and isinstance(value, str)}
    values["text"] = values.get("text", "").replace("\r\n", "\n")
    if not _KEY.match(values.get("key", "")):
        values["key"] = uuid4().hex
    return RegisterForm(**values)


def _judged(office: Office, title: str, text: str) -> Judged | None:
    writing = Writing(title=title.strip(), text=text.replace("\r\n", "\n"))
    if not (writing.title + writing.text).strip():
        return None
    (judgement,) = office.judge.judge([writing], local_day(office.now()))
    return judged_view(office, writing, judgement)


def _form(
    request: Request, form: RegisterForm, judged: Judged | None, problem: str = "", status: int = 200
) -> HTMLResponse:
    office: Office = request.app.state.office
    return frame.render(
        request,
        "register.html",
        HERE,
        status=status,
        form=form,
        judged=judged,
        problem=problem,
        tracks=list(Track),
        urgencies=list(Urgency),
        opennesses=list(Openness),
        sources=SOURCES,
        places=[one.name for one in office.taxonomy.departments if one.township],
    )


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
    )
