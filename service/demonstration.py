"""A separate database with about 300 written submissions spread over a year, in all states, so that no page is empty."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nlp.domain import ItemState, Openness, QueueItem, ResultGrade, Submitter, Track, Urgency
from service import demo_people, dispatch, intake, review, statistics
from service.dispatch import Act, Desk
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
ANSWERS = (
    "已派人到现场核实，问题属实，现已整改完毕，并向反映人作了说明。",
    "已列入今年工作计划，正在履行采购程序，预计下月开工。",
    "经与有关单位会商，因资金尚未落实，列入明年项目储备，届时优先安排。",
)
RETURNS = ("经核实，该路段产权属其他单位，建议改由对口单位办理。", "该事项主管职责不在本单位，附职责文件。")

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
        _work(office, item, moment, age, chance, actor)


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


def _work(office: Office, item: QueueItem, moment: datetime, age: int, chance: random.Random, actor: str) -> None:
    """Carry an item on, a step after the other, until its age or chance stops it."""
    desk = Desk(store=office.store, policy=office.policy, directory=office.taxonomy)
    steps: Sequence[tuple[int, Callable[[Act], QueueItem]]] = (
        (2, lambda act: dispatch.sign(desk, item.id, act)),
        (5, lambda act: _taken_on(desk, item, act, chance)),
        (30, lambda act: _result(desk, item, act, chance)),
        (36, lambda act: dispatch.close(desk, item.id, "", act)),
    )
    state = item.state
    for day, step in steps:
        if age < day or chance.random() < 0.07 or state not in _LEADS_ON:
            return
        state = step(Act(actor=actor, now=moment + timedelta(days=day))).state


_LEADS_ON = {ItemState.AWAITING_SIGNATURE, ItemState.QUEUED, ItemState.IN_PROGRESS, ItemState.ANSWERED}


def _taken_on(desk: Desk, item: QueueItem, act: Act, chance: random.Random) -> QueueItem:
    if chance.random() < 0.06:
        return dispatch.request_return(desk, item.id, chance.choice(RETURNS), act)
    return dispatch.accept(desk, item.id, act)


def _result(desk: Desk, item: QueueItem, act: Act, chance: random.Random) -> QueueItem:
    dice = chance.random()
    if dice < 0.04:
        dispatch.request_extension(desk, item.id, "涉及多个单位会商，需要延长时间。", act)
    grade = chance.randrange(len(ANSWERS))
    return dispatch.answer(desk, item.id, ANSWERS[grade], list(ResultGrade)[grade], act)
