"""限阅件: the only module that reads restricted submissions. Who may is checked in `service.restricted`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from nlp.domain import Stage
from service.errors import NotFound
from service.store.records import Attachment, Registered
from service.store.submissions import read_submission
from service.store.tables import attachments, submissions


def every(connection: Connection, stage: Stage, limit: int, before: str | None = None) -> list[Registered]:
    """Read restricted submissions of a stage, the newest first, those registered before another one if it is given."""
    query = select(submissions).where(submissions.c.restricted, submissions.c.stage == stage.value)
    if before is not None:
        query = query.where(submissions.c.id < before)
    rows = connection.execute(query.order_by(submissions.c.id.desc()).limit(limit))
    return [
        Registered(submission=read_submission(row), theme=row.theme, lead=row.lead, stage=Stage(row.stage))
        for row in rows
    ]


def receipts(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Read the 登记号 of submissions that are or were restricted by their ids; nothing else of them."""
    rows = connection.execute(select(submissions.c.id, submissions.c.receipt).where(submissions.c.id.in_(ids)))
    return {row.id: row.receipt for row in rows}


def get(connection: Connection, submission_id: str, *, locked: bool = False) -> Registered:
    """Read one restricted submission, and hold it until the transaction ends where it is to be changed.

    Raises:
        NotFound: there is none, or it is not restricted.
    """
    query = select(submissions).where(submissions.c.id == submission_id, submissions.c.restricted)
    row = connection.execute(query.with_for_update(key_share=True) if locked else query).first()
    if row is None:
        raise NotFound("没有找到这件限阅件，请核对编号")
    return Registered(submission=read_submission(row), theme=row.theme, lead=row.lead, stage=Stage(row.stage))


def close(connection: Connection, submission_id: str) -> None:
    """Mark a restricted submission as dealt with; it stays restricted."""
    connection.execute(
        update(submissions)
        .where(submissions.c.id == submission_id, submissions.c.restricted)
        .values(stage=Stage.CLOSED.value)
    )


def attachment(connection: Connection, submission_id: str, attachment_id: str) -> Attachment:
    """Read what is known of a file of a restricted submission.

    Raises:
        NotFound: it has no such file.
    """
    query = (
        select(attachments)
        .join(submissions)
        .where(submissions.c.id == submission_id, submissions.c.restricted, attachments.c.id == attachment_id)
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotFound("没有找到这个附件")
    return Attachment(**row._mapping)
