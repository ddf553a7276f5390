"""How an item of the demonstration goes on: signed, taken on, answered, told, rated, closed; some stand still."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nlp.domain import Department, DepartmentLevel, ItemState, QueueItem, ResultGrade, Role, Satisfaction, Way
from service import demo_people, dispatch, results, statistics
from service.dispatch import Act, Desk
from service.errors import ServiceError
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
"""Days after which everything is done, so that no item is long overdue."""
RECENT = 30
"""Days within which the desk may not have decided yet on an application to return."""
SLACK = 15
"""Days by which a step may be behind."""
LATE, SOON = timedelta(days=14), timedelta(days=5)
"""How long before and after now an item may be due that is left lying."""
_UNDER_WAY = (ItemState.QUEUED, ItemState.IN_PROGRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """Who acts at the desk and when a submission came in."""

    office: Office
    clerk: str
    signer: str
    begun: datetime
    chance: random.Random
    quick: bool = False
    """Whether it is an order, which has weeks where others have months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """An item on its way."""

    desks: Desks
    desk: Desk
    item: QueueItem
    age: int
    chance: random.Random

    def on(self, day: int) -> Act:
        """Act at the desk on a day."""
        return Act(actor=self.desks.clerk, now=self.desks.begun + timedelta(days=day))

    def by_signer(self, day: int) -> Act:
        """Act as the one who signs."""
        return replace(self.on(day), actor=self.desks.signer)

    def by_unit(self, day: int) -> Act:
        """Act as the unit: its own person where it has one here, else on paper."""
        liaison = next((one.user_name for one in demo_people.DEMO if one.department == self.item.department), None)
        if liaison is not None:
            return replace(self.on(day), actor=demo_people.id_of(self.desk.store, liaison))
        person, way = self.chance.choice(UNIT_PEOPLE), self.chance.choice((Way.OA, Way.PAPER, Way.PHONE))
        return replace(self.on(day), paper=Paper(person=person, way=way))

    def happens(self, share: float) -> bool:
        """Let something happen to a share of the items that are not of long ago."""
        return self.age < LONG_AGO and self.chance.random() < share


def carry(desks: Desks, item: QueueItem) -> None:
    """Carry an item on, a step after the other, until its age or chance stops it."""
    office = desks.office
    desk = Desk(store=office.store, policy=office.policy, directory=office.taxonomy)
    age = (office.now() - desks.begun).days
    life = Life(desks=desks, desk=desk, item=item, age=age, chance=desks.chance)
    for usual, step in _STEPS:
        day, behind = (usual // 2, SLACK // 3) if desks.quick else (usual, SLACK)
        if age < day or (age < day + behind and desks.chance.random() < 0.25):
            break
        life = replace(life, item=step(life, day))
        if life.item.state is ItemState.RETURN_REQUESTED or _is_left_lying(life, office.now()):
            break
    if life.item.state in _UNDER_WAY and life.item.due_at and life.item.due_at < office.now() + SOON:
        _press(life)


def _is_left_lying(life: Life, now: datetime) -> bool:
    """Tell whether an item that is due about now is left as it is."""
    due_at = life.item.due_at
    if life.item.state is not ItemState.IN_PROGRESS or due_at is None:
        return False
    share = 0.2 if due_at < now else 0.8
    return now - LATE < due_at < now + SOON and life.chance.random() < share


def _sign(life: Life, day: int) -> QueueItem:
    return dispatch.sign(life.desk, life.item.id, life.by_signer(day))


def _take_on(life: Life, day: int) -> QueueItem:
    if not life.happens(0.12):
        return dispatch.accept(life.desk, life.item.id, life.by_unit(day))
    asked = dispatch.request_return(life.desk, life.item.id, life.chance.choice(RETURNS), life.by_unit(day))
    if life.age < day + 2 or (life.age < RECENT and life.chance.random() < 0.6):
        return asked
    if life.chance.random() < 0.5:
        return dispatch.refuse_return(life.desk, asked.id, "经核对职责条目，仍由你单位办理。", life.on(day + 1))
    return _pass_on(life, asked, day + 1)


def _pass_on(life: Life, asked: QueueItem, day: int) -> QueueItem:
    """Give it to another unit, which takes it on."""
    others: list[Department] = [
        one
        for one in life.desk.directory.departments
        if one.level is DepartmentLevel.DISTRICT and not one.township and one.id != asked.department
    ]
    try:
        moved = dispatch.reassign(life.desk, asked.id, life.chance.choice(others).id, "职责属该单位", life.on(day))
    except ServiceError:
        return dispatch.refuse_return(life.desk, asked.id, "请与会办单位会商后办理。", life.on(day))
    return dispatch.accept(life.desk, moved.id, replace(life, item=moved).by_unit(day + 1))


def _answer(life: Life, day: int) -> QueueItem:
    if life.age < 60 and life.item.role is Role.LEAD and life.happens(0.25):
        return _ask_for_time(life, day)
    grade = life.chance.randrange(len(ANSWERS))
    return dispatch.answer(life.desk, life.item.id, ANSWERS[grade], list(ResultGrade)[grade], life.by_unit(day))


def _ask_for_time(life: Life, day: int) -> QueueItem:
    reason = "涉及多个单位会商，需要延长时间。"
    asked = dispatch.request_extension(life.desk, life.item.id, reason, life.by_unit(day))
    if life.age < day + 3 or life.chance.random() < 0.4:
        return asked
    granted = life.chance.random() < 0.7
    words = "" if granted else "已近期限，请先报送阶段性办理情况。"
    return dispatch.decide_extension(life.desk, life.item.id, granted, words, life.on(day + 2))


def _after(step: Callable[[Life, int], QueueItem]) -> Callable[[Life, int], QueueItem]:
    """Take a step only where there is an answer."""

    def careful(life: Life, day: int) -> QueueItem:
        present = statistics.item_of(life.desk.store, life.item.id)
        return present if present.state in _UNDER_WAY else step(life, day)

    return careful


def _audit(life: Life, day: int) -> QueueItem:
    if life.age < 45 and life.happens(0.12):
        return results.send_back(life.desk, life.item.id, "请写明完成时限和责任人。", life.on(day))
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
    """Remind who is late or nearly so, and put some under supervision."""
    person, day = life.chance.choice(UNIT_PEOPLE), life.age - 1
    told = Reminder(way=Way.PHONE, person=person, result="答应尽快办理，本周内报送结果。")
    results.remind(life.desk, life.item.id, told, life.on(day))
    if life.chance.random() < 0.6:
        results.supervise(life.desk, life.item.id, True, "临近期限仍未报送办理结果。", life.on(day))
