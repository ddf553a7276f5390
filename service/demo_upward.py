"""What goes up in the demonstration: reports, outcomes, instructions, a few numbers of 《社情民意》."""

from __future__ import annotations

import random
from datetime import timedelta

from nlp.domain import Level, Outcome, Track
from service import statistics, upward
from service.deadlines import local_day, start_of_day
from service.errors import ServiceError
from service.office import Office
from service.store.conditions import SubmissionFilter
from service.store.records import Registered
from service.upward import Doing, Said, Sending

SIGNER = "张主任"
SHARE = 0.35
BRIEFS = 6
_OUTCOMES = (Outcome.PENDING, Outcome.ADOPTED, Outcome.COMBINED, Outcome.DECLINED, Outcome.PENDING)
_SAID = (
    ("区委书记 赵某", "所提建议很好，请分管同志牵头研究，相关部门抓紧落实。"),
    ("区长 钱某", "请职能部门会同乡镇拿出解决办法，十日内报结果。"),
)


def fill_upward(office: Office, actor: str, chance: random.Random) -> None:
    """Report some of the submissions to the levels above, and let some be taken up."""
    wanted = SubmissionFilter(track=Track.SUBMISSION)
    page = statistics.submissions_page(office.store, wanted, None, 400)
    old = [one for one in page.rows if (office.now() - one.submission.received_at).days > 12]
    for one in old:
        if chance.random() < SHARE:
            _report(office, one.submission.id, actor, chance)
    for number in range(BRIEFS):
        _brief(office, old, actor, number)


def _brief(office: Office, old: list[Registered], actor: str, number: int) -> None:
    """Issue a number of 《社情民意》 with what had come in by then."""
    day = local_day(office.now()) - timedelta(days=2 + 40 * (BRIEFS - 1 - number))
    days = (day - timedelta(days=45), day - timedelta(days=3))
    before = [one.submission for one in old if days[0] < local_day(one.submission.received_at) < days[1]]
    members = [one.id for one in before[: 2 + number % 2]]
    if members:
        doing = Doing(actor=actor, now=start_of_day(day) + timedelta(hours=10))
        upward.issue_brief(office.store, office.profile, members, day, SIGNER, [Level.DISTRICT], doing)


def _report(office: Office, submission_id: str, actor: str, chance: random.Random) -> None:
    received = statistics.story(office.store, submission_id).registered.submission.received_at
    day, now = local_day(received) + timedelta(days=3), received + timedelta(days=3)
    for level in (Level.REGION, Level.CITY):
        if chance.random() < 0.6:
            made = upward.report(
                office.store,
                submission_id,
                Sending(level=level, day=day, signer=SIGNER),
                Doing(actor=actor, now=now),
            )
            later = Doing(actor=actor, now=now + timedelta(days=9))
            outcome, outcome_day = chance.choice(_OUTCOMES), day + timedelta(days=9)
            try:
                upward.record_outcome(office.store, made.id, outcome, outcome_day, "", None, later)
            except ServiceError:
                continue
    if chance.random() < 0.15:
        leader, text = chance.choice(_SAID)
        said = Said(leader=leader, level=Level.DISTRICT, day=day, text=text)
        upward.instruct(office.store, submission_id, said, Doing(actor=actor, now=now))
