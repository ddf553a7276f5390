"""Operations on many submissions: what was asked, part by part what came of it, and of its undoing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from nlp.domain import Labelled
from service.errors import Conflict, NotFound
from service.store.list_tables import operation_parts, operations
from service.store.tables import submissions


class BulkKind(Labelled):
    """What is done to many submissions at once."""

    CONFIRM = "confirm", "确认拟办意见"
    SIGN = "sign", "签发"
    REASSIGN = "reassign", "改派"
    SUPERVISE = "supervise", "督办"
    MARK = "mark", "加标记"
    UNMARK = "unmark", "去标记"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation. `value` is a department, a mark or a reason, as its kind needs one."""

    id: str
    kind: BulkKind
    value: str
    person: str
    at: datetime
    undone_by: str | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One submission of an operation. Problems are empty where it was done; `undo_problem` is None until it is undone."""

    submission_id: str
    receipt: str
    title: str
    problem: str
    undo_problem: str | None


def add(connection: Connection, operation: Operation) -> None:
    """Keep an operation that is about to be done."""
    values = {"id": operation.id, "kind": operation.kind.value, "value": operation.value}
    connection.execute(insert(operations).values(**values, person=operation.person, at=operation.at))


def add_part(connection: Connection, operation_id: str, submission_id: str, problem: str) -> None:
    """Keep what came of one part."""
    values = {"operation_id": operation_id, "submission_id": submission_id, "problem": problem}
    connection.execute(insert(operation_parts).values(**values))


def get(connection: Connection, operation_id: str) -> Operation:
    """Read an operation.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(select(operations).where(operations.c.id == operation_id)).first()
    if row is None:
        raise NotFound("没有找到这次批量操作，请核对地址")
    return Operation(**{**row._mapping, "kind": BulkKind(row.kind)})


def parts(connection: Connection, operation_id: str) -> list[Part]:
    """Read the parts of an operation in the order of registration; what has become restricted is left out."""
    query = (
        select(operation_parts, submissions.c.receipt, submissions.c.title, submissions.c.text)
        .join_from(operation_parts, submissions)
        .where(operation_parts.c.operation_id == operation_id, ~submissions.c.restricted)
        .order_by(operation_parts.c.submission_id)
    )
    return [
        Part(
            submission_id=row.submission_id,
            receipt=row.receipt,
            title=row.title.strip() or row.text.strip()[:60],
            problem=row.problem,
            undo_problem=row.undo_problem,
        )
        for row in connection.execute(query)
    ]


def begin_undo(connection: Connection, operation_id: str, person: str, now: datetime) -> None:
    """Note that an operation is being undone.

    Raises:
        Conflict: it has been already.
    """
    chosen = (operations.c.id == operation_id) & operations.c.undone_at.is_(None)
    if connection.execute(update(operations).where(chosen).values(undone_by=person, undone_at=now)).rowcount != 1:
        raise Conflict("这次批量操作已经撤销过")


def undo_part(connection: Connection, operation_id: str, submission_id: str, problem: str) -> None:
    """Keep what came of undoing one part."""
    table = operation_parts.c
    chosen = (table.operation_id == operation_id) & (table.submission_id == submission_id)
    connection.execute(update(operation_parts).where(chosen).values(undo_problem=problem))
