"""The routing queue: what becomes of an item until its answer is there. Units apply, the desk decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from nlp.domain import DecisionSource, Disposition, EventKind, ItemState, QueueItem, ResultGrade, Role, Track
from nlp.policy import Policy
from service.deadlines import end_of_day, extended_due, local_day, longest_due, return_until
from service.directory import acting, name_of
from service.errors import CalendarUnknown, Conflict, Invalid, NotFound
from service.ids import new_id
from service.limits import require_note
from service.placing import Placement, new_item, release
from service.steps import BEFORE_ANSWER, ON_DESK, Step, happening, step
from service.steps import Act as Act
from service.steps import Desk as Desk
from service.steps import seen_by_unit as seen_by_unit
from service.store import decisions, events, queue

MOST_HOPS = 3
"""How often a submission may be passed on between departments before people must talk to each other."""

_MOVABLE = {ItemState.AWAITING_SIGNATURE, ItemState.QUEUED, ItemState.IN_PROGRESS, ItemState.RETURN_REQUESTED}


def claim(desk: Desk, department: str, limit: int, seconds: int | None, act: Act) -> list[QueueItem]:
    """Lease the oldest items that wait for a department; an expired lease can be claimed again.

    Raises:
        NotFound: there is no such department, or it is not the one that the act is bound to.
    """
    bound = act.department is not None and act.department != department
    if bound or name_of(desk.directory, department) is None:
        raise NotFound("没有这个承办单位，请核对编号")
    until = act.now + timedelta(seconds=seconds or desk.policy.lease_seconds)
    with desk.store.write() as connection:
        leased = queue.claim(connection, department, limit, str(uuid4()), act.now, until)
        told = [("until", until.isoformat())]
        events.append(connection, [happening(item, EventKind.CLAIMED, act, told) for item in leased])
    return leased


def sign(desk: Desk, item_id: str, act: Act) -> QueueItem:
    """签发: let an item go to its department; its time begins to run."""
    with step(desk, item_id, act, EventKind.SIGNED, {ItemState.AWAITING_SIGNATURE}) as taken:
        taken.after, note = release(desk.policy, taken.registered.submission, taken.before, act.now)
        own = decisions.current(taken.connection, taken.before.submission_id).person == act.actor
        taken.details += [("note", note), ("own_decision", own or None)]
    return taken.after


def accept(desk: Desk, item_id: str, act: Act) -> QueueItem:
    """签收: the department takes the item on."""
    with step(desk, item_id, act, EventKind.ACCEPTED, {ItemState.QUEUED}) as taken:
        taken.after = replace(taken.before, state=ItemState.IN_PROGRESS, accepted_at=act.done_at, handler=act.handler)
    return taken.after


def request_return(desk: Desk, item_id: str, reason: str, act: Act) -> QueueItem:
    """申请退回: the department says why the item is not its duty, within the office's working days for it.

    Raises:
        Conflict: the window is over; the desk may still reassign the item.
    """
    reason = require_note(reason, "reason", "请填写退回理由，写明依据和应由谁办")
    with step(desk, item_id, act, EventKind.RETURN_REQUESTED, BEFORE_ANSWER) as taken:
        last = return_window(desk.policy, taken.before)
        if last is not None and act.done_at > last:
            raise Conflict(f"申请退回的期限（{local_day(last)}）已过，请与转办单位联系，由其决定是否改派")
        taken.after = replace(taken.before, state=ItemState.RETURN_REQUESTED, return_reason=reason)
        taken.details.append(("reason", reason))
    return taken.after


def return_window(policy: Policy, item: QueueItem) -> datetime | None:
    """Tell until when a department may apply to return an item; None where it has not left or no calendar tells it."""
    try:
        return None if item.signed_at is None else return_until(policy, item.signed_at)
    except CalendarUnknown:
        return None


def refuse_return(desk: Desk, item_id: str, reason: str, act: Act) -> QueueItem:
    """不同意退回: the item stays with its department."""
    reason = require_note(reason, "reason", "请填写不同意退回的理由")
    with step(desk, item_id, act, EventKind.RETURN_REFUSED, {ItemState.RETURN_REQUESTED}) as taken:
        accepted_at = taken.before.accepted_at or act.now
        taken.after = replace(taken.before, state=ItemState.IN_PROGRESS, accepted_at=accepted_at)
        taken.details.append(("reason", reason))
    return taken.after


def reassign(desk: Desk, item_id: str, department: str, reason: str, act: Act, *, agreed: str = "") -> QueueItem:
    """同意改派: give the item to another department, where it waits to be taken on; the old one is kept as returned.

    `agreed` tells what the departments agreed on when the desk brought them together (协调); it lifts the bound on hops.

    Returns:
        The new item.

    Raises:
        Invalid: nobody of that id can be dispatched to.
        Conflict: passed on MOST_HOPS times already, or the department has the submission on its desk.
    """
    with step(desk, item_id, act, EventKind.REASSIGNED, _MOVABLE) as taken:
        target = acting(desk.directory, department, local_day(act.now))
        if target is None or not target.level.dispatchable:
            raise Invalid("该单位不存在、已撤并，或属上级单位，不能直接转办", field="department", code="E_DEPARTMENT")
        _check_movable(taken, target.id, agreed)
        taken.after = replace(taken.before, state=ItemState.RETURNED, closed_at=act.now)
        decision_id = _decide_move(taken, target.id, act)
        moved = new_item(
            taken.before.submission_id, decision_id, Placement(department=target.id, role=taken.before.role), act.now
        )
        moved = replace(moved, replaces=taken.before.id)
        taken.opened, note = release(desk.policy, taken.registered.submission, moved, act.now)
        taken.details += [("to", target.id), ("reason", reason.strip() or None), ("note", note)]
        taken.details.append(("agreed", agreed.strip() or None))
    return taken.opened


def _check_movable(taken: Step, department: str, agreed: str) -> None:
    present = queue.of_submission(taken.connection, taken.before.submission_id)
    if any(item.state.open and item.department == department for item in present):
        raise Conflict("该单位已在承办这件，不能改派给它")
    if not agreed.strip() and sum(item.state is ItemState.RETURNED for item in present) >= MOST_HOPS:
        raise Conflict("已退转三次，请由拟办人员协调各单位后再定，并写明协调情况")


def _decide_move(taken: Step, department: str, act: Act) -> str:
    """Let a person's decision name the new department, and give its id."""
    present = decisions.current(taken.connection, taken.before.submission_id)
    old = present.decision
    lead = taken.before.role is Role.LEAD or taken.before.department == old.lead
    others = tuple(department if one == taken.before.department else one for one in old.co_handlers)
    decision = replace(
        old,
        lead=department if lead else old.lead,
        co_handlers=old.co_handlers if lead else others,
        dispositions=tuple(dict.fromkeys((*old.dispositions, Disposition.DEPARTMENT))),
        source=DecisionSource.PERSON,
        reasons=("同意改派",),
    )
    made = replace(
        present, id=new_id(act.now), supersedes=present.id, decision=decision, person=act.actor, made_at=act.now
    )
    decisions.supersede(taken.connection, made)
    return made.id


