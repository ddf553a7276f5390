"""What can be done to an item on a page: which actions there are now, each with the fields that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlp.domain import Event, EventKind, ItemState, QueueItem, ResultGrade, Role, Satisfaction, Way
from service.access import Caller, Right
from service.dispatch import MOST_HOPS
from service.office import Office
from service.taking_back import may_take_back
from service.web.pages.frame import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of an action. `kind`: lines (of text), line, day, files; a list where it has choices."""

    name: str
    label: str
    required: bool
    choices: tuple[Choice, ...] = ()
    kind: str = "lines"
    value: str = ""

    @property
    def narrow(self) -> bool:
        """Whether two such fields stand side by side."""
        return self.kind in ("line", "day", "minute") or bool(self.choices and self.name != "department")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action: its name in the address, the verb on its button, its fields, what is said when it is done.

    `hint` stands above the fields; `failed` says that the page shows it again with what was typed.
    """

    name: str
    label: str
    fields: tuple[Field, ...] = ()
    done: str = ""
    hint: str = ""
    failed: bool = False

    @property
    def uploads(self) -> bool:
        """Whether files can be sent with it."""
        return any(field.kind == "files" for field in self.fields)


def _reason(label: str, required: bool = True) -> tuple[Field, ...]:
    return (Field(name="reason", label=label, required=required),)


def _choices(kind: type[Way] | type[Satisfaction] | type[ResultGrade]) -> tuple[Choice, ...]:
    return tuple(Choice(value=one.value, label=one.label) for one in kind)


_GRADES = tuple(Choice(value=one.value, label=f"{one.value} {one.label}") for one in ResultGrade)
_FILES = Field(name="files", label="附件（可多选）", required=False, kind="files")
_UNTIL = Field(name="until", label="希望延到", required=True, kind="day")
PAPER = (
    Field(name="paper_person", label="承办单位经办人", required=True, kind="line"),
    Field(name="paper_way", label="方式", required=True, choices=_choices(Way)),
    Field(name="paper_number", label="来文号", required=False, kind="line"),
    Field(name="paper_day", label="日期（不填为今天）", required=False, kind="day"),
)
SIGN = Action(name="sign", label="签发", done="已签发，承办单位可以签收")
ACCEPT = Action(name="accept", label="签收", done="已签收")
RETURN = Action(
    name="return", label="申请退回", fields=_reason("退回理由（写明依据和应由谁办）"), done="已申请退回，等拟办人员决定"
)
REFUSE = Action(name="refuse-return", label="不同意", fields=_reason("不同意退回的理由"), done="已答复不同意退回")
EXTEND = Action(
    name="extend", label="申请延期", fields=(_UNTIL, *_reason("延期理由")), done="已申请延期，等拟办人员决定"
)
GRANT = Action(
    name="grant-extension",
    label="同意延期",
    fields=(replace(_UNTIL, label="延到", required=False), *_reason("说明", required=False)),
    done="已同意延期",
)
DENY = Action(
    name="deny-extension", label="不同意延期", fields=_reason("理由", required=False), done="已答复不同意延期"
)
REMIND = Action(
    name="remind",
    label="催办",
    fields=(
        Field(name="way", label="方式", required=True, choices=_choices(Way), value=Way.PHONE.value),
        Field(name="person", label="催办对象", required=True, kind="line"),
        Field(name="at", label="时间（不填为现在）", required=False, kind="minute"),
        Field(name="result", label="结果", required=False),
    ),
    done="已记录催办",
)
SUPERVISE = Action(name="supervise", label="督办", fields=_reason("督办理由（如按某领导批示）"), done="已列入督办")
UNSUPERVISE = Action(name="unsupervise", label="取消督办", fields=_reason("理由"), done="已取消督办")
ANSWER = Action(
    name="answer",
    label="报送办理结果",
    fields=(
        Field(name="text", label="办理结果", required=True),
        Field(name="grade", label="办理程度", required=True, choices=_GRADES),
        _FILES,
    ),
    done="已报送办理结果，等拟办人员审核",
)
AUDIT = Action(name="audit", label="审核通过", fields=_reason("审核意见", required=False), done="已审核通过")
SEND_BACK = Action(name="send-back", label="退回重办", fields=_reason("退回重办的理由"), done="已退回承办单位重办")
FEED_BACK = Action(
    name="feed-back",
    label="反馈委员",
    fields=(
        Field(name="way", label="反馈方式", required=True, choices=_choices(Way)),
        *_reason("说明", required=False),
    ),
    done="已记录反馈委员",
)
RATE = Action(
    name="rate",
    label="评价",
    fields=(
        Field(name="satisfaction", label="委员评价", required=True, choices=_choices(Satisfaction)),
        *_reason("委员意见", required=False),
    ),
    done="已记录评价",
)
CLOSE = Action(
    name="close", label="办结", fields=_reason("说明（尚未报送办理结果的必填）", required=False), done="已办结"
)
ARCHIVE = Action(name="archive", label="归档", fields=_reason("档号或存放处", required=False), done="已归档")
TAKE_BACK = Action(name="take-back", label="撤销", done="已撤销")
OF_UNITS = frozenset({ACCEPT.name, RETURN.name, EXTEND.name, ANSWER.name})
"""What a unit does itself, and the desk writes down for it."""
_SIMPLE = (
    SIGN, ACCEPT, RETURN, REFUSE, EXTEND, GRANT, DENY, REMIND, SUPERVISE, UNSUPERVISE, ANSWER, AUDIT, SEND_BACK,
    FEED_BACK, RATE, CLOSE, ARCHIVE, TAKE_BACK,
)  # fmt: skip
DONE = {one.name: one.done for one in _SIMPLE} | {"reassign": "已改派，新承办单位可以签收"}


def rights_for(action: str) -> tuple[Right, ...]:
    """Name the rights of which one is needed for an action; the desk does what units do on paper."""
    if action in OF_UNITS:
        return (Right.UNIT, Right.MANAGE)
    if action == TAKE_BACK.name:
        return (Right.UNIT, Right.MANAGE, Right.SIGN)
    return (Right.SIGN,) if action == SIGN.name else (Right.MANAGE,)


def actions_for(
    office: Office, item: QueueItem, caller: Caller, last: Event | None = None, hops: int = 0
) -> list[Action]:
    """List what a caller can do to an item now; the first is the one that is expected next.

    Args:
        office: names the departments.
        item: the item.
        caller: who looks at it; somebody of the unit where `department` is set.
        last: its last event, which its actor may take back.
        hops: how often its submission has been passed on.
    """
    listed = unit_actions(item) if caller.department is not None else desk_actions(office, item, hops)
    found = [one for one in listed if caller.may(*rights_for(one.name))]
    if last is not None and may_take_back(last, caller.id):
        found.append(replace(TAKE_BACK, label=f"撤销{EventKind(last.kind).label}"))
    return found


def unit_actions(item: QueueItem) -> list[Action]:
    """List what a department can do to its item now: it applies and reports, it never closes or passes on."""
    asking = [] if item.extension_requested else [EXTEND]
    by_state = {
        ItemState.QUEUED: [ACCEPT, RETURN],
        ItemState.IN_PROGRESS: [_answer(item), *asking, RETURN],
    }
    return by_state.get(item.state, [])


def desk_actions(office: Office, item: QueueItem, hops: int = 0) -> list[Action]:
    """List what the desk can do to an item now: decide, and write down what a unit did on paper (代登记)."""
    flag = UNSUPERVISE if item.supervised else SUPERVISE
    extension = [GRANT, DENY] if item.extension_requested else [_paper(EXTEND)]
    move = _reassign(office, hops)
    by_state: dict[ItemState, list[Action]] = {
        ItemState.AWAITING_SIGNATURE: [SIGN, replace(move, label="改派")],
        ItemState.QUEUED: [_paper(ACCEPT), REMIND, _paper(RETURN), replace(move, label="改派"), flag, CLOSE],
        ItemState.IN_PROGRESS: [
            *(extension if item.extension_requested else ()),
            _paper(_answer(item)),
            REMIND,
            *(() if item.extension_requested else extension),
            _paper(RETURN),
            replace(move, label="改派"),
            flag,
            CLOSE,
        ],
        ItemState.RETURN_REQUESTED: [move, REFUSE, REMIND, flag],
        ItemState.ANSWERED: _after_answer(item),
        ItemState.CLOSED: _after_answer(item),
    }
    return by_state.get(item.state, [])


def _after_answer(item: QueueItem) -> list[Action]:
    """List 审核 → 反馈委员 → 评价 → 办结 → 归档 as far as they are still to be done; a co-handler's answer is not told."""
    closed = item.state is ItemState.CLOSED
    found: list[Action] = []
    if not closed and item.audited_at is None:
        found += [AUDIT, SEND_BACK]
    if item.role is not Role.CO and item.audited_at is not None:
        found += [FEED_BACK] if item.fed_back_at is None else []
        found += [RATE] if item.fed_back_at is not None and item.satisfaction is None else []
    if closed:
        return [*found, *([ARCHIVE] if item.archived_at is None else [])]
    return [*found, CLOSE, *([SEND_BACK] if item.audited_at is not None else [])]


def _answer(item: QueueItem) -> Action:
    """Begin with what was sent back, where the desk sent it back."""
    values = {"text": item.answer, "grade": item.grade.value if item.grade else ""}
    return replace(ANSWER, fields=tuple(replace(one, value=values.get(one.name, "")) for one in ANSWER.fields))


def _paper(action: Action) -> Action:
    extra: Sequence[Field] = () if action.uploads else (_FILES,)
    return replace(action, label=f"代登记{action.label}", fields=(*action.fields, *PAPER, *extra))


def _reassign(office: Office, hops: int) -> Action:
    units = tuple(Choice(value=one.id, label=one.name) for one in office.taxonomy.departments if one.level.dispatchable)
    fields = [Field(name="department", label="改派给", required=True, choices=units), *_reason("说明", required=False)]
    hint = ""
    if hops >= MOST_HOPS:
        fields.append(Field(name="agreed", label="协调情况（何时与哪些单位商定）", required=True))
        hint = f"已退转 {hops} 次，须先协调各单位，写明协调情况后再改派。"
    return Action(name="reassign", label="同意改派", fields=tuple(fields), hint=hint)
