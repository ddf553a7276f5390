"""What can be done to an item on a page, each with the one field that it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nlp.domain import ItemState, QueueItem, ResultGrade
from service import dispatch
from service.access import Caller, Right
from service.dispatch import Act, Desk
from service.errors import Invalid
from service.office import Office
from service.web.pages.frame import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of an action: a list where it has choices, else lines of text."""

    name: str
    label: str
    required: bool
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action: its name in the address, the verb on its button, its fields, what is said when it is done."""

    name: str
    label: str
    fields: tuple[Field, ...] = ()
    done: str = ""


def _reason(label: str, required: bool = True) -> tuple[Field, ...]:
    return (Field(name="reason", label=label, required=required),)


_GRADES = tuple(Choice(value=one.value, label=f"{one.value} {one.label}") for one in ResultGrade)
_SIGN = Action(name="sign", label="签发", done="已签发，承办单位可以签收")
_ACCEPT = Action(name="accept", label="签收", done="已签收")
_RETURN = Action(
    name="return", label="申请退回", fields=_reason("退回理由（写明依据和应由谁办）"), done="已申请退回，等拟办人员决定"
)
_REFUSE = Action(name="refuse-return", label="不同意退回", fields=_reason("理由"), done="已答复不同意退回")
_EXTEND = Action(name="extend", label="申请延期", fields=_reason("延期理由"), done="已申请延期")
_GRANT = Action(name="grant-extension", label="同意延期", fields=_reason("说明", required=False), done="已同意延期")
_DENY = Action(
    name="deny-extension", label="不同意延期", fields=_reason("理由", required=False), done="已答复不同意延期"
)
_REMIND = Action(name="remind", label="催办", fields=_reason("催办方式和对象"), done="已记录催办")
_CLOSE = Action(name="close", label="办结", fields=_reason("说明", required=False), done="已办结")
_ANSWER = Action(
    name="answer",
    label="报送办理结果",
    fields=(
        Field(name="text", label="办理结果", required=True),
        Field(name="grade", label="办理程度", required=False, choices=_GRADES),
    ),
    done="已报送办理结果，等拟办人员审核",
)


def _reassign(office: Office) -> Action:
    units = tuple(Choice(value=one.id, label=one.name) for one in office.taxonomy.departments if one.level.dispatchable)
    fields = (Field(name="department", label="改派给", required=True, choices=units), *_reason("说明", required=False))
    return Action(name="reassign", label="同意改派", fields=fields, done="已改派，新承办单位可以签收")


def unit_actions(item: QueueItem) -> list[Action]:
    """List what a department can do to its item now: it applies and reports, it never closes."""
    asking = [] if item.extension_requested else [_EXTEND]
    by_state = {
        ItemState.QUEUED: [_ACCEPT, _RETURN],
        ItemState.IN_PROGRESS: [_ANSWER, *asking, _RETURN],
    }
    return by_state.get(item.state, [])


def desk_actions(office: Office, item: QueueItem) -> list[Action]:
    """List what the desk can do to an item now: decide, and write down what a unit did on paper (代登记)."""
    extension = [_GRANT, _DENY] if item.extension_requested else [_EXTEND]
    by_state: dict[ItemState, list[Action]] = {
        ItemState.AWAITING_SIGNATURE: [_SIGN],
        ItemState.QUEUED: [_ACCEPT, _RETURN, _REMIND],
        ItemState.IN_PROGRESS: [_ANSWER, *extension, _RETURN, _REMIND],
        ItemState.RETURN_REQUESTED: [_reassign(office), _REFUSE],
        ItemState.ANSWERED: [_CLOSE],
    }
    return by_state.get(item.state, [])


_UNIT = (Right.UNIT, Right.MANAGE)
RIGHTS: dict[str, tuple[Right, ...]] = {
    "sign": (Right.SIGN,),
    **dict.fromkeys(("accept", "return", "extend", "answer"), _UNIT),
}
"""Rights of which one is needed for an action; what is not named here is the desk's."""


def rights_for(name: str) -> tuple[Right, ...]:
    """Give the rights of which one is needed for an action."""
    return RIGHTS.get(name, (Right.MANAGE,))


def actions_for(office: Office, item: QueueItem, caller: Caller) -> list[Action]:
    """List what a caller can do to an item now."""
    offered = unit_actions(item) if caller.department is not None else desk_actions(office, item)
    return [one for one in offered if caller.may(*rights_for(one.name))]


_Values = dict[str, str]
_DOERS: dict[str, tuple[str, Callable[[Desk, str, _Values, Act], object]]] = {
    "sign": (_SIGN.done, lambda desk, item, _, act: dispatch.sign(desk, item, act)),
    "accept": (_ACCEPT.done, lambda desk, item, _, act: dispatch.accept(desk, item, act)),
    "return": (_RETURN.done, lambda desk, item, sent, act: dispatch.request_return(desk, item, sent["reason"], act)),
    "refuse-return": (
        _REFUSE.done,
        lambda desk, item, sent, act: dispatch.refuse_return(desk, item, sent["reason"], act),
    ),
    "reassign": (
        "已改派，新承办单位可以签收",
        lambda desk, item, sent, act: dispatch.reassign(desk, item, sent["department"], sent["reason"], act),
    ),
    "extend": (_EXTEND.done, lambda desk, item, sent, act: dispatch.request_extension(desk, item, sent["reason"], act)),
    "grant-extension": (
        _GRANT.done,
        lambda desk, item, sent, act: dispatch.decide_extension(desk, item, True, sent["reason"], act),
    ),
    "deny-extension": (
        _DENY.done,
        lambda desk, item, sent, act: dispatch.decide_extension(desk, item, False, sent["reason"], act),
    ),
    "remind": (_REMIND.done, lambda desk, item, sent, act: dispatch.remind(desk, item, sent["reason"], act)),
    "answer": (
        _ANSWER.done,
        lambda desk, item, sent, act: dispatch.answer(desk, item, sent["text"], _grade(sent["grade"]), act),
    ),
    "close": (_CLOSE.done, lambda desk, item, sent, act: dispatch.close(desk, item, sent["reason"], act)),
}


def _grade(value: str) -> ResultGrade | None:
    if not value:
        return None
    try:
        return ResultGrade(value)
    except ValueError:
        raise Invalid("没有这个办理程度，请从列表中选择", field="grade", code="E_CHOICE") from None


def perform(desk: Desk, name: str, item_id: str, sent: _Values, act: Act) -> str:
    """Do an action of a page, and say in Chinese that it is done.

    Raises:
        Invalid: there is no such action; and what the action itself raises.
    """
    if name not in _DOERS:
        raise Invalid("没有这个操作", field="action", code="E_CHOICE")
    done, doer = _DOERS[name]
    doer(desk, item_id, sent, act)
    return done
