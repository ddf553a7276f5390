"""How an item of the demonstration goes on: signed, taken on, answered, told, rated, closed; some stand still."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nlp.domain import ItemState, QueueItem, ResultGrade, Role, Satisfaction, Way
from service import demo_people, dispatch, results, statistics
from service.dispatch import Act, Desk
from service.office import Office
from service.results import Reminder
from service.steps import Paper

ANSWERS = (
    "已派人到现场核实，问题属实，现已整改完毕，并向反映人作了说明。",
    "已列入今年工作计划，正在履行采购程序，预计下月开工。",
    "经与有关单位会商，因资金尚未落实，列入明年项目储备，届时优先安排。",
)
RETURNS = ("经核实，该路段产权属其他单位，建议改由对口单位办理。", "该事项主管职责不在本单位，附职责文件。")
UNIT_PEOPLE = ("王科长", "马主任", "李科员", "杨股长", "丁主任")
OPINIONS = ("对办理结果满意。", "希望长期坚持，不要反弹。", "答复比较笼统，希望明确时间。")
LONG_AGO = 110
"""Days after which nearly everything is done, so that few items are long overdue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """An item on its way: who acts at the desk, who of the unit, when it began, how many days ago that was."""

    desk: Desk
    item: QueueItem
    actor: str
    unit: str | None
    begun: datetime
    age: int
    chance: random.Random

    def on(self, day: int) -> Act:
        """Act at the desk on a day."""
        return Act(actor=self.actor, now=self.begun + timedelta(days=day))

    def by_unit(self, day: int) -> Act:
        """Act as the unit: its own person where it has one here, else on paper."""
        if self.unit is not None:
            return replace(self.on(day), actor=self.unit)
        person, way = self.chance.choice(UNIT_PEOPLE), self.chance.choice((Way.OA, Way.PAPER, Way.PHONE))
        return replace(self.on(day), paper=Paper(person=person, way=way))


def carry(office: Office, item: QueueItem, begun: datetime, age: int, chance: random.Random, actor: str) -> None:
    """Carry an item on, a step after the other, until its age or chance stops it."""
    desk = Desk(store=office.store, policy=office.policy, directory=office.taxonomy)
    liaison = next((one.user_name for one in demo_people.DEMO if one.department == item.department), None)
    unit = demo_people.id_of(office.store, liaison) if liaison else None
    life = Life(desk=desk, item=item, actor=actor, unit=unit, begun=begun, age=age, chance=chance)
    reached = item
    for day, step in _STEPS:
        if age < day or chance.random() < (0.07 if age < LONG_AGO else 0.004):
            break
        reached = step(life, day)
        if reached.state is ItemState.RETURN_REQUESTED:
            break
    if reached.state in (ItemState.QUEUED, ItemState.IN_PROGRESS) and age > 25:
        _press(life)


def _sign(life: Life, day: int) -> QueueItem:
    return dispatch.sign(life.desk, life.item.id, life.on(day))


def _take_on(life: Life, day: int) -> QueueItem:
    if life.age < LONG_AGO and life.chance.random() < 0.1:
        return dispatch.request_return(life.desk, life.item.id, life.chance.choice(RETURNS), life.by_unit(day))
    return dispatch.accept(life.desk, life.item.id, life.by_unit(day))


def _answer(life: Life, day: int) -> QueueItem:
    if life.age < 60 and life.chance.random() < 0.3:
        reason = "涉及多个单位会商，需要延长时间。"
        return dispatch.request_extension(life.desk, life.item.id, reason, life.by_unit(day))
    grade = life.chance.randrange(len(ANSWERS))
    return dispatch.answer(life.desk, life.item.id, ANSWERS[grade], list(ResultGrade)[grade], life.by_unit(day))


def _after(step: Callable[[Life, int], QueueItem]) -> Callable[[Life, int], QueueItem]:
    """Take a step only where there is an answer."""

    def careful(life: Life, day: int) -> QueueItem:
        present = statistics.item_of(life.desk.store, life.item.id)
        return step(life, day) if present.answered_at is not None else present

    return careful


def _audit(life: Life, day: int) -> QueueItem:
    return results.audit(life.desk, life.item.id, "", life.on(day))


def _tell(life: Life, day: int) -> QueueItem:
    if life.item.role is Role.CO:
        return life.item
    way = life.chance.choice((Way.PHONE, Way.WECHAT))
    return results.feed_back(life.desk, life.item.id, way, "", life.on(day))


def _rate(life: Life, day: int) -> QueueItem:
    if life.item.role is Role.CO:
        return life.item
    said = life.chance.choices(range(3), (8, 3, 1))[0]
    return results.rate(life.desk, life.item.id, list(Satisfaction)[said], OPINIONS[said], life.on(day))


def _close(life: Life, day: int) -> QueueItem:
    return dispatch.close(life.desk, life.item.id, "", life.on(day))


def _archive(life: Life, day: int) -> QueueItem:
    return results.archive(life.desk, life.item.id, "", life.on(day))


_STEPS = (
    (2, _sign), (4, _take_on), (24, _answer), (26, _after(_audit)), (27, _after(_tell)), (30, _after(_rate)),
    (31, _after(_close)), (60, _after(_archive)),
)  # fmt: skip


def _press(life: Life) -> None:
    """Remind who is late, and put some under supervision."""
    person = life.chance.choice(UNIT_PEOPLE)
    told = Reminder(way=Way.PHONE, person=person, result="答应尽快办理，本周内报送结果。")
    results.remind(life.desk, life.item.id, told, life.on(life.age - 1))
    if life.chance.random() < 0.4:
        results.supervise(life.desk, life.item.id, True, "临近期限仍未报送办理结果。", life.on(life.age - 1))
