"""拟办 by a person: open, confirm, correct, skip, undo. A decision supersedes, nothing is overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from nlp.domain import EventKind, ItemState, Label, Routing, Stage
from service.deadlines import local_day
from service.directory import Directory
from service.errors import Conflict, Overtaken
from service.ids import new_id
from service.limits import NOTE_LENGTH, check_storable
from service.names import said
from service.opinion import Opinion as Opinion
from service.opinion import decided, differs
from service.placing import placements, reconcile, settle
from service.store import decisions, events, holds, labels, queue, reviews, submissions
from service.store.engine import Store
from service.store.events import Happening
from service.store.holds import Hold
from service.store.records import StoredDecision

HOLD = timedelta(minutes=10)
"""How long others are told that somebody has a submission open."""

_AT_THE_DESK = (ItemState.AWAITING_SIGNATURE, ItemState.RETURNED, ItemState.WITHDRAWN)
"""The states of an item that no department has before it."""


def open_for_review(store: Store, submission_id: str, person: str, now: datetime) -> Hold:
    """Note that a person has a submission open, unless somebody else has; give the hold that stands.

    Raises:
        NotFound: there is no such submission, or it is restricted.
    """
    with store.write() as connection:
        submissions.get(connection, submission_id)
        wanted = Hold(submission_id=submission_id, person=person, since=now, until=now + HOLD)
        return holds.take(connection, wanted)


def decide(
    store: Store,
    directory: Directory,
    submission_id: str,
    opinion: Opinion,
    person: str,
    now: datetime,
    relied_on: str | None = None,
) -> StoredDecision:
    """Confirm the present decision (an empty opinion) or correct it.

    The label of the theme is kept as training evidence; items are opened, kept or withdrawn as the decision asks.

    Args:
        store: where it is kept.
        directory: themes and departments.
        submission_id: what is decided on.
        opinion: what the person says.
        person: who.
        now: aware moment.
        relied_on: the decision that the person saw; None asks for no check.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Invalid: unknown theme or department, or a department without the disposition 转办部门 to go with it.
        Overtaken: somebody else has decided since.
        Conflict: an item has left the desk already (reassign it instead), or it was split.
    """
    check_storable(opinion.reason, "reason", NOTE_LENGTH)
    with store.write() as connection:
        registered = submissions.lock(connection, submission_id)
        check_unsplit(registered.stage)
        present = decisions.current(connection, submission_id)
        check_current(connection, present, relied_on)
        check_undispatched(connection, submission_id)
        made = replace(
            present,
            id=new_id(now),
            supersedes=present.id,
            decision=decided(directory, present.decision, opinion, now),
            person=person,
            made_at=now,
        )
        decisions.supersede(connection, made)
        _label(connection, made, opinion.reason.strip(), now)
        reviews.close(connection, submission_id, now)
        differing = differs(present.decision, made.decision)
        kind = EventKind.CORRECTED if differing else EventKind.CONFIRMED
        told = (("reason", opinion.reason.strip() or None), ("seconds", seconds_open(connection, made, person, now)))
        _tell(connection, submission_id, kind, person, now, made, told)
        holds.release(connection, submission_id, person, now)
        wanted = placements(directory, made.decision, local_day(now))
        reconcile(connection, submission_id, made.id, wanted, person, now)
        settle(connection, submission_id)
    return made


def corrected(store: Store, made: StoredDecision) -> bool:
    """Tell whether a person's decision differs from the one that it superseded."""
    with store.read() as connection:
        earlier = decisions.history(connection, made.submission_id)
    return any(one.id == made.supersedes and differs(one.decision, made.decision) for one in earlier)


def skip(store: Store, submission_id: str, person: str, now: datetime) -> None:
    """Put a submission behind the others that wait for review.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Conflict: it is not waiting for review.
    """
    with store.write() as connection:
        task_id = _waiting_task(connection, submission_id)
        reviews.skip(connection, task_id, now)
        holds.release(connection, submission_id, person, now)
        _tell(connection, submission_id, EventKind.SKIPPED, person, now, None)


def unskip(store: Store, submission_id: str, person: str, now: datetime) -> None:
    """Take back a skip.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Conflict: it is not waiting for review.
    """
    with store.write() as connection:
        reviews.unskip(connection, _waiting_task(connection, submission_id))
        told = (("note", "不再跳过"),)
        _tell(connection, submission_id, EventKind.UNDONE, person, now, None, told)


