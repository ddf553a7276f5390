"""One item beside the list: how it stands, what can be done, what was done; for a unit nothing of other units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nlp.domain import HandlingMode, ItemState, QueueItem, Role, Urgency
from nlp.privacy import mask
from service import answer_templates, holding, statistics
from service.access import Caller, Right
from service.deadlines import local_day
from service.dispatch import return_window, seen_by_unit
from service.due import due_date, due_words, left_words
from service.errors import NotFound
from service.office import Office
from service.statistics import Story
from service.store import queue
from service.store.records import Attachment
from service.store.templates import AnswerTemplate
from service.web.pages import frame, item_drafts
from service.web.pages.actions import RETURN, Action, Field, actions_for
from service.web.pages.history import HistoryLine, ReminderLine, history_line, reminders
from service.web.pages.list_columns import title_of

OVER = "已过"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of what is known; `tag` stands behind it in its tone."""

    name: str
    value: str
    tag: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another department that has an item of the same submission."""

    name: str
    role: str
    state: str
    tone: str
    due: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What somebody tried to do that could not be done: shown again, so that nothing typed is lost."""

    action: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Everything beside the list."""

    id: str
    version: int
    receipt: str
    title: str
    text: str
    state: str
    tone: str
    tags: list[tuple[str, str]]
    held: str
    facts: list[Fact]
    actions: list[Action]
    lost: list[tuple[str, str]]
    others: list[Other]
    reminders: list[ReminderLine]
    history: list[HistoryLine]
    files: list[Attachment]
    templates: list[AnswerTemplate]
    address: str
    restored: str


def panel_of(office: Office, caller: Caller, item_id: str, sent: Sent | None = None, list_address: str = "") -> Panel:
    """Prepare an item for whom it is shown to, and note that they have it open.

    Raises:
        NotFound: there is none, or it is not one that the caller may see.
    """
    item, whole = _read(office, caller, item_id)
    bound = caller.department
    story = whole if bound is None else statistics.unit_story(whole, bound)
    submission = story.registered.submission
    own_events = [event for event in story.events if event.item_id == item.id]
    last = next((event for event in reversed(whole.events) if event.item_id == item.id), None)
    hops = sum(one.state is ItemState.RETURNED for one in whole.items)
    draft = item_drafts.kept(office, caller, item.id) if sent is None else None
    if draft is not None:
        sent = Sent(action=draft.content.get("action", ""), values=draft.content)
    actions, lost = _kept(_with_hints(office, whole, item, actions_for(office, item, caller, last, hops)), sent)
    return Panel(
        id=item.id,
        version=item.version,
        receipt=submission.receipt,
        title=title_of(story.registered, covered=bound is not None),
        text=submission.text if bound is None else mask(submission.text),
        state=state_words(item),
        tone=frame.state_tone(item.state),
        tags=tags_of(item, submission.urgency),
        held=_held(office, caller, item),
        facts=_facts(office, whole, item, bound),
        actions=actions,
        lost=lost,
        others=_others(office, whole, item, list_address) if bound is None else [],
        reminders=reminders(office, own_events),
        history=[history_line(office, event) for event in own_events],
        files=[one for one in story.attachments if one.item_id in (None, item.id)],
        templates=answer_templates.usable(office.store, item.department),
        address=f"/submissions/{submission.id}" if caller.may(Right.READ) else "",
        restored="" if draft is None else frame.minute(draft.saved_at),
    )


def _read(office: Office, caller: Caller, item_id: str) -> tuple[QueueItem, Story]:
    item = statistics.item_of(office.store, item_id)
    if caller.department is not None and not seen_by_unit(item, caller.department):
        raise NotFound(queue.UNKNOWN)
    return item, statistics.story(office.store, item.submission_id)


def state_words(item: QueueItem) -> str:
    """Say the state, and how far an answer has gone."""
    if item.state is ItemState.ANSWERED:
        return "已反馈委员" if item.fed_back_at else "已审核" if item.audited_at else "待审核"
    return "已归档" if item.archived_at else item.state.label


def tags_of(item: QueueItem, urgency: Urgency) -> list[tuple[str, str]]:
    """List the marks of an item, each with its tone."""
    found = [("late", urgency.label)] if urgency in (Urgency.URGENT, Urgency.CRITICAL) else []
    found += [("soon", urgency.label)] if urgency is Urgency.PROMPT else []
    found += [("limited", "督办")] if item.supervised else []
    return [*found, *([("soon", "申请延期")] if item.extension_requested else [])]


def _held(office: Office, caller: Caller, item: QueueItem) -> str:
    now = office.now()
    if item.leased_until is not None and item.leased_until > now:
        return f"已由接口领取处理，至 {frame.minute(item.leased_until)}"
    held = holding.open_item(office.store, item, caller.department or "", caller.id, now)
    return held_words(office, held.person, frame.minute(held.opened_at)) if held else ""


def held_words(office: Office, person: str, since: str) -> str:
    """Say who has an item in hand."""
    return f"{frame.actor_name(office, person)} {since[-5:]} 打开，正在办理"


def _facts(office: Office, story: Story, item: QueueItem, bound: str | None) -> list[Fact]:
    submission, decision = story.registered.submission, story.decision.decision
    words, tone = due_words(item, submission.track, submission.urgency, office.now())
    found = [
        Fact(name="承办单位", value=f"{unit_words(office, item)}（{item.role.label}）"),
        Fact(name="办理方式", value=_mode_words(office, story, item, bound)),
        Fact(name="签发", value=frame.day(item.signed_at)),
        Fact(name="到期", value=due_date(item, submission.track, submission.urgency), tag=words, tone=tone),
        _window(office, item),
        Fact(name="职责依据", value=duty_words(office, decision.duty, bound)),
        Fact(name="经办", value=frame.actor_name(office, item.handler) if item.handler else ""),
        Fact(name="退回理由", value=item.return_reason if item.state is ItemState.RETURN_REQUESTED else ""),
        Fact(name="申请延期", value=_extension(item)),
        Fact(name="办理结果", value=item.answer, tag=f"{item.grade.value} {item.grade.label}" if item.grade else ""),
        Fact(name="报送", value=frame.day(item.answered_at)),
        Fact(name="审核", value=frame.day(item.audited_at)),
        Fact(name="反馈委员", value=frame.day(item.fed_back_at)),
        Fact(name="委员评价", value=item.satisfaction.label if item.satisfaction else ""),
        Fact(name="归档", value=frame.day(item.archived_at)),
    ]
    return [one for one in found if one.value]


def _extension(item: QueueItem) -> str:
    if not item.extension_requested:
        return ""
    return (
        f"希望延到 {item.extension_until}：{item.extension_reason}" if item.extension_until else item.extension_reason
    )


def unit_words(office: Office, item: QueueItem) -> str:
    """Name the department of an item, and who took over from it where it was dissolved."""
    name = office.taxonomy.department_name(item.department)
    now_acting = office.taxonomy.acting(item.department, local_day(office.now()))
    if now_acting is None or now_acting.id == item.department:
        return name
    return f"{name}（已撤并，由{now_acting.name}承接）"


def _window(office: Office, item: QueueItem) -> Fact:
    last = return_window(office.policy, item)
    if last is None or item.state not in (ItemState.QUEUED, ItemState.IN_PROGRESS):
        return Fact(name="退回期限", value="")
    now = office.now()
    return Fact(name="退回期限", value=frame.day(last), tag=OVER if now > last else left_words(last, now))


def duty_words(office: Office, duty_id: str | None, bound: str | None = None) -> str:
    """Say the duty entry that names who answers; to a unit, without the names of other units."""
    duty = next((one for one in office.taxonomy.duties if one.id == duty_id), None)
    if duty is None:
        return ""
    words = f"（词：{'、'.join(duty.words)}）" if duty.words else ""
    places = f"（地点：{'、'.join(duty.places)}）" if duty.places else ""
    said = f"{duty.id}　{office.taxonomy.theme_name(duty.theme)}{words}{places}"
    if bound is not None:
        return said
    lead = f" → 主办 {office.taxonomy.department_name(duty.lead)}" if duty.lead else " → 由人工拟办"
    names = [office.taxonomy.department_name(one) for one in duty.co_handlers]
    return f"{said}{lead}{'，会办 ' + '、'.join(names) if names else ''}"


def _mode_words(office: Office, story: Story, item: QueueItem, bound: str | None) -> str:
    mode = story.decision.decision.mode
    if item.role is not Role.LEAD or mode is not HandlingMode.LEAD_AND_CO:
        return mode.label
    others = [one for one in story.items if one.role is Role.CO and one.state is not ItemState.WITHDRAWN]
    names = "、".join(dict.fromkeys(office.taxonomy.department_name(one.department) for one in others))
    return f"{mode.label}（会办 {names}）" if names and bound is None else mode.label


def _others(office: Office, story: Story, item: QueueItem, list_address: str) -> list[Other]:
    track, urgency = story.registered.submission.track, story.registered.submission.urgency
    return [
        Other(
            name=office.taxonomy.department_name(one.department),
            role=one.role.label,
            state=state_words(one),
            tone=frame.state_tone(one.state),
            due=due_date(one, track, urgency),
            address=with_item(list_address or "/ledger", one.id),
        )
        for one in story.items
        if one.id != item.id
    ]


def with_item(list_address: str, item_id: str) -> str:
    """Make the address of a list with one item open beside it."""
    return f"{list_address}{'&' if '?' in list_address else '?'}item={item_id}"


def _with_hints(office: Office, story: Story, item: QueueItem, actions: Sequence[Action]) -> list[Action]:
    """Say at 申请退回 until when it can be asked for and what the duty entry says; a unit cannot ask too late."""
    window = _window(office, item)
    duty = duty_words(office, story.decision.decision.duty, item.department)
    said = [f"退回期限 {window.value}（{window.tag}）" if window.value else "", f"职责依据 {duty}" if duty else ""]
    hint = "；".join(filter(None, said))
    late = window.tag == OVER
    shown = [one for one in actions if not (late and one.label == RETURN.label)]
    return [replace(one, hint=hint) if one.name == RETURN.name else one for one in shown]


def _kept(actions: Sequence[Action], sent: Sent | None) -> tuple[list[Action], list[tuple[str, str]]]:
    """Put what was typed back into its form; where the form is no longer there, give it by itself."""
    if sent is None:
        return list(actions), []
    found = [_refilled(one, sent) if one.name == sent.action else one for one in actions]
    if any(one.failed for one in found):
        return found, []
    return found, [
        ("没有保存的内容", value) for name, value in sent.values.items() if value and name in ("reason", "text")
    ]


def _refilled(action: Action, sent: Sent) -> Action:
    fields: tuple[Field, ...] = tuple(
        replace(field, value=sent.values.get(field.name, field.value)) for field in action.fields
    )
    return replace(action, fields=fields, failed=True)
