"""One submission: its text with the reasons marked, its decision, its items, everything that happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup, escape
from starlette.concurrency import run_in_threadpool

from nlp.domain import Disposition, Evidence, HandlingMode, ItemState, QueueItem, Stage, Submission
from nlp.privacy import mask
from nlp.text import normalise
from service import review, statistics
from service.access import Caller, Right
from service.attachments import path_of
from service.deadlines import local_day
from service.errors import NotFound, ServiceError
from service.office import Office
from service.pictures import picture_type
from service.reminding import reminder_text
from service.split_family import family
from service.statistics import Story
from service.store.conditions import Mark
from service.store.records import Attachment
from service.web.api.items import parse_dispositions
from service.web.api.parameters import known_id, parse_choice
from service.web.callers import caller_of, requires
from service.web.pages import frame
from service.web.pages.actions import Action, actions_for
from service.web.pages.doubt_words import DoubtTag, doubt_tags
from service.web.pages.history import timeline
from service.web.pages.judged import RankedTheme
from service.web.pages.list_columns import title_of
from service.web.pages.register import keep_files, uploads_of
from service.web.pages.restricting import RIGHTS

router = APIRouter()
REMINDED = (ItemState.QUEUED, ItemState.IN_PROGRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """The head of the page."""

    id: str
    receipt: str
    address: str
    stage: str
    tone: str
    marked_title: Markup
    marked_text: Markup
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The decision that holds."""

    source: str
    routing: str
    theme: str
    theme_id: str | None
    confidence: str
    dispositions: str
    disposition_ids: tuple[str, ...]
    lead: str
    co_handlers: str
    reasons: tuple[str, ...]
    doubts: list[DoubtTag]
    model: str
    taxonomy: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """An item with what can be done to it."""

    id: str
    version: int
    department: str
    role: str
    state: str
    tone: str
    due: str
    detail: str
    actions: list[Action]
    reminder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """An attachment; a `picture` can be shown."""

    id: str
    name: str
    size: str
    picture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Who is proposed for a theme."""

    lead: str | None
    co_handlers: tuple[str, ...]
    mode: HandlingMode
    duty: str

    @property
    def modes(self) -> tuple[HandlingMode, ...]:
        """The ways of handling to choose from."""
        return tuple(HandlingMode)


def written(raw: str, evidence: Sequence[Evidence], field: str, *, covered: bool) -> Markup:
    """Give a text with its evidence marked; for a unit with personal data covered instead, where no offset holds."""
    return escape(mask(raw)) if covered else frame.marked(raw, evidence, field)


@router.get("/submissions/{submission_id}", dependencies=[Depends(requires(Right.READ, Right.UNIT))])
def shown(request: Request, submission_id: str, done: str = "", problem: str = "") -> HTMLResponse:
    """Show one submission."""
    office: Office = request.app.state.office
    caller = caller_of(request)
    story = statistics.story(office.store, known_id(submission_id), caller.department)
    submission, decision = story.registered.submission, story.decision.decision
    prediction = story.predictions[-1].prediction
    covered = caller.department is not None
    beside = statistics.beside(office.store, [submission.id] if caller.may(Right.READ) else [])
    marked = beside.marks.get(submission.id, [])
    units = Units(lead=decision.lead, co_handlers=decision.co_handlers, mode=decision.mode, duty="")
    waiting = (ItemState.AWAITING_SIGNATURE, ItemState.RETURNED, ItemState.WITHDRAWN)
    return frame.render(
        request,
        "submission.html",
        "/submissions",
        notice=done[:100],
        problem=problem[:200],
        one=One(
            id=submission.id,
            receipt=submission.receipt,
            address=f"/submissions/{submission.id}",
            stage=story.registered.stage.label,
            tone=frame.TONES.get(story.registered.stage, "plain"),
            marked_title=written(submission.title, prediction.evidence, "title", covered=covered) or Markup(""),
            marked_text=written(submission.text, prediction.evidence, "text", covered=covered),
            warnings=submission.warnings,
        ),
        decision=decided(office, story),
        suggested=[
            RankedTheme(name=office.taxonomy.theme_name(each.theme), percent=frame.percent(each.confidence), words="")
            for each in prediction.ranked[:3]
        ],
        items=[item_line(office, item, caller, story) for item in story.items],
        history=timeline(office, story, suggestions=caller.department is None),
        facts=facts(submission),
        files=[file_line(office, one) for one in story.attachments],
        marks=[(one, one in marked) for one in Mark],
        may_mark=caller.may(Right.REVIEW, Right.MANAGE),
        reviews=story.registered.stage is Stage.REVIEW,
        may_decide=caller.may(Right.REVIEW)
        and story.registered.stage not in (Stage.SPLIT, Stage.VOID)
        and all(item.state in waiting for item in story.items),
        may_undo=caller.may(Right.REVIEW) and story.decision.person is not None,
        themes=frame.theme_choices(office),
        departments=frame.department_choices(office),
        dispositions=list(Disposition),
        units=units,
        relied_on=story.decision.id,
        family=family(office.store, submission.id) if caller.may(Right.READ) else None,
        may_review=caller.may(Right.REVIEW),
        may_restrict=caller.may(*RIGHTS) and story.registered.stage not in (Stage.SPLIT, Stage.VOID),
        may_amend=caller.may(Right.REGISTER) and story.registered.stage not in (Stage.SPLIT, Stage.VOID),
        title=title_of(story.registered, covered=covered),
    )


@router.get("/submissions/{submission_id}/duty", dependencies=[Depends(requires(Right.REVIEW))])
def proposed(request: Request, submission_id: str, theme: str = "") -> HTMLResponse:
    """Propose departments for another theme, from the duties."""
    office: Office = request.app.state.office
    submission = statistics.story(office.store, known_id(submission_id)).registered.submission
    today = local_day(office.now())
    text = "\n".join(part.text for part in normalise([submission.title, submission.text]))
    duty = office.taxonomy.duty_for(theme, text, today)
    lead = office.taxonomy.acting(duty.lead, today) if duty else None
    co_handlers = tuple(
        one.id
        for one in [office.taxonomy.acting(each, today) for each in (duty.co_handlers if duty else ())]
        if one is not None
    )
    units = Units(
        lead=lead.id if lead else None,
        co_handlers=co_handlers,
        mode=duty.mode if duty else HandlingMode.SINGLE,
        duty=f"依据职责条目 {duty.id}" if duty else "",
    )
    return frame.fragment("_units.html", departments=frame.department_choices(office), units=units)


@router.post("/submissions/{submission_id}/decide", dependencies=[Depends(requires(Right.REVIEW))])
async def decide(request: Request, submission_id: str) -> RedirectResponse:
    """Confirm or correct the decision."""
    office: Office = request.app.state.office
    sent = await request.form()
    texts = {name: str(sent.get(name, "")) for name in ("theme", "department")}
    try:
        opinion = review.Opinion(
            theme=texts["theme"] or None,
            lead=texts["department"],
            co_handlers=tuple(str(one) for one in sent.getlist("co_departments")),
            dispositions=parse_dispositions([str(one) for one in sent.getlist("dispositions")]),
            mode=parse_choice(HandlingMode, str(sent.get("mode", "")), "mode"),
            reason=str(sent.get("reason", "")),
        )
        await run_in_threadpool(
            review.decide,
            office.store,
            office.taxonomy,
            known_id(submission_id),
            opinion,
            caller_of(request).id,
            office.now(),
            str(sent.get("relied_on", "")) or None,
        )
    except NotFound:
        raise
    except ServiceError as error:
        return back(submission_id, problem=str(error))
    return back(submission_id, done="已确认拟办意见。转办的件请到“转办台账”签发；需要改回可“撤销上一次拟办”。")


@router.post("/submissions/{submission_id}/undo", dependencies=[Depends(requires(Right.REVIEW))])
def undo(request: Request, submission_id: str, relied_on: Annotated[str, Form()] = "") -> RedirectResponse:
    """Take back the last decision of a person."""
    office: Office = request.app.state.office
    person, now = caller_of(request).id, office.now()
    try:
        review.undo(office.store, office.taxonomy, known_id(submission_id), person, now, relied_on or None)
    except NotFound:
        raise
    except ServiceError as error:
        return back(submission_id, problem=str(error))
    return back(submission_id, done="已撤销上一次拟办意见")


@router.post("/submissions/{submission_id}/attachments", dependencies=[Depends(requires(Right.REGISTER))])
async def attach(request: Request, submission_id: str) -> RedirectResponse:
    """Keep more files with a submission."""
    office: Office = request.app.state.office
    await run_in_threadpool(statistics.registered, office.store, known_id(submission_id))
    uploads = await uploads_of(await request.form())
    problems = await run_in_threadpool(keep_files, office, submission_id, uploads, caller_of(request).id)
    if not uploads:
        problems = ["请先选择要添加的附件"]
    return back(submission_id, problem="；".join(problems), done="" if problems else "附件已保存")


def back(submission_id: str, done: str = "", problem: str = "") -> RedirectResponse:
    """Return to the page of a submission."""
    return RedirectResponse(frame.address(f"/submissions/{submission_id}", done=done, problem=problem), 303)


def decided(office: Office, story: Story) -> Decided:
    """Prepare the decision that holds."""
    decision, taxonomy = story.decision.decision, office.taxonomy
    confidences = {one.theme: one.confidence for one in story.predictions[-1].prediction.ranked}
    confidence = confidences.get(decision.theme or "")
    return Decided(
        source=decision.source.label,
        routing=decision.routing.label if story.decision.person is None else "人工审定",
        theme=taxonomy.theme_name(decision.theme),
        theme_id=decision.theme,
        confidence="" if confidence is None else f"把握 {frame.percent(confidence)} %",
        dispositions="、".join(one.label for one in decision.dispositions),
        disposition_ids=tuple(one.value for one in decision.dispositions),
        lead=taxonomy.department_name(decision.lead),
        co_handlers="、".join(taxonomy.department_name(one) for one in decision.co_handlers),
        reasons=decision.reasons,
        doubts=doubt_tags(office, decision.doubts),
        model=decision.model_version,
        taxonomy=decision.taxonomy_version,
        policy=decision.policy_version,
    )


def item_line(office: Office, item: QueueItem, caller: Caller, story: Story) -> ItemLine:
    """Prepare an item."""
    last = next((event for event in reversed(story.events) if event.item_id == item.id), None)
    hops = sum(one.state is ItemState.RETURNED for one in story.items)
    details = [("办理结果：", item.answer), ("退回理由：", item.return_reason)]
    if item.extension_requested:
        details.append(("申请延期：", item.extension_reason))
    return ItemLine(
        id=item.id,
        version=item.version,
        department=office.taxonomy.department_name(item.department),
        role=item.role.label,
        state=item.state.label,
        tone=frame.state_tone(item.state),
        due=frame.day(item.due_at) or "—",
        detail="\n".join(label + text for label, text in details if text),
        actions=actions_for(office, item, caller, last, hops),
        reminder=reminder_text(office.profile, story.registered.submission, item, office.now())
        if caller.may(Right.MANAGE) and item.state in REMINDED
        else "",
    )


def file_line(office: Office, kept: Attachment) -> FileLine:
    """Prepare an attachment; a picture is shown."""
    picture = picture_type(path_of(office.settings.home, kept.sha256)) is not None
    return FileLine(id=kept.id, name=kept.name, size=f"{max(1, kept.size // 1024)} KB", picture=picture)


def facts(submission: Submission) -> list[tuple[str, str]]:
    """List what was registered, without what is empty."""
    person = submission.submitter
    found = [
        ("类别", submission.track.label),
        ("原登记号", submission.old_number),
        ("来源渠道", submission.source),
        ("地点", submission.place),
        ("收到", frame.day(submission.received_at)),
        ("登记", frame.minute(submission.registered_at)),
        ("反映人", person.name),
        ("单位职务", person.unit),
        ("界别", person.circle),
        ("专委会", person.committee),
        ("联名人", "、".join(person.cosigners)),
        ("电话", person.phone),
        ("缓急", submission.urgency.label),
        ("公开属性", submission.openness.label),
        ("同意公开姓名", "是" if submission.name_public else "否"),
        ("已向他处反映", "是" if submission.reported_elsewhere else "否"),
    ]
    return [(name, value) for name, value in found if value]