def undo(
    store: Store, directory: Directory, submission_id: str, person: str, now: datetime, relied_on: str | None = None
) -> StoredDecision:
    """Take back the last person's decision on a submission of which nothing has left the desk; both stay on record.

    Args:
        store: where it is kept.
        directory: departments.
        submission_id: what was decided on.
        person: who takes back.
        now: aware moment.
        relied_on: the decision to take back; None takes back the present one.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Overtaken: the decision to take back is no longer the present one.
        Conflict: no person has decided, or an item has been signed, or it was split.
    """
    with store.write() as connection:
        check_unsplit(submissions.lock(connection, submission_id).stage)
        present = decisions.current(connection, submission_id)
        check_current(connection, present, relied_on)
        check_undispatched(connection, submission_id)
        return take_back(connection, directory, present, person, now)


def take_back(
    connection: Connection, directory: Directory, present: StoredDecision, person: str, now: datetime
) -> StoredDecision:
    """Put the decision before a person's back in force, with its items and its place in the queue.

    Raises:
        Conflict: no person made it.
    """
    submission_id = present.submission_id
    if present.person is None or present.supersedes is None:
        raise Conflict("没有可以撤销的人工拟办意见")
    before = decisions.reinstate(connection, present)
    labels.undo(connection, present.id, now)
    reviews.reopen(connection, submission_id, present.made_at)
    _tell(connection, submission_id, EventKind.UNDONE, person, now, before, (("undone", present.id),))
    automatic = before.decision.routing is Routing.AUTO or before.person is not None
    wanted = placements(directory, before.decision, local_day(now)) if automatic else ()
    reconcile(connection, submission_id, before.id, wanted, person, now)
    settle(connection, submission_id)
    return before


def is_dispatched(connection: Connection, submission_id: str) -> bool:
    """Tell whether a department has an item of a submission before it, or has done with it."""
    return any(item.state not in _AT_THE_DESK for item in queue.of_submission(connection, submission_id))


def check_undispatched(connection: Connection, submission_id: str) -> None:
    """Check that no item of a submission has left the desk.

    Raises:
        Conflict: one has.
    """
    if is_dispatched(connection, submission_id):
        raise Conflict("已签发给承办单位，不能再改拟办意见；需要换单位请用“同意改派”")


def check_current(connection: Connection, present: StoredDecision, relied_on: str | None) -> None:
    """Check that the decision that a person saw is still the present one.

    Raises:
        Overtaken: it is not; says who did what, and when.
    """
    if relied_on is None or relied_on == present.id:
        return
    last = events.last_of(connection, present.submission_id)
    if last is None:
        raise Conflict("拟办意见刚刚被他人更改，请刷新后再办")
    raise Overtaken(person=said(connection, last.actor), at=last.at, did=EventKind(last.kind).label)


def check_unsplit(stage: Stage) -> None:
    """Check that a submission itself is still to be handled.

    Raises:
        Conflict: it was split, or is void.
    """
    if stage is Stage.SPLIT:
        raise Conflict("该件已拆分，请在拆出的各件上拟办；需要恢复请用“撤销拆分”")
    if stage is Stage.VOID:
        raise Conflict("该件已随“撤销拆分”作废，请在原件上拟办")


def seconds_open(connection: Connection, made: StoredDecision, person: str, now: datetime) -> int | None:
    """Tell how long a person had a submission open; None where it was left lying, or never opened for review."""
    hold = holds.of(connection, made.submission_id, now)
    return int((now - hold.since).total_seconds()) if hold is not None and hold.person == person else None


def _waiting_task(connection: Connection, submission_id: str) -> str:
    submissions.lock(connection, submission_id)
    task = reviews.open_task(connection, submission_id)
    if task is None:
        raise Conflict("该件已有拟办意见，不在待拟办中")
    return task.id


def _label(connection: Connection, made: StoredDecision, reason: str, now: datetime) -> None:
    theme, person = made.decision.theme, made.person
    if theme is not None and person is not None:
        label = Label(submission_id=made.submission_id, theme=theme, person=person, at=now, reason=reason)
        labels.add(connection, new_id(now), made.id, label)


def _tell(
    connection: Connection,
    submission_id: str,
    kind: EventKind,
    person: str,
    now: datetime,
    decision: StoredDecision | None,
    more: tuple[tuple[str, object], ...] = (),
) -> None:
    told: tuple[tuple[str, object], ...] = ()
    if decision is not None:
        one = decision.decision
        told = (
            ("decision", decision.id),
            ("theme", one.theme),
            ("lead", one.lead),
            ("co_handlers", list(one.co_handlers)),
            ("dispositions", [each.value for each in one.dispositions]),
        )
    happening = Happening(submission_id=submission_id, kind=kind, actor=person, at=now, details=(*told, *more))
    events.append(connection, [happening])
