"""A case of former years as it is kept: closed, with the decision and the answer that the old table tells of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nlp.domain import (
    DecisionSource,
    Disposition,
    HandlingMode,
    ItemState,
    QueueItem,
    Role,
    Routing,
    RoutingDecision,
    Stage,
)
from service.entry import Entry
from service.ids import new_id
from service.limits import NOTE_LENGTH
from service.placing import adopted
from service.store.records import StoredDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an old case ended: its theme and departments of today (lead first) where they are known, what was answered."""

    theme: str | None
    departments: Sequence[str]
    old_department: str
    answer: str
    answered_at: datetime | None
    person: str


def as_past(entry: Entry, ending: Ending, now: datetime) -> Entry:
    """Give an entry as that of a closed case. What is restricted stays as it is.

    The machine's suggestion stays on record as the decision before; an answer of a unit that is not known today stands
    among the reasons, so that it is not lost.
    """
    submission = entry.registered.submission
    if submission.restricted:
        return entry
    before = replace(entry.decision, current=False)
    made = replace(
        entry.decision,
        id=new_id(now),
        supersedes=before.id,
        decision=_decided(before.decision, ending),
        person=ending.person,
        made_at=now,
    )
    closed_at = ending.answered_at or submission.received_at
    items = tuple(
        _item(submission.id, made, department, place, ending, closed_at, now)
        for place, department in enumerate(ending.departments)
    )
    stage = Stage.CLOSED if items else Stage.KEPT
    registered = replace(
        entry.registered,
        theme=made.decision.theme,
        lead=made.decision.lead,
        stage=stage,
        adopted=adopted([before, made], stage),
    )
    details = (*(one for one in entry.happening.details if one[0] != "stage"), ("stage", stage.value))
    happening = replace(entry.happening, details=(*details, ("note", "往年已办，导入存档")))
    return replace(
        entry,
        registered=registered,
        decision=made,
        earlier=(before,),
        items=items,
        task=None,
        happening=happening,
    )


def _decided(old: RoutingDecision, ending: Ending) -> RoutingDecision:
    lead, others = next(iter(ending.departments), None), tuple(ending.departments[1:])
    reasons = ["往年已办，按旧台账"]
    if not ending.departments and (ending.old_department or ending.answer):
        told = f"{ending.old_department or '承办单位不详'}：{ending.answer}" if ending.answer else ending.old_department
        reasons.append(f"旧台账的办理情况：{told[:NOTE_LENGTH]}")
    return replace(
        old,
        routing=Routing.REVIEW,
        theme=ending.theme or old.theme,
        dispositions=(Disposition.DEPARTMENT,) if lead else (Disposition.KEEP,),
        lead=lead,
        co_handlers=others,
        mode=HandlingMode.LEAD_AND_CO if others else HandlingMode.SINGLE,
        duty=None,
        source=DecisionSource.PERSON,
        reasons=tuple(reasons),
    )


def _item(
    submission_id: str,
    made: StoredDecision,
    department: str,
    place: int,
    ending: Ending,
    closed_at: datetime,
    now: datetime,
) -> QueueItem:
    return QueueItem(
        id=new_id(now),
        submission_id=submission_id,
        decision_id=made.id,
        department=department,
        role=Role.CO if place else Role.LEAD,
        state=ItemState.CLOSED,
        version=1,
        created_at=closed_at,
        answered_at=closed_at if ending.answer else None,
        closed_at=closed_at,
        answer="" if place else ending.answer[:NOTE_LENGTH],
    )
