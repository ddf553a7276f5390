"""The routing queue: what becomes of an item, one transaction and one event at a time. Units apply, the desk decides."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from nlp.domain import DecisionSource, Disposition, EventKind, ItemState, QueueItem, ResultGrade, Role
from nlp.policy import Policy
from service.deadlines import extended_due, local_day
from service.directory import Directory, acting, name_of
from service.errors import Conflict, Invalid, NotFound
from service.ids import new_id
from service.limits import require_note
from service.placing import Placement, new_item, release, settle
from service.store import accounts, decisions, events, queue, submissions
from service.store.engine import Store
from service.store.events import Happening
from service.store.records import Registered

MOST_HOPS = 3
"""How often a submission may be passed on between departments before people must talk to each other."""

_BEFORE_ANSWER = {ItemState.QUEUED, ItemState.IN_PROGRESS}
_MOVABLE = {ItemState.AWAITING_SIGNATURE, ItemState.QUEUED, ItemState.IN_PROGRESS, ItemState.RETURN_REQUESTED}
_ON_DESK = {ItemState.QUEUED, ItemState.IN_PROGRESS, ItemState.RETURN_REQUESTED, ItemState.ANSWERED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who acts, when, and what they rely on: the lease they hold, the version they looked at (None: not checked).

    `department` binds the act to the items of one unit; None is the whole office.
    """

    actor: str
    now: datetime
    lease_token: str | None = None
    version: int | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What dispatching needs besides the item."""

    store: Store
    policy: Policy
    directory: Directory


@dataclass(slots=True, kw_only=True)
class _Step:
    """One transition under way: the item as it was and as it will be, what the event tells, what is opened besides."""

    connection: Connection
    registered: Registered
    before: QueueItem
    after: QueueItem
    details: list[tuple[str, Any]] = field(default_factory=list)
    opened: QueueItem | None = None


def claim(desk: Desk, department: str, limit: int, seconds: int | None, act: Act) -> list[QueueItem]:
    """Lease the oldest items that wait for a department; an expired lease can be claimed again.

    Raises:
        NotFound: there is no such department, or it is not the one that the act is bound to.
    """
    if name_of(desk.directory, department) is None or act.department not in (None, department):
        raise NotFound("没有这个承办单位，请核对编号")
    until = act.now + timedelta(seconds=seconds or desk.policy.lease_seconds)
    with desk.store.write() as connection:
        leased = queue.claim(connection, department, limit, str(uuid4()), act.now, until)
        told = [("until", until.isoformat())]
        events.append(connection, [_happening(item, EventKind.CLAIMED, act, told) for item in leased])
    return leased


def sign(desk: Desk, item_id: str, act: Act) -> QueueItem:
    """签发: let an item go to its department; its time begins to run."""
    with _step(desk, item_id, act, EventKind.SIGNED, {ItemState.AWAITING_SIGNATURE}) as step:
        step.after, note = release(desk.policy, step.registered.submission, step.before, act.now)
        own = decisions.current(step.connection, step.before.submission_id).person == act.actor
        step.details += [("note", note), ("own_decision", own or None)]
    return step.after


def accept(desk: Desk, item_id: str, act: Act) -> QueueItem:
    """签收: the department takes the item on."""
    with _step(desk, item_id, act, EventKind.ACCEPTED, {ItemState.QUEUED}) as step:
        step.after = replace(step.before, state=ItemState.IN_PROGRESS, accepted_at=act.now)
    return step.after


def request_return(desk: Desk, item_id: str, reason: str, act: Act) -> QueueItem:
    """申请退回: the department says why the item is not its duty."""
    reason = require_note(reason, "reason", "请填写退回理由，写明依据和应由谁办")
    with _step(desk, item_id, act, EventKind.RETURN_REQUESTED, _BEFORE_ANSWER) as step:
        step.after = replace(step.before, state=ItemState.RETURN_REQUESTED, return_reason=reason)
        step.details.append(("reason", reason))
    return step.after


def refuse_return(desk: Desk, item_id: str, reason: str, act: Act) -> QueueItem:
    """不同意退回: the item stays with its department."""
    reason = require_note(reason, "reason", "请填写不同意退回的理由")
    with _step(desk, item_id, act, EventKind.RETURN_REFUSED, {ItemState.RETURN_REQUESTED}) as step:
        accepted_at = step.before.accepted_at or act.now
        step.after = replace(step.before, state=ItemState.IN_PROGRESS, accepted_at=accepted_at)
        step.details.append(("reason", reason))
    return step.after


def reassign(desk: Desk, item_id: str, department: str, reason: str, act: Act) -> QueueItem:
    """同意改派: give the item to another department, where it waits to be taken on; the old one is kept as returned.

    Returns:
        The new item.

    Raises:
        Invalid: nobody of that id can be dispatched to.
        Conflict: passed on MOST_HOPS times already, or the department has the submission on its desk.
    """
    with _step(desk, item_id, act, EventKind.REASSIGNED, _MOVABLE) as step:
        target = acting(desk.directory, department, local_day(act.now))
        if target is None or not target.level.dispatchable:
            raise Invalid("该单位不存在、已撤并，或属上级单位，不能直接转办", field="department", code="E_DEPARTMENT")
        _check_movable(step, target.id)
        step.after = replace(step.before, state=ItemState.RETURNED, closed_at=act.now)
        decision_id = _decide_move(step, target.id, act)
        moved = new_item(
            step.before.submission_id, decision_id, Placement(department=target.id, role=step.before.role), act.now
        )
        moved = replace(moved, replaces=step.before.id)
        step.opened, note = release(desk.policy, step.registered.submission, moved, act.now)
        step.details += [("to", target.id), ("reason", reason.strip() or None), ("note", note)]
    return step.opened


def _check_movable(step: _Step, department: str) -> None:
    present = queue.of_submission(step.connection, step.before.submission_id)
    if any(item.state.open and item.department == department for item in present):
        raise Conflict("该单位已在承办这件，不能改派给它")
    if sum(item.state is ItemState.RETURNED for item in present) >= MOST_HOPS:
        raise Conflict("已退转三次，请由拟办人员协调各单位后再定")


def _decide_move(step: _Step, department: str, act: Act) -> str:
    """Let a person's decision name the new department, and give its id."""
    present = decisions.current(step.connection, step.before.submission_id)
    old = present.decision
    lead = step.before.role is Role.LEAD
    others = tuple(department if one == step.before.department else one for one in old.co_handlers)
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
    decisions.supersede(step.connection, made)
    return made.id


