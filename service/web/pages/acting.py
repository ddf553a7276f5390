"""Doing what a form of `actions` asks: fields are read, rights are checked, the workflow is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from nlp.domain import Labelled, QueueItem, ResultGrade, Satisfaction, Way
from service import dispatch, results, taking_back
from service.access import Caller
from service.deadlines import BEIJING
from service.dispatch import Act, Desk
from service.errors import Invalid, NotFound
from service.results import Reminder
from service.steps import Paper
from service.web.api.parameters import parse_day
from service.web.pages.actions import DONE, OF_UNITS, PAPER, rights_for

Values = Mapping[str, str]
Chosen = TypeVar("Chosen", bound=Labelled)
NAMES = (
    "reason", "text", "grade", "department", "agreed", "until", "way", "person", "at", "result", "satisfaction",
    *(field.name for field in PAPER),
)  # fmt: skip


def paper_of(caller: Caller, name: str, sent: Values) -> Paper | None:
    """Read who of the unit did it and how, where the desk writes it down for a unit.

    Raises:
        NotFound: the caller may not do this.
        Invalid: the desk must say who and how.
    """
    if not caller.may(*rights_for(name)):
        raise NotFound("没有找到，请核对地址或编号")
    if name not in OF_UNITS or caller.department is not None:
        return None
    return Paper(
        person=sent.get("paper_person", ""),
        way=chosen(Way, sent, "paper_way", "请选择单位来文的方式"),
        number=sent.get("paper_number", ""),
        day=parse_day(sent.get("paper_day"), "paper_day"),
    )


def chosen(kind: type[Chosen], sent: Values, name: str, missing: str) -> Chosen:
    """Read one of an enum's values.

    Raises:
        Invalid: nothing is chosen, or something else.
    """
    try:
        return kind(sent.get(name, ""))
    except ValueError:
        raise Invalid(missing, field=name, code="E_CHOICE") from None


def _grade(sent: Values) -> ResultGrade | None:
    return chosen(ResultGrade, sent, "grade", "请选择办理程度") if sent.get("grade") else None


def _moment(value: str) -> datetime | None:
    if not value.strip():
        return None
    try:
        return datetime.strptime(value.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)
    except ValueError:
        raise Invalid("不是正确的时间，应如 2026-11-23 15:07", field="at", code="E_DATE") from None


def _extend(desk: Desk, item: str, sent: Values, act: Act) -> QueueItem:
    return dispatch.request_extension(desk, item, sent["reason"], act, parse_day(sent["until"], "until"))


def _decide(granted: bool) -> Callable[[Desk, str, Values, Act], QueueItem]:
    def decide(desk: Desk, item: str, sent: Values, act: Act) -> QueueItem:
        day = parse_day(sent["until"], "until")
        return dispatch.decide_extension(desk, item, granted, sent["reason"], act, day)

    return decide


def _remind(desk: Desk, item: str, sent: Values, act: Act) -> QueueItem:
    way = chosen(Way, sent, "way", "请选择催办方式")
    told = Reminder(way=way, person=sent["person"], result=sent["result"], at=_moment(sent["at"]))
    return results.remind(desk, item, told, act)


def _feed_back(desk: Desk, item: str, sent: Values, act: Act) -> QueueItem:
    return results.feed_back(desk, item, chosen(Way, sent, "way", "请选择反馈方式"), sent["reason"], act)


def _rate(desk: Desk, item: str, sent: Values, act: Act) -> QueueItem:
    said = chosen(Satisfaction, sent, "satisfaction", "请选择委员评价")
    return results.rate(desk, item, said, sent["reason"], act)


def _reassign(desk: Desk, item: str, sent: Values, act: Act) -> QueueItem:
    return dispatch.reassign(desk, item, sent["department"], sent["reason"], act, agreed=sent["agreed"])


_DOERS: dict[str, Callable[[Desk, str, Values, Act], QueueItem]] = {
    "sign": lambda desk, item, _, act: dispatch.sign(desk, item, act),
    "accept": lambda desk, item, _, act: dispatch.accept(desk, item, act),
    "return": lambda desk, item, sent, act: dispatch.request_return(desk, item, sent["reason"], act),
    "refuse-return": lambda desk, item, sent, act: dispatch.refuse_return(desk, item, sent["reason"], act),
    "reassign": _reassign,
    "extend": _extend,
    "grant-extension": _decide(True),
    "deny-extension": _decide(False),
    "remind": _remind,
    "supervise": lambda desk, item, sent, act: results.supervise(desk, item, True, sent["reason"], act),
    "unsupervise": lambda desk, item, sent, act: results.supervise(desk, item, False, sent["reason"], act),
    "answer": lambda desk, item, sent, act: dispatch.answer(desk, item, sent["text"], _grade(sent), act),
    "audit": lambda desk, item, sent, act: results.audit(desk, item, sent["reason"], act),
    "send-back": lambda desk, item, sent, act: results.send_back(desk, item, sent["reason"], act),
    "feed-back": _feed_back,
    "rate": _rate,
    "close": lambda desk, item, sent, act: dispatch.close(desk, item, sent["reason"], act),
    "archive": lambda desk, item, sent, act: results.archive(desk, item, sent["reason"], act),
    "take-back": lambda desk, item, _, act: taking_back.take_back(desk, item, act),
}


def perform(desk: Desk, name: str, item_id: str, sent: Values, act: Act) -> str:
    """Do an action of a page, and say in Chinese that it is done.

    Raises:
        Invalid: there is no such action; and what the action itself raises.
    """
    if name not in _DOERS:
        raise Invalid("没有这个操作", field="action", code="E_CHOICE")
    _DOERS[name](desk, item_id, {one: sent.get(one, "") for one in NAMES}, act)
    return DONE[name] if act.paper is None else f"{DONE[name]}（代登记）"
