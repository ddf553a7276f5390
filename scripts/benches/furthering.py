"""What people do with a database that was filled: reports upward, instructions, briefs, what is kept, same matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, func, select

from nlp.domain import Disposition, Level, Outcome, Stage, Submission, Track
from service import review
from service.deadlines import local_day
from service.ids import new_id
from service.office import Office
from service.review import Opinion
from service.store import matters, upward
from service.store.records import Registered
from service.store.submissions import read_registered
from service.store.tables import submissions
from service.store.upward import Brief, Instruction, UpwardReport
from service.store.upward_tables import upward_reports

DECIDED = 10_000
"""来稿 that wait for a person and are decided."""
LINKED, TOGETHER = 6_000, 6
"""Submissions that are linked to others, and how many to a matter."""
BRIEFS, IN_BRIEF = 200, 5
_WAYS = (
    *((Disposition.REPORT_REGION, Disposition.REPORT_CITY),) * 6,
    *((Disposition.KEEP,),) * 2,
    (Disposition.DECLINE,),
    (Disposition.SUPPLEMENT,),
)
_OUTCOMES = (Outcome.PENDING, Outcome.ADOPTED, Outcome.DECLINED, Outcome.COMBINED)


def further(office: Office) -> None:
    """Do it once; a part of what was filled is enough for as much as a busy office has."""
    with office.store.read() as connection:
        if connection.execute(select(func.count()).select_from(upward_reports)).scalar_one():
            return
        waiting = _some(connection, DECIDED, stage=Stage.REVIEW.value, track=Track.SUBMISSION.value)
        linked = _some(connection, LINKED, track=Track.WORK_ORDER.value)
    for number, one in enumerate(waiting):
        opinion = Opinion(dispositions=_WAYS[number % len(_WAYS)], lead="")
        review.decide(office.store, office.taxonomy, one.submission.id, opinion, "bench", one.submission.registered_at)
    _link(office, [one.submission for one in linked])
    going_up = [one.submission for number, one in enumerate(waiting) if number % len(_WAYS) < 6]
    with office.store.write() as connection:
        for number, submission in enumerate(going_up[:-100]):
            _report(connection, number, submission)
        for number in range(min(BRIEFS, len(going_up) // IN_BRIEF)):
            _brief(connection, number, going_up[number * IN_BRIEF : (number + 1) * IN_BRIEF])


def _some(connection: Connection, most: int, **equal: str) -> list[Registered]:
    """Read some submissions that are not restricted, evenly over the time."""
    query = select(submissions).where(~submissions.c.restricted).filter_by(**equal).order_by(submissions.c.id)
    found = [read_registered(row) for row in connection.execute(query)]
    return found[:: max(1, len(found) // most)][:most]


def _link(office: Office, found: Sequence[Submission]) -> None:
    for start in range(0, len(found), TOGETHER):
        first, *others = found[start : start + TOGETHER]
        with office.store.write() as connection:
            for other in others:
                matters.link(connection, first.id, other.id, "bench", other.registered_at)


def _report(connection: Connection, number: int, submission: Submission) -> None:
    sent = submission.registered_at + timedelta(days=3)
    outcome = _OUTCOMES[number % len(_OUTCOMES)]
    known = local_day(sent + timedelta(days=30)) if outcome is not Outcome.PENDING else None
    for level in (Level.REGION, Level.CITY)[: 1 + number % 2]:
        made = UpwardReport(
            id=new_id(sent),
            submission_id=submission.id,
            level=level,
            reported_on=local_day(sent),
            signer="测",
            recorded_by="bench",
            recorded_at=sent,
            outcome=outcome,
            outcome_on=known,
        )
        upward.add_report(connection, made)
    if number % 10 == 0:
        words = Instruction(
            id=new_id(sent),
            submission_id=submission.id,
            leader="测",
            level=Level.CITY,
            given_on=local_day(sent + timedelta(days=20)),
            text="请有关单位研究办理。",
            recorded_by="bench",
            recorded_at=sent,
        )
        upward.add_instruction(connection, words)


def _brief(connection: Connection, number: int, found: Sequence[Submission]) -> None:
    last = found[-1].registered_at
    made = Brief(
        id=new_id(last),
        year=local_day(last).year,
        number=number + 1,
        label=f"第 {number + 1} 期",
        issued_on=local_day(last),
        signer="测",
        made_by="bench",
        made_at=last,
        members=tuple(one.id for one in found),
    )
    upward.add_brief(connection, made)
