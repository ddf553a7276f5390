"""更正登记内容: what was registered wrongly is put right; the earlier words stay in the history, with the reason.

As long as no person has decided and nothing has left the desk, it is judged again. What a person decided stands.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import Enum

from sqlalchemy import Connection

from nlp.domain import Doubt, EventKind, Judgement, Openness, Routing, Submission, Submitter, Urgency, Writing
from nlp.policy import Policy
from service.deadlines import local_day
from service.directory import Directory
from service.entry import make_entry, review_task
from service.errors import Conflict, Invalid, SecretText
from service.intake import MARKED, Judging, check_fields
from service.limits import require_note
from service.names import said
from service.placing import placements, reconcile, settle
from service.restricting import make_restricted
from service.review import check_unsplit, is_dispatched
from service.store import decisions, events, reviews, submissions
from service.store.engine import Store
from service.store.events import Happening
from service.store.records import Registered

AGAIN = "更正登记内容后，系统认为疑似检举控告"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What should have been registered; None leaves a field as it is. `received_at` is aware."""

    title: str | None = None
    text: str | None = None
    source: str | None = None
    place: str | None = None
    submitter: Submitter | None = None
    received_at: datetime | None = None
    urgency: Urgency | None = None
    openness: Openness | None = None
    name_public: bool | None = None
    reported_elsewhere: bool | None = None


class Became(Enum):
    """What putting right did to the decision."""

    JUDGED = "judged"
    RESTRICTED = "restricted"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """What came of it. `accuses`: the machine takes it for an accusation, whatever became of it."""

    receipt: str
    became: Became
    accuses: bool


def version_of(submission: Submission) -> str:
    """Name what is registered now, so that a page can tell whether it has changed since; 16 hex digits."""
    return hashlib.sha256(repr(submission).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def amend(
    store: Store,
    judge: Judging,
    policy: Policy,
    directory: Directory,
    submission_id: str,
    wanted: Amendment,
    reason: str,
    person: str,
    now: datetime,
    seen: str | None = None,
) -> Amended:
    """Put right what was registered; its 登记号, track and moment of registration stay.

    Args:
        store: where it is kept.
        judge: judges it as it should have been, outside of the transaction.
        policy: limits.
        directory: themes and departments.
        submission_id: which one.
        wanted: what it should say.
        reason: why, for the history.
        person: who.
        now: aware moment.
        seen: `version_of` what the person saw; None asks for no check.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Invalid: no reason, nothing is changed, or a field cannot be.
        SecretText: it bears a marking of secrecy; nothing is kept.
        Conflict: somebody else has changed it since, or it was split or is void.
    """
    with store.read() as connection:
        before = submissions.get(connection, submission_id).submission
    reason = require_note(reason, "reason", "请写明为什么更正")
    changed = {each.name: value for each in fields(wanted) if (value := getattr(wanted, each.name)) is not None}
    after = replace(before, **changed)
    if after == before:
        raise Invalid("没有改动，请改好后再更正", field="text", code="E_SAME")
    check_fields(after, policy)
    (judgement,) = judge.judge([Writing(title=after.title, text=after.text)], local_day(now))
    if judgement.checks.secret_marking is not None:
        raise SecretText(MARKED)
    after = replace(after, warnings=judgement.checks.warnings)
    with store.write() as connection:
        registered = submissions.lock(connection, submission_id)
        check_unsplit(registered.stage)
        _check_unchanged(connection, registered.submission, before, seen)
        submissions.amend(connection, registered, after)
        told = (("reason", reason), ("registered", _earlier(before, after)))
        happening = Happening(submission_id=submission_id, kind=EventKind.AMENDED, actor=person, at=now, details=told)
        events.append(connection, [happening])
        became = _judge_again(
            connection, policy, directory, replace(registered, submission=after), judgement, person, now
        )
    return Amended(receipt=after.receipt, became=became, accuses=judgement.restricted)


def _check_unchanged(connection: Connection, present: Submission, read: Submission, seen: str | None) -> None:
    if present == read and seen in (None, version_of(present)):
        return
    last = events.last_of(connection, present.id)
    who = said(connection, last.actor) if last is not None else "他人"
    raise Conflict(f"登记内容刚刚由{who}更正过，没有覆盖。请核对现在的内容后再更正")


def _judge_again(
    connection: Connection,
    policy: Policy,
    directory: Directory,
    registered: Registered,
    judgement: Judgement,
    person: str,
    now: datetime,
) -> Became:
    """Let the machine's judgement follow what was put right, where no person's decision is in its way."""
    submission = registered.submission
    present = decisions.current(connection, submission.id)
    if present.person is not None:
        return Became.LEFT
    released = any(one.kind == EventKind.RELEASED for one in events.of_submission(connection, submission.id))
    if judgement.restricted and not released:
        make_restricted(connection, registered, AGAIN, person, now, by_machine=True)
        return Became.RESTRICTED
    if is_dispatched(connection, submission.id):
        return Became.LEFT
    entry = make_entry(submission, _free(judgement), policy, directory, person, now)
    decision = entry.decision.decision
    decisions.add_predictions(connection, [entry.prediction])
    decisions.supersede(connection, replace(entry.decision, supersedes=present.id))
    reviews.close(connection, submission.id, now)
    sure = placements(directory, decision, local_day(now)) if decision.routing is Routing.AUTO else ()
    task = review_task(submission, judgement, decision, now)
    reviews.add(connection, [] if sure else [task])
    reconcile(connection, submission.id, entry.decision.id, sure, person, now)
    settle(connection, submission.id)
    return Became.JUDGED


def _free(judgement: Judgement) -> Judgement:
    """Give a judgement for routing: what two people released stays released, and is a person's to decide."""
    if not judgement.restricted:
        return judgement
    doubts = tuple(one for one in judgement.decision.doubts if one is not Doubt.ACCUSATION)
    decision = replace(judgement.decision, routing=Routing.REVIEW, doubts=doubts)
    return replace(judgement, restricted=False, decision=decision)


def _earlier(before: Submission, after: Submission) -> dict[str, object]:
    """Give what the changed fields said before, those of the submitter by their own names."""
    told: dict[str, object] = {}
    for each in fields(Amendment):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if isinstance(old, Submitter):
            parts = [(one.name, getattr(old, one.name), getattr(new, one.name)) for one in fields(old)]
            told |= {name: "、".join(was) if isinstance(was, tuple) else was for name, was, now in parts if was != now}
        elif old != new:
            told[each.name] = old.isoformat() if isinstance(old, datetime) else getattr(old, "value", old)
    return told
