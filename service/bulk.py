"""Operations on many submissions: each part in a transaction of its own, all of them one operation that can be undone.

An operation is kept before its first part is done, and every part with what came of it, so that a fault in the middle
leaves a record of how far it came. Its moment is the moment of all that it did; by it, undoing knows its own steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from service import dispatch, marking, results, review
from service.bulk_plan import MOST, Bulk, leading_item, waiting_items
from service.errors import Conflict, Invalid, ServiceError
from service.ids import new_id
from service.review import Opinion
from service.steps import Act, Desk
from service.store import decisions, events, operations, queue, reviews
from service.store.conditions import Mark
from service.store.operations import BulkKind, Operation, Part
from service.taking_back import take_back


def perform(desk: Desk, bulk: Bulk, ids: Sequence[str], person: str, now: datetime) -> Operation:
    """Do an operation; a part that cannot be done is kept with its reason, and the others are done.

    Raises:
        Invalid: no submission, or more than MOST.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted or len(wanted) > MOST:
        raise Invalid(f"请勾选 1 至 {MOST} 件", field="id", code="E_RANGE")
    operation = Operation(id=new_id(now), kind=bulk.kind, value=bulk.value, person=person, at=now)
    with desk.store.write() as connection:
        operations.add(connection, operation)
    for submission_id in wanted:
        problem = _problem(_DOERS[bulk.kind], desk, operation, submission_id, now)
        with desk.store.write() as connection:
            operations.add_part(connection, operation.id, submission_id, problem)
    return operation


def undo(desk: Desk, operation_id: str, person: str, now: datetime) -> Operation:
    """Take an operation back where nobody has acted since; what could not be taken back is kept with its reason.

    Raises:
        NotFound: there is no such operation.
        Conflict: it is somebody else's, or was undone already.
    """
    with desk.store.write() as connection:
        operation = operations.get(connection, operation_id)
        if operation.person != person:
            raise Conflict("只有办这次批量操作的人可以撤销")
        operations.begin_undo(connection, operation_id, person, now)
        done = [part for part in operations.parts(connection, operation_id) if not part.problem]
    for part in done:
        problem = _problem(_UNDOERS[operation.kind], desk, operation, part.submission_id, now)
        with desk.store.write() as connection:
            operations.undo_part(connection, operation_id, part.submission_id, problem)
    return operation


def told(desk: Desk, operation_id: str) -> tuple[Operation, list[Part]]:
    """Read an operation and its parts.

    Raises:
        NotFound: there is none.
    """
    with desk.store.read() as connection:
        return operations.get(connection, operation_id), operations.parts(connection, operation_id)


_Doer = Callable[[Desk, Operation, str, datetime], None]


def _problem(doer: _Doer, desk: Desk, operation: Operation, submission_id: str, now: datetime) -> str:
    try:
        doer(desk, operation, submission_id, now)
    except ServiceError as error:
        return str(error)
    return ""


def _confirm(desk: Desk, operation: Operation, submission_id: str, now: datetime) -> None:
    with desk.store.read() as connection:
        if reviews.open_task(connection, submission_id) is None:
            raise Conflict("不在待拟办中")
    review.decide(desk.store, desk.directory, submission_id, Opinion(), operation.person, now)


def _sign(desk: Desk, operation: Operation, submission_id: str, now: datetime) -> None:
    with desk.store.read() as connection:
        items = waiting_items(connection, submission_id)
    if not items:
        raise Conflict("没有待签发的承办件")
    for item in items:
        dispatch.sign(desk, item.id, Act(actor=operation.person, now=now))


def _reassign(desk: Desk, operation: Operation, submission_id: str, now: datetime) -> None:
    with desk.store.read() as connection:
        item = leading_item(connection, submission_id)
    dispatch.reassign(desk, item.id, operation.value, "批量改派", Act(actor=operation.person, now=now))


def _supervise(desk: Desk, operation: Operation, submission_id: str, now: datetime) -> None:
    with desk.store.read() as connection:
        item = leading_item(connection, submission_id)
    results.supervise(desk, item.id, True, operation.value, Act(actor=operation.person, now=now))


def _mark(desk: Desk, operation: Operation, submission_id: str, now: datetime) -> None:
    marking.mark(desk.store, submission_id, Mark(operation.value), operation.person, now)


def _unmark(desk: Desk, operation: Operation, submission_id: str, now: datetime) -> None:
    marking.unmark(desk.store, submission_id, Mark(operation.value), operation.person, now)


def _undo_decision(desk: Desk, operation: Operation, submission_id: str, now: datetime) -> None:
    with desk.store.read() as connection:
        present = decisions.current(connection, submission_id)
    if present.person != operation.person or present.made_at != operation.at:
        raise Conflict("拟办意见此后又有更改，不能撤销")
    review.undo(desk.store, desk.directory, submission_id, operation.person, now, relied_on=present.id)


def _undo_steps(desk: Desk, operation: Operation, submission_id: str, now: datetime) -> None:
    with desk.store.read() as connection:
        items = queue.of_submission(connection, submission_id)
        last = {item.id: events.last_of(connection, submission_id, item.id) for item in items}
    own = [item for item in items if (event := last[item.id]) is not None and event.at == operation.at]
    if not own:
        raise Conflict("此后已有办理，不能撤销")
    for item in own:
        take_back(desk, item.id, Act(actor=operation.person, now=now))


_DOERS: dict[BulkKind, _Doer] = {
    BulkKind.CONFIRM: _confirm,
    BulkKind.SIGN: _sign,
    BulkKind.REASSIGN: _reassign,
    BulkKind.SUPERVISE: _supervise,
    BulkKind.MARK: _mark,
    BulkKind.UNMARK: _unmark,
}
_UNDOERS: dict[BulkKind, _Doer] = {
    BulkKind.CONFIRM: _undo_decision,
    BulkKind.SIGN: _undo_steps,
    BulkKind.REASSIGN: _undo_steps,
    BulkKind.SUPERVISE: _undo_steps,
    BulkKind.MARK: _unmark,
    BulkKind.UNMARK: _mark,
}