def request_extension(desk: Desk, item_id: str, reason: str, act: Act, until: date | None = None) -> QueueItem:
    """申请延期: the department says why it needs longer, and until when (None leaves the day to the desk).

    Raises:
        Invalid: that day is no later than the due day, or beyond the office's longest time.
        Conflict: it has asked already.
    """
    reason = require_note(reason, "reason", "请填写延期理由")
    with step(desk, item_id, act, EventKind.EXTENSION_REQUESTED, BEFORE_ANSWER) as taken:
        if taken.before.extension_requested:
            raise Conflict("已申请过延期，正在等待答复")
        _check_until(desk.policy, taken, until)
        taken.after = replace(taken.before, extension_requested=True, extension_reason=reason, extension_until=until)
        taken.details += [("reason", reason), ("until", until.isoformat() if until else None)]
    return taken.after


def _check_until(policy: Policy, taken: Step, until: date | None) -> None:
    if until is None:
        return
    item = taken.before
    if item.due_at is not None and until <= local_day(item.due_at):
        raise Invalid("延期日期应晚于现在的到期日", field="until", code="E_DATE")
    last = local_day(longest_due(policy, item.signed_at or item.created_at))
    if taken.registered.submission.track is Track.SUBMISSION and until > last:
        raise Invalid(f"最长只能延到 {last}（{policy.reply_months_hard} 个月）", field="until", code="E_DATE")


def decide_extension(
    desk: Desk, item_id: str, granted: bool, reason: str, act: Act, until: date | None = None
) -> QueueItem:
    """同意延期 or 不同意延期. `until` is the new due day; None is the day asked for, or what the policy gives.

    Raises:
        Conflict: nobody has asked for it.
        Invalid: the day cannot be.
        CalendarUnknown: the new due day lies in a year whose holidays are not known.
    """
    kind = EventKind.EXTENSION_APPROVED if granted else EventKind.EXTENSION_REFUSED
    with step(desk, item_id, act, kind, BEFORE_ANSWER) as taken:
        item, submission = taken.before, taken.registered.submission
        if not item.extension_requested:
            raise Conflict("该件没有待答复的延期申请")
        _check_until(desk.policy, taken, until)
        due_at, day = item.due_at, until or item.extension_until
        if granted:
            since = item.signed_at or item.created_at
            due_at = end_of_day(day) if day else extended_due(desk.policy, submission.track, item.due_at, since)
        taken.after = replace(item, extension_requested=False, extension_until=None, due_at=due_at)
        taken.details += [("reason", reason.strip() or None), ("due", due_at.isoformat() if due_at else None)]
    return taken.after


def answer(desk: Desk, item_id: str, text: str, grade: ResultGrade | None, act: Act) -> QueueItem:
    """报送办理结果: the department tells what became of it; the desk still has to look at it."""
    text = require_note(text, "text", "请填写办理结果")
    with step(desk, item_id, act, EventKind.ANSWERED, BEFORE_ANSWER) as taken:
        accepted_at = taken.before.accepted_at or act.done_at
        taken.after = replace(
            taken.before,
            state=ItemState.ANSWERED,
            answer=text,
            grade=grade,
            accepted_at=accepted_at,
            answered_at=act.done_at,
            handler=taken.before.handler or act.handler,
            extension_requested=False,
            extension_until=None,
        )
        taken.details += [("grade", grade.value if grade else None), ("answer", text)]
    return taken.after


def close(desk: Desk, item_id: str, reason: str, act: Act) -> QueueItem:
    """办结: the desk is content. Without an answer it needs a reason."""
    with step(desk, item_id, act, EventKind.CLOSED, ON_DESK) as taken:
        if taken.before.state is not ItemState.ANSWERED:
            reason = require_note(reason, "reason", "尚未报送办理结果，直接办结须填写理由")
        answered = taken.before.state is ItemState.ANSWERED
        audited_at = taken.before.audited_at or (act.now if answered else None)
        taken.after = replace(taken.before, state=ItemState.CLOSED, closed_at=act.now, audited_at=audited_at)
        taken.details.append(("reason", reason.strip() or None))
    return taken.after