def request_extension(desk: Desk, item_id: str, reason: str, act: Act) -> QueueItem:
    """申请延期: the department says why it needs longer."""
    reason = require_note(reason, "reason", "请填写延期理由")
    with _step(desk, item_id, act, EventKind.EXTENSION_REQUESTED, _BEFORE_ANSWER) as step:
        if step.before.extension_requested:
            raise Conflict("已申请过延期，正在等待答复")
        step.after = replace(step.before, extension_requested=True, extension_reason=reason)
        step.details.append(("reason", reason))
    return step.after


def decide_extension(desk: Desk, item_id: str, granted: bool, reason: str, act: Act) -> QueueItem:
    """同意延期 or 不同意延期.

    Raises:
        Conflict: nobody has asked for it.
        CalendarUnknown: the new due day lies in a year whose holidays are not known.
    """
    kind = EventKind.EXTENSION_APPROVED if granted else EventKind.EXTENSION_REFUSED
    with _step(desk, item_id, act, kind, _BEFORE_ANSWER) as step:
        if not step.before.extension_requested:
            raise Conflict("该件没有待答复的延期申请")
        item, submission = step.before, step.registered.submission
        since = item.signed_at or item.created_at
        due_at = extended_due(desk.policy, submission.track, item.due_at, since) if granted else item.due_at
        step.after = replace(item, extension_requested=False, due_at=due_at)
        step.details += [("reason", reason.strip() or None), ("due", due_at.isoformat() if due_at else None)]
    return step.after


