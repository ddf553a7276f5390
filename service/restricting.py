"""列为限阅件: a person takes out of everybody's sight what the machine did not see to be an accusation.

One person is enough to restrict; only the two who are named can release (`service.restricted`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from nlp.domain import DecisionSource, Doubt, EventKind, Stage
from service import audit
from service.audit import Kind
from service.entry import nowhere
from service.ids import new_id
from service.limits import require_note
from service.placing import withdraw
from service.review import check_unsplit
from service.store import audit as log
from service.store import decisions, events, holds, queue, reviews, submissions
from service.store.engine import Store
from service.store.events import Happening
from service.store.records import Registered

BY_PERSON = "经办人员列为限阅件"


def restrict(store: Store, submission_id: str, reason: str, person: str, now: datetime) -> str:
    """Make a submission a restricted one, whatever its stage; give its 登记号.

    Items with units are withdrawn and gone from their pages; the decision is superseded by one without theme and
    department. Nothing is deleted.

    Raises:
        NotFound: there is no such submission, or it is restricted already.
        Invalid: no reason.
        Conflict: it was split (each part is restricted by itself), or is void.
    """
    with store.write() as connection:
        registered = submissions.lock(connection, submission_id)
        reason = require_note(reason, "reason", "请写明反映了谁的什么问题，供阅件人核对")
        check_unsplit(registered.stage)
        make_restricted(connection, registered, reason, person, now)
    return registered.submission.receipt


def make_restricted(
    connection: Connection, registered: Registered, reason: str, person: str, now: datetime, *, by_machine: bool = False
) -> None:
    """Do it, within the transaction in which the submission was locked; `by_machine`: it is the machine that says so."""
    submission_id = registered.submission.id
    for item in queue.of_submission(connection, submission_id):
        if item.state.open:
            withdraw(connection, item, person, now, reason="列为限阅件")
    reviews.close(connection, submission_id, now)
    holds.release(connection, submission_id, person, now)
    _supersede(connection, submission_id, None if by_machine else person, reason if by_machine else BY_PERSON, now)
    submissions.place(connection, submission_id, None, None, Stage.RESTRICTED)
    submissions.restrict(connection, submission_id, True)
    happening = Happening(
        submission_id=submission_id,
        kind=EventKind.RESTRICTED,
        actor=person,
        at=now,
        details=(("stage", registered.stage.value), ("reason", reason)),
    )
    events.append(connection, [happening])
    log.append(connection, audit.noted(Kind.RESTRICTED_DECIDED, person, now, submission_id, did="restricted"))


def _supersede(connection: Connection, submission_id: str, person: str | None, why: str, now: datetime) -> None:
    present = decisions.current(connection, submission_id)
    decision = replace(
        nowhere(present.decision),
        source=DecisionSource.PERSON if person else DecisionSource.RULE,
        reasons=(f"{why}，不转办、不公开",),
        doubts=tuple(dict.fromkeys((*present.decision.doubts, Doubt.ACCUSATION))),
    )
    made = replace(present, id=new_id(now), supersedes=present.id, decision=decision, person=person, made_at=now)
    decisions.supersede(connection, made)
