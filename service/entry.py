"""What one judged submission becomes in the store: everything that intake writes about it, in one record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from nlp.domain import (
    DecisionSource,
    Doubt,
    EventKind,
    Judgement,
    QueueItem,
    Routing,
    RoutingDecision,
    Stage,
    Submission,
    Track,
    Urgency,
)
from nlp.policy import Policy
from service.deadlines import local_day
from service.directory import Directory
from service.ids import new_id
from service.placing import Placement, adopted, new_item, placements, release, stage_of
from service.store import decisions, events, queue, reviews, submissions
from service.store.events import Happening
from service.store.records import Registered, ReviewTask, StoredDecision, StoredPrediction

_PRIORITIES = {Urgency.CRITICAL: 0, Urgency.URGENT: 1, Urgency.NORMAL: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A submission about to be kept. It has items, or a review task, or neither when it is restricted.

    `earlier` are decisions that the present one superseded before anything was kept.
    """

    registered: Registered
    prediction: StoredPrediction
    decision: StoredDecision
    items: tuple[QueueItem, ...]
    task: ReviewTask | None
    happening: Happening
    earlier: tuple[StoredDecision, ...] = ()


def make_entry(
    submission: Submission, judgement: Judgement, policy: Policy, directory: Directory, actor: str, now: datetime
) -> Entry:
    """Work out where a submission goes first.

    Sure ones get items: for 工单 whose source is dispatched directly they wait for their department, otherwise for
    签发. A sure one whose department cannot be dispatched to becomes one for review, with the doubt `no-duty`.
    """
    wanted = placements(directory, judgement.decision, local_day(now))
    decision = _settled(judgement, wanted)
    prediction = StoredPrediction(
        id=new_id(now), submission_id=submission.id, prediction=judgement.prediction, made_at=now
    )
    stored = StoredDecision(
        id=new_id(now),
        submission_id=submission.id,
        prediction_id=prediction.id,
        current=True,
        supersedes=None,
        decision=decision,
        person=None,
        made_at=now,
    )
    items, note = _items(submission, stored, wanted, policy, now)
    task = None if items or judgement.restricted else review_task(submission, judgement, decision, now)
    stage = Stage.RESTRICTED if judgement.restricted else stage_of(decision.source, task is not None, items)
    return Entry(
        registered=Registered(
            submission=submission,
            theme=decision.theme,
            lead=decision.lead,
            stage=stage,
            adopted=adopted([stored], stage),
        ),
        prediction=prediction,
        decision=stored,
        items=items,
        task=task,
        happening=_received(submission, stored, stage, note, actor, now),
    )


def save_entries(connection: Connection, entries: Sequence[Entry]) -> None:
    """Write entries, all in the transaction of the connection."""
    submissions.add(connection, [entry.registered for entry in entries])
    decisions.add_predictions(connection, [entry.prediction for entry in entries])
    decisions.add(connection, [one for entry in entries for one in (*entry.earlier, entry.decision)])
    queue.add(connection, [item for entry in entries for item in entry.items])
    reviews.add(connection, [entry.task for entry in entries if entry.task is not None])
    events.append(connection, [entry.happening for entry in entries])


def _settled(judgement: Judgement, wanted: Sequence[Placement]) -> RoutingDecision:
    decision = judgement.decision
    if judgement.restricted:
        return nowhere(decision)
    if decision.routing is Routing.AUTO and not wanted:
        reasons = (*decision.reasons, "没有可直接转办的承办单位，请人工拟办")
        doubts = tuple(dict.fromkeys((*decision.doubts, Doubt.NO_DUTY)))
        return replace(decision, routing=Routing.REVIEW, reasons=reasons, doubts=doubts)
    return decision


def _items(
    submission: Submission, stored: StoredDecision, wanted: Sequence[Placement], policy: Policy, now: datetime
) -> tuple[tuple[QueueItem, ...], str | None]:
    if stored.decision.routing is not Routing.AUTO:
        return (), None
    waiting = [new_item(submission.id, stored.id, placement, now) for placement in wanted]
    if submission.track is not Track.WORK_ORDER or submission.source not in policy.direct_dispatch_sources:
        return tuple(waiting), None
    released = [release(policy, submission, item, now) for item in waiting]
    return tuple(item for item, _ in released), next((note for _, note in released if note), None)


def nowhere(decision: RoutingDecision) -> RoutingDecision:
    """Take out of a decision all that would lead a restricted submission somewhere."""
    return replace(decision, routing=Routing.REVIEW, theme=None, dispositions=(), lead=None, co_handlers=(), duty=None)


def review_task(submission: Submission, judgement: Judgement, decision: RoutingDecision, now: datetime) -> ReviewTask:
    """Make the task of a submission that waits for a person, as urgent as it is."""
    priority = _PRIORITIES[submission.urgency]
    if Doubt.URGENT in decision.doubts:
        priority = min(priority, _PRIORITIES[Urgency.URGENT])
    confidence = judgement.prediction.confidence
    return ReviewTask(
        id=new_id(now),
        submission_id=submission.id,
        priority=priority,
        confidence=None if confidence is None else float(confidence),
        opened_at=now,
        received_day=local_day(submission.received_at).isoformat(),
    )


def _received(
    submission: Submission, stored: StoredDecision, stage: Stage, note: str | None, actor: str, now: datetime
) -> Happening:
    made_by = DecisionSource(stored.decision.source)
    details = (("receipt", submission.receipt), ("stage", stage.value), ("decided_by", made_by.value), ("note", note))
    return Happening(submission_id=submission.id, kind=EventKind.RECEIVED, actor=actor, at=now, details=details)
