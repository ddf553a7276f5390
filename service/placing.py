"""Which departments a decision hands a submission to, and where the submission then stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from nlp.domain import (
    DecisionSource,
    Disposition,
    EventKind,
    HandlingMode,
    ItemState,
    QueueItem,
    Role,
    RoutingDecision,
    Stage,
    Submission,
)
from nlp.policy import Policy
from service.deadlines import reply_due
from service.directory import Directory, acting
from service.errors import CalendarUnknown
from service.ids import new_id
from service.store import decisions, events, queue, reviews, submissions
from service.store.events import Happening
from service.store.records import StoredDecision

_STAGES = {
    ItemState.AWAITING_SIGNATURE: Stage.AWAITING_SIGNATURE,
    ItemState.QUEUED: Stage.QUEUED,
    ItemState.IN_PROGRESS: Stage.IN_PROGRESS,
    ItemState.RETURN_REQUESTED: Stage.IN_PROGRESS,
    ItemState.ANSWERED: Stage.ANSWERED,
}
_LEAST_ADVANCED_FIRST = list(_STAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A department that gets an item, and what it is to it."""

    department: str
    role: Role


def placements(directory: Directory, decision: RoutingDecision, day: date) -> tuple[Placement, ...]:
    """Tell who gets an item: the lead first, then each co-handler once. No lead that can be dispatched to, no items.

    A department above 区级 / 垂管 never gets one. 单独办理 gives the lead alone an item; 分别办理 gives several
    departments one each, none of which leads.
    """
    if Disposition.DEPARTMENT not in decision.dispositions or decision.lead is None:
        return ()
    found = [acting(directory, each, day) for each in (decision.lead, *decision.co_handlers)]
    if found[0] is None or not found[0].level.dispatchable:
        return ()
    ids = list(dict.fromkeys(each.id for each in found if each is not None and each.level.dispatchable))
    if decision.mode is HandlingMode.SINGLE:
        ids = ids[:1]
    if decision.mode is HandlingMode.SEPARATE and len(ids) > 1:
        return tuple(Placement(department=department, role=Role.PART) for department in ids)
    return tuple(
        Placement(department=department, role=Role.CO if number else Role.LEAD) for number, department in enumerate(ids)
    )


def new_item(submission_id: str, decision_id: str, placement: Placement, now: datetime) -> QueueItem:
    """Make an item that waits for 签发."""
    return QueueItem(
        id=new_id(now),
        submission_id=submission_id,
        decision_id=decision_id,
        department=placement.department,
        role=placement.role,
        state=ItemState.AWAITING_SIGNATURE,
        version=1,
        created_at=now,
    )


def release(policy: Policy, submission: Submission, item: QueueItem, now: datetime) -> tuple[QueueItem, str | None]:
    """Let an item go to its department: it waits there, and its time runs.

    Returns:
        The item with the same version, and a note in Chinese where its due date cannot be told yet.
    """
    try:
        due_at, note = reply_due(policy, submission.track, item.role, submission.urgency, now), None
    except CalendarUnknown as unknown:
        due_at, note = None, str(unknown)
    return replace(item, state=ItemState.QUEUED, signed_at=now, due_at=due_at), note


def reconcile(
    connection: Connection,
    submission_id: str,
    decision_id: str,
    wanted: Sequence[Placement],
    actor: str,
    now: datetime,
) -> None:
    """Make the items of a submission those that are wanted.

    An item that is wanted and open or closed stays as it is; an open one that is not wanted is withdrawn; what is
    missing is opened and waits for 签发.
    """
    present = queue.of_submission(connection, submission_id)
    standing = {
        Placement(department=item.department, role=item.role)
        for item in present
        if item.state.open or item.state is ItemState.CLOSED
    }
    for item in present:
        if item.state.open and Placement(department=item.department, role=item.role) not in wanted:
            withdraw(connection, item, actor, now, reason="拟办意见已更改")
    queue.add(connection, [new_item(submission_id, decision_id, each, now) for each in wanted if each not in standing])


def withdraw(connection: Connection, item: QueueItem, actor: str, now: datetime, reason: str) -> QueueItem:
    """Withdraw an open item, and tell why in its event."""
    after = replace(
        item, state=ItemState.WITHDRAWN, version=item.version + 1, closed_at=now, lease_token=None, leased_until=None
    )
    queue.save(connection, after)
    told = (("reason", reason), ("department", item.department))
    events.append(
        connection,
        [
            Happening(
                submission_id=item.submission_id,
                item_id=item.id,
                kind=EventKind.WITHDRAWN,
                actor=actor,
                at=now,
                details=told,
            )
        ],
    )
    return after


def settle(connection: Connection, submission_id: str) -> Stage:
    """Write theme, lead and stage of a submission as its current decision, review task and items now say."""
    history = decisions.history(connection, submission_id)
    holding = next(one for one in history if one.current)
    waiting = reviews.open_task(connection, submission_id) is not None
    stage = stage_of(holding.decision.source, waiting, queue.of_submission(connection, submission_id))
    decided, taken = holding.decision, adopted(history, stage)
    submissions.place(connection, submission_id, decided.theme, decided.lead, stage, taken)
    return stage


def adopted(history: Sequence[StoredDecision], stage: Stage) -> bool | None:
    """Tell whether what holds is what the machine last suggested; None as long as no person has decided or signed.

    Args:
        history: every decision on the submission, the oldest first.
        stage: where it stands now.
    """
    holding = next(one for one in history if one.current)
    if holding.person is None and stage in (Stage.REVIEW, Stage.AWAITING_SIGNATURE, Stage.RESTRICTED):
        return None
    suggested = next(one.decision for one in reversed(history) if one.person is None)
    return _gist(suggested) == _gist(holding.decision)


def _gist(decision: RoutingDecision) -> tuple[object, ...]:
    return decision.theme, decision.lead, frozenset(decision.co_handlers), frozenset(decision.dispositions)


def stage_of(source: DecisionSource, waiting: bool, items: Sequence[QueueItem]) -> Stage:
    """Tell the stage of a submission that is not restricted.

    Args:
        source: who made the current decision.
        waiting: whether a review task is open.
        items: every item that it ever had.

    Returns:
        The stage of the open lead; without one, of the open item that is least advanced; `closed` when every item that
        was not returned or withdrawn is closed.
    """
    if waiting:
        return Stage.REVIEW
    open_items = [item for item in items if item.state.open]
    if open_items:
        leads = [item for item in open_items if item.role is Role.LEAD]
        slowest = min(leads or open_items, key=lambda item: _LEAST_ADVANCED_FIRST.index(item.state))
        return _STAGES[slowest.state]
    if any(item.state is ItemState.CLOSED for item in items):
        return Stage.CLOSED
    return Stage.KEPT if source is DecisionSource.PERSON else Stage.REVIEW