def answer(desk: Desk, item_id: str, text: str, grade: ResultGrade | None, act: Act) -> QueueItem:
    """报送办理结果: the department tells what became of it; the desk still has to look at it."""
    text = require_note(text, "text", "请填写办理结果")
    with _step(desk, item_id, act, EventKind.ANSWERED, _BEFORE_ANSWER) as step:
        accepted_at = step.before.accepted_at or act.now
        step.after = replace(
            step.before,
            state=ItemState.ANSWERED,
            answer=text,
            grade=grade,
            accepted_at=accepted_at,
            answered_at=act.now,
            extension_requested=False,
        )
        step.details += [("grade", grade.value if grade else None), ("answer", text)]
    return step.after


def close(desk: Desk, item_id: str, reason: str, act: Act) -> QueueItem:
    """办结: the desk is content. Without an answer it needs a reason."""
    with _step(desk, item_id, act, EventKind.CLOSED, _ON_DESK) as step:
        if step.before.state is not ItemState.ANSWERED:
            reason = require_note(reason, "reason", "尚未报送办理结果，直接办结须填写理由")
        step.after = replace(step.before, state=ItemState.CLOSED, closed_at=act.now)
        step.details.append(("reason", reason.strip() or None))
    return step.after


def remind(desk: Desk, item_id: str, note: str, act: Act) -> QueueItem:
    """催办: write down that the department was reminded, how and whom; the state stays."""
    note = require_note(note, "note", "请填写催办方式和对象，如“电话，联系王科长”")
    with _step(desk, item_id, act, EventKind.REMINDED, _ON_DESK - {ItemState.ANSWERED}) as step:
        step.details.append(("note", note))
    return step.after


def seen_by_unit(item: QueueItem, department: str) -> bool:
    """Tell whether an item is one that a unit may see: its own, and signed."""
    return item.department == department and item.signed_at is not None


@contextmanager
def _step(desk: Desk, item_id: str, act: Act, kind: EventKind, allowed: Collection[ItemState]) -> Iterator[_Step]:
    """Open a transition, check it, and at its end write the item, the event and the submission's stage at once.

    Raises:
        NotFound: there is no such item, its submission is restricted, or it is not one that the act may touch.
        Conflict: wrong state, wrong version, or a lease that is not the one that holds.
    """
    with desk.store.write() as connection:
        registered = submissions.lock(connection, queue.get(connection, item_id).submission_id)
        before = queue.lock(connection, item_id)
        if act.department is not None and not seen_by_unit(before, act.department):
            raise NotFound("没有找到这个承办件，请核对编号")
        _check(connection, before, act, allowed)
        step = _Step(connection=connection, registered=registered, before=before, after=before)
        yield step
        step.after = replace(step.after, version=before.version + 1, lease_token=None, leased_until=None)
        queue.save(connection, step.after)
        if step.opened is not None:
            queue.add(connection, [step.opened])
        events.append(connection, [_happening(before, kind, act, step.details)])
        settle(connection, before.submission_id)


def _check(connection: Connection, item: QueueItem, act: Act, allowed: Collection[ItemState]) -> None:
    if act.version is not None and act.version != item.version:
        last = events.last_of(connection, item.submission_id, item.id)
        who = ""
        if last is not None:
            who = f"（{accounts.name_of(connection, last.actor) or last.actor}：{EventKind(last.kind).label}）"
        raise Conflict(f"该承办件刚刚被他人更改{who}，请刷新后再办")
    if item.state not in allowed:
        raise Conflict(f"该承办件现为“{item.state.label}”，不能这样办理")
    if act.lease_token is not None and act.lease_token != item.lease_token:
        raise Conflict("领取已过期或已被他人领取，请重新领取")
    if act.lease_token is None and item.leased_until is not None and item.leased_until > act.now:
        raise Conflict("该承办件正由他人领取处理，请稍后再办")


def _happening(item: QueueItem, kind: EventKind, act: Act, details: Sequence[tuple[str, Any]]) -> Happening:
    told = (*details, ("department", item.department))
    return Happening(
        submission_id=item.submission_id, item_id=item.id, kind=kind, actor=act.actor, at=act.now, details=told
    )
