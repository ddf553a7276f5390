"""A separate database with about 300 written submissions spread over a year, in all states, so that no page is empty."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nlp.domain import Openness, Submitter, Track, Urgency
from service import demo_chain, demo_people, demo_upward, intake, review, statistics
from service.errors import ServiceError
from service.intake import Incoming, Receipt
from service.knowledge import training_files
from service.office import Office
from service.store.conditions import SubmissionFilter

COUNT = 300
WAITING = 6
"""How many of the latest submissions are of themes that a person decides, so that some wait for one."""
DAYS = 360
SOURCES = ("履职平台", "履职平台", "微信", "电话", "来信", "协商平台", "委员工作站", "12345 转")
PEOPLE = ("王委员", "马委员", "李委员", "杨委员", "丁委员", "白委员", "金委员", "何委员")
CIRCLES = ("农业界", "教育界", "医药卫生界", "经济界", "工会", "妇联", "少数民族界", "社会福利和社会保障界")

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    title: str
    text: str
    theme: str


def fill(office: Office, report: Report) -> int:
    """Fill an empty database and give the number of submissions; one that has any is left as it is."""
    present = statistics.submissions_count(office.store, SubmissionFilter())
    if present:
        return present
    demo_people.ensure(office.store, office.now())
    actor = demo_people.id_of(office.store, demo_people.CLERK)
    chance = random.Random(20261124)  # noqa: S311 - the same demonstration every time
    texts = _texts(office, chance)
    now = office.now()
    for number, written in enumerate(texts):
        moment = now - timedelta(days=DAYS * (len(texts) - number) / len(texts), hours=chance.random() * 5)
        _live(office, written, moment, chance, actor)
        report("填入演示来稿", number + 1, len(texts))
    demo_upward.fill_upward(office, actor, chance)
    return statistics.submissions_count(office.store, SubmissionFilter())


def _texts(office: Office, chance: random.Random) -> list[_Written]:
    written: list[_Written] = []
    for path in training_files(office.settings.data_folder):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream)
            written += [_Written(title=row["title"], text=row["text"], theme=row["theme"]) for row in rows]
    chance.shuffle(written)
    manual = {theme.id for theme in office.taxonomy.themes if theme.never_automatic}
    latest = [one for one in written if one.theme in manual][:WAITING]
    return [*(one for one in written if one not in latest)][: COUNT - len(latest)] + latest


def _live(office: Office, written: _Written, moment: datetime, chance: random.Random, actor: str) -> None:
    """Let one submission come in and go as far as its age allows."""
    incoming = _incoming(office, written, moment, chance, actor)
    judge, policy, directory = office.judge, office.policy, office.taxonomy
    (receipt,) = intake.receive(office.store, judge, policy, directory, [incoming], moment)
    if not isinstance(receipt, Receipt):
        return
    age = (office.now() - moment).days
    try:
        story = statistics.story(office.store, receipt.id)
    except ServiceError:
        return
    if not story.items and (age > 5 or chance.random() < 0.2):
        review.decide(office.store, directory, receipt.id, review.Opinion(), actor, moment + timedelta(hours=3))
        story = statistics.story(office.store, receipt.id)
    for item in story.items:
        demo_chain.carry(office, item, moment, age, chance, actor)


def _incoming(office: Office, written: _Written, moment: datetime, chance: random.Random, actor: str) -> Incoming:
    towns = [one.name for one in office.taxonomy.departments if one.township]
    named = [one for one in towns if one in written.title + written.text]
    order = chance.random() < 0.25
    number = chance.randrange(len(PEOPLE))
    return Incoming(
        track=Track.WORK_ORDER if order else Track.SUBMISSION,
        title=written.title,
        text=written.text,
        source="12345 转" if order else chance.choice(SOURCES),
        place=named[0] if named else chance.choice([*towns, ""]),
        submitter=Submitter() if order else Submitter(name=PEOPLE[number], circle=CIRCLES[number]),
        received_at=moment,
        urgency=Urgency.URGENT if chance.random() < 0.05 else Urgency.NORMAL,
        openness=Openness.INTERNAL,
        caller=actor,
    )
