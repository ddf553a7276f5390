"""What an operation on many submissions will change: counted by kind before it is done, with what cannot be and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from nlp.domain import ItemState, QueueItem, Role, Stage
from service.access import Caller, Right
from service.directory import Directory, name_of
from service.errors import Conflict, Invalid, NotFound, ServiceError
from service.limits import check_name, is_blank
from service.steps import ON_DESK, Desk
from service.store import decisions, marks, queue, submissions
from service.store.conditions import Mark
from service.store.operations import BulkKind
from service.store.records import Registered

MOST = 500
"""Most submissions of one operation."""

RIGHTS = {
    BulkKind.CONFIRM: Right.REVIEW,
    BulkKind.SIGN: Right.SIGN,
    BulkKind.REASSIGN: Right.MANAGE,
    BulkKind.SUPERVISE: Right.MANAGE,
    BulkKind.MARK: Right.MANAGE,
    BulkKind.UNMARK: Right.MANAGE,
}
_MOVABLE = (ItemState.AWAITING_SIGNATURE, ItemState.QUEUED, ItemState.IN_PROGRESS, ItemState.RETURN_REQUESTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """What is asked for: a department, a mark or a reason in `value`, as the kind needs one."""

    kind: BulkKind
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What would become of one submission: a change in words, or why there is none."""

    submission_id: str
    receipt: str
    title: str
    change: str
    problem: str


_NEEDED = {
    BulkKind.REASSIGN: ("department", "请选择改派给哪个单位"),
    BulkKind.SUPERVISE: ("reason", "请填写督办的理由"),
}


def asked(caller: Caller, kind: BulkKind | None, value: str) -> Bulk:
    """Check what a caller asks for.

    Raises:
        Invalid: no act, or what it needs is missing or cannot be.
        NotFound: the caller has not the right to it.
    """
    if kind is None:
        raise Invalid("请选择要办理的事项", field="act", code="E_REQUIRED")
    if not caller.may(RIGHTS[kind]):
        raise NotFound("没有找到，请核对地址或编号")
    if kind in (BulkKind.MARK, BulkKind.UNMARK):
        known = next((one for one in Mark if one == value), None)
        if known is None:
            raise Invalid("没有这种标记，请从列表中选择", field="act", code="E_CHOICE")
        return Bulk(kind=kind, value=known.value)
    if kind not in _NEEDED:
        return Bulk(kind=kind)
    field, missing = _NEEDED[kind]
    value = value.strip()
    if not value:
        raise Invalid(missing, field=field, code="E_REQUIRED")
    check_name(value, field)
    return Bulk(kind=kind, value=value)


def plan(desk: Desk, bulk: Bulk, ids: Sequence[str]) -> list[Planned]:
    """Tell what an operation would change, one submission after the other; nothing is written."""
    with desk.store.read() as connection:
        return [_planned(connection, desk.directory, bulk, one) for one in dict.fromkeys(ids)]


def _planned(connection: Connection, directory: Directory, bulk: Bulk, submission_id: str) -> Planned:
    try:
        registered = submissions.get(connection, submission_id)
    except NotFound as error:
        return Planned(submission_id=submission_id, receipt="", title="", change="", problem=str(error))
    change, problem = "", ""
    try:
        change = _CHANGES[bulk.kind](connection, directory, bulk.value, registered)
    except ServiceError as error:
        problem = str(error)
    submission = registered.submission
    title = submission.title.strip() or submission.text.strip()[:60]
    return Planned(submission_id=submission_id, receipt=submission.receipt, title=title, change=change, problem=problem)


def waiting_items(connection: Connection, submission_id: str) -> list[QueueItem]:
    """Read the items that wait for 签发."""
    present = queue.of_submission(connection, submission_id)
    return [item for item in present if item.state is ItemState.AWAITING_SIGNATURE]


def leading_item(connection: Connection, submission_id: str) -> QueueItem:
    """Read the item of the lead, or the only open one.

    Raises:
        Conflict: there is none, or several and none of them leads.
    """
    present = [item for item in queue.of_submission(connection, submission_id) if item.state.open]
    leads = [item for item in present if item.role is Role.LEAD] or present
    if len(leads) != 1:
        raise Conflict("没有正在办理的主办单位" if not leads else "由多个单位分别办理，请逐件改派")
    return leads[0]


def _confirm(connection: Connection, directory: Directory, value: str, one: Registered) -> str:
    if one.stage is not Stage.REVIEW:
        raise Conflict(f"不在待拟办中（现为“{one.stage.label}”）")
    decision = decisions.current(connection, one.submission.id).decision
    theme = next((each.name for each in directory.themes if each.id == decision.theme), "")
    if not theme:
        raise Conflict("系统没有建议主题，请逐件拟办")
    there = name_of(directory, decision.lead) or "、".join(each.label for each in decision.dispositions) or "留存备查"
    return f"{theme} → {there}"


def _sign(connection: Connection, directory: Directory, value: str, one: Registered) -> str:
    items = waiting_items(connection, one.submission.id)
    if not items:
        raise Conflict(f"没有待签发的承办件（现为“{one.stage.label}”）")
    return "签发给 " + "、".join(name_of(directory, item.department) or item.department for item in items)


def _reassign(connection: Connection, directory: Directory, value: str, one: Registered) -> str:
    item = leading_item(connection, one.submission.id)
    if item.state not in _MOVABLE:
        raise Conflict(f"承办件现为“{item.state.label}”，不能改派")
    if item.department == value:
        raise Conflict("该单位已在承办这件，不能改派给它")
    if name_of(directory, value) is None:
        raise Conflict("没有这个承办单位，请从列表中选择")
    return f"由 {name_of(directory, item.department)} 改派给 {name_of(directory, value)}"


def _supervise(connection: Connection, directory: Directory, value: str, one: Registered) -> str:
    item = leading_item(connection, one.submission.id)
    if item.state not in ON_DESK:
        raise Conflict(f"承办件现为“{item.state.label}”，不能督办")
    if item.supervised:
        raise Conflict("该件已列入督办")
    if is_blank(value):
        raise Conflict("请填写督办的理由")
    return f"督办 {name_of(directory, item.department)}"


def _mark(connection: Connection, directory: Directory, value: str, one: Registered) -> str:
    wanted = Mark(value)
    if wanted in marks.of(connection, [one.submission.id]).get(one.submission.id, []):
        raise Conflict(f"已有“{wanted.label}”标记")
    return f"加标记“{wanted.label}”"


def _unmark(connection: Connection, directory: Directory, value: str, one: Registered) -> str:
    wanted = Mark(value)
    if wanted not in marks.of(connection, [one.submission.id]).get(one.submission.id, []):
        raise Conflict(f"没有“{wanted.label}”标记")
    return f"去标记“{wanted.label}”"


_CHANGES: dict[BulkKind, Callable[[Connection, Directory, str, Registered], str]] = {
    BulkKind.CONFIRM: _confirm,
    BulkKind.SIGN: _sign,
    BulkKind.REASSIGN: _reassign,
    BulkKind.SUPERVISE: _supervise,
    BulkKind.MARK: _mark,
    BulkKind.UNMARK: _unmark,
}
