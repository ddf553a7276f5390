"""What the desk does with an answer: 审核, 退回重办, 反馈委员, 评价, 归档; and 督办 and 催办 on the way to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from nlp.domain import EventKind, ItemState, QueueItem, Satisfaction, Way
from service.errors import Conflict, Invalid
from service.limits import NOTE_LENGTH, check_name, check_storable, require_note
from service.steps import ON_DESK, Act, Desk, step

_TOLD = {ItemState.ANSWERED, ItemState.CLOSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """催办: how and whom the desk reminded, what came of it, and when where it was not just now (aware)."""

    way: Way
    person: str
    result: str = ""
    at: datetime | None = None


def audit(desk: Desk, item_id: str, note: str, act: Act) -> QueueItem:
    """审核通过: the desk accepts the answer."""
    check_storable(note, "reason", NOTE_LENGTH)
    with step(desk, item_id, act, EventKind.AUDITED, {ItemState.ANSWERED}) as taken:
        if taken.before.audited_at is not None:
            raise Conflict("该件的办理结果已审核通过")
        taken.after = replace(taken.before, audited_at=act.now)
        taken.details.append(("reason", note.strip() or None))
    return taken.after


def send_back(desk: Desk, item_id: str, reason: str, act: Act) -> QueueItem:
    """退回重办: the answer does not do; the department keeps it as a draft and answers again, its time still runs."""
    reason = require_note(reason, "reason", "请填写退回重办的理由")
    with step(desk, item_id, act, EventKind.SENT_BACK, {ItemState.ANSWERED}) as taken:
        taken.after = replace(
            taken.before,
            state=ItemState.IN_PROGRESS,
            answered_at=None,
            audited_at=None,
            fed_back_at=None,
            satisfaction=None,
        )
        taken.details += [("reason", reason), ("answer", taken.before.answer)]
    return taken.after


def feed_back(desk: Desk, item_id: str, way: Way, note: str, act: Act) -> QueueItem:
    """反馈委员: the submitter has been told of the result.

    Raises:
        Conflict: the answer has not been audited, or the submitter has been told.
    """
    check_storable(note, "reason", NOTE_LENGTH)
    with step(desk, item_id, act, EventKind.FED_BACK, _TOLD) as taken:
        if taken.before.audited_at is None:
            raise Conflict("办理结果还没有审核通过，审核后再反馈")
        if taken.before.fed_back_at is not None:
            raise Conflict("该件已反馈委员")
        taken.after = replace(taken.before, fed_back_at=act.now)
        taken.details += [("way", way.value), ("reason", note.strip() or None)]
    return taken.after


def rate(desk: Desk, item_id: str, satisfaction: Satisfaction, note: str, act: Act) -> QueueItem:
    """评价: what the submitter says of the result.

    Raises:
        Conflict: the submitter has not been told of it.
    """
    check_storable(note, "reason", NOTE_LENGTH)
    with step(desk, item_id, act, EventKind.RATED, _TOLD) as taken:
        if taken.before.fed_back_at is None:
            raise Conflict("还没有反馈委员，反馈后再登记评价")
        taken.after = replace(taken.before, satisfaction=satisfaction)
        taken.details += [("satisfaction", satisfaction.value), ("reason", note.strip() or None)]
    return taken.after


def archive(desk: Desk, item_id: str, note: str, act: Act) -> QueueItem:
    """归档: the papers of a closed item are filed; `note` may name the place or the 档号."""
    check_storable(note, "reason", NOTE_LENGTH)
    with step(desk, item_id, act, EventKind.ARCHIVED, {ItemState.CLOSED}) as taken:
        if taken.before.archived_at is not None:
            raise Conflict("该件已归档")
        taken.after = replace(taken.before, archived_at=act.now)
        taken.details.append(("reason", note.strip() or None))
    return taken.after


def supervise(desk: Desk, item_id: str, wanted: bool, reason: str, act: Act) -> QueueItem:
    """督办: flag an item, or take the flag away; the reason is kept."""
    reason = require_note(reason, "reason", "请填写督办（或取消督办）的理由，如“按领导批示”")
    kind = EventKind.SUPERVISED if wanted else EventKind.UNSUPERVISED
    with step(desk, item_id, act, kind, ON_DESK) as taken:
        if taken.before.supervised is wanted:
            raise Conflict("该件已列入督办" if wanted else "该件没有列入督办")
        taken.after = replace(taken.before, supervised=wanted)
        taken.details.append(("reason", reason))
    return taken.after


def remind(desk: Desk, item_id: str, reminder: Reminder, act: Act) -> QueueItem:
    """催办: write down that the department was reminded; the state stays.

    Raises:
        Invalid: nobody is named, or the time is still to come.
    """
    person = require_note(reminder.person, "person", "请填写催办对象，如“王科长”")
    check_name(person, "person")
    check_storable(reminder.result, "result", NOTE_LENGTH)
    at = reminder.at or act.now
    if at > act.now:
        raise Invalid("催办时间在现在之后，请核对", field="at", code="E_DATE")
    with step(desk, item_id, act, EventKind.REMINDED, ON_DESK - {ItemState.ANSWERED}) as taken:
        told = (("way", reminder.way.value), ("person", person), ("result", reminder.result.strip() or None))
        taken.details += [*told, ("reminded_at", at.isoformat())]
    return taken.after
