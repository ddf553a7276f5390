"""A separate database with about 300 written submissions spread over a year, in all states, so that no page is empty."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nlp.domain import Disposition, Openness, Submitter, Track, Urgency, Writing
from service import (
    demo_chain,
    demo_desk,
    demo_people,
    demo_restricted,
    demo_texts,
    demo_upward,
    intake,
    review,
    statistics,
)
from service.deadlines import local_day
from service.demo_texts import ACCUSATIONS, SAME, Texts, Written
from service.errors import ServiceError
from service.intake import Incoming, Receipt
from service.office import Office
from service.proposals import propose
from service.store.conditions import SubmissionFilter

YEAR, WAITING = 250, 32
"""How many of the year are told to their end, and how many of the last days wait for 拟办."""
DAYS = 360
LAST_DAYS = 8
SOURCES = ("履职平台", "履职平台", "微信", "电话", "来信", "协商平台", "委员工作站", "12345 转")

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A text with the moment at which it comes in; who is to decide on it, nobody where it is to wait."""

    written: Written
    moment: datetime
    decided: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filling:
    """What filling goes by."""

    office: Office
    texts: Texts
    chance: random.Random
    clerk: str
    signer: str


def fill(office: Office, report: Report) -> int:
    """Fill an empty database and give the number of submissions; one that has any is left as it is."""
    present = statistics.submissions_count(office.store, SubmissionFilter())
    if present:
        return present
    demo_people.ensure(office.store, office.now())
    clerk, signer = (demo_people.id_of(office.store, one) for one in (demo_people.CLERK, demo_people.SIGNER))
    chance = random.Random(20261124)  # noqa: S311 - the same demonstration every time
    texts = demo_texts.texts(office, chance, YEAR, WAITING, local_day(office.now()))
    filling = _Filling(office=office, texts=texts, chance=chance, clerk=clerk, signer=signer)
    coming = _coming(filling)
    receipts: dict[Writing, Receipt] = {}
    for number, one in enumerate(coming):
        receipt = _live(filling, one)
        if receipt is not None:
            receipts[one.written.writing] = receipt
        report("填入演示来稿", number + 1, len(coming))
    demo_restricted.fill_restricted(office, [receipts[one].id for one in ACCUSATIONS if one in receipts])
    demo_desk.fill_desk(office, filling.clerk, receipts, texts.rest, chance)
    demo_upward.fill_upward(office, clerk, chance)
    return statistics.submissions_count(office.store, SubmissionFilter())


def _coming(filling: _Filling) -> list[Coming]:
    """Put everything in the order of time: the year, what waits of the last days, what was made for the demonstration."""
    now, chance = filling.office.now(), filling.chance
    year = [
        Coming(written=one, moment=now - timedelta(days=1 + (DAYS - 1) * chance.random() ** 1.5))
        for one in filling.texts.year
    ]
    waiting = [
        Coming(
            written=one, moment=now - timedelta(minutes=20) - timedelta(days=LAST_DAYS * chance.random()), decided=False
        )
        for one in filling.texts.waiting
    ]
    accusing = [
        Coming(written=Written(writing=one), moment=now - timedelta(days=2 + 9 * number))
        for number, one in enumerate(ACCUSATIONS)
    ]
    return sorted([*year, *waiting, *accusing, *_same(now)], key=lambda one: one.moment)


def _same(now: datetime) -> list[Coming]:
    """Let both of a pair come in a few days apart; the latest pair is still to be decided on and linked."""
    found = []
    for number, (first, second) in enumerate(SAME):
        begun = now - timedelta(days=6 + 34 * number)
        found.append(Coming(written=Written(writing=first), moment=begun))
        later = begun + timedelta(days=5, hours=3)
        found.append(Coming(written=Written(writing=second), moment=later, decided=number > 0))
    return found


def _live(filling: _Filling, coming: Coming) -> Receipt | None:
    """Let one submission come in and go as far as its age allows."""
    office, moment = filling.office, coming.moment
    incoming = _incoming(filling, coming)
    (receipt,) = intake.receive(office.store, filling.texts.judge, office.policy, office.taxonomy, [incoming], moment)
    if not isinstance(receipt, Receipt):
        return None
    try:
        story = statistics.story(office.store, receipt.id)
    except ServiceError:
        return receipt
    if coming.decided and not story.items:
        opinion = _opinion(filling, coming.written, incoming)
        review.decide(office.store, office.taxonomy, receipt.id, opinion, filling.clerk, moment + timedelta(hours=3))
        story = statistics.story(office.store, receipt.id)
    if coming.decided:
        life = demo_chain.Desks(
            office=office,
            clerk=filling.clerk,
            signer=filling.signer,
            begun=moment,
            chance=filling.chance,
            quick=incoming.track is Track.WORK_ORDER,
        )
        for item in story.items:
            demo_chain.carry(life, item)
    return receipt


def _opinion(filling: _Filling, written: Written, incoming: Incoming) -> review.Opinion:
    """Say what a clerk says who knows the theme: its departments by the duties, now and then the levels above besides."""
    office = filling.office
    if not written.theme:
        return review.Opinion()
    (proposal,) = propose(office.taxonomy, written.writing, (written.theme,), local_day(incoming.received_at))
    going = list(proposal.dispositions)
    if incoming.track is Track.SUBMISSION and filling.chance.random() < 0.5:
        going.append(filling.chance.choice((Disposition.REPORT_REGION, Disposition.REPORT_CITY)))
    return review.Opinion(
        theme=written.theme,
        lead=proposal.lead or "",
        co_handlers=proposal.co_handlers,
        dispositions=tuple(dict.fromkeys(going)) or (Disposition.KEEP,),
    )


def _incoming(filling: _Filling, coming: Coming) -> Incoming:
    writing, chance = coming.written.writing, filling.chance
    order = chance.random() < 0.25 and writing not in ACCUSATIONS
    return Incoming(
        track=Track.WORK_ORDER if order else Track.SUBMISSION,
        title=writing.title,
        text=writing.text,
        source="12345 转" if order else chance.choice(SOURCES),
        place=_place(filling.office, writing, chance),
        submitter=Submitter() if order else demo_people.anybody(chance),
        received_at=coming.moment,
        urgency=Urgency.URGENT if chance.random() < 0.05 else Urgency.NORMAL,
        openness=Openness.INTERNAL,
        caller=filling.clerk,
    )


def _place(office: Office, writing: Writing, chance: random.Random) -> str:
    towns: Sequence[str] = [one.name for one in office.taxonomy.departments if one.township]
    named = [one for one in towns if one in writing.title + writing.text]
    return named[0] if named else chance.choice([*towns, ""])
