"""What is known of attached files; the bytes lie beside the database."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select

from service.errors import NotFound
from service.store.records import Attachment
from service.store.tables import attachments, submissions


def add(connection: Connection, attachment: Attachment) -> None:
    """Add a file to its submission."""
    connection.execute(insert(attachments).values(**asdict(attachment)))


def get(connection: Connection, attachment_id: str) -> Attachment:
    """Read what is known of one file.

    Raises:
        NotFound: there is none, or its submission is restricted.
    """
    query = select(attachments).join(submissions).where(attachments.c.id == attachment_id, ~submissions.c.restricted)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound("没有找到这个附件")
    return _read(row)


def of_submission(connection: Connection, submission_id: str) -> list[Attachment]:
    """Read what is known of the files of a submission, in the order in which they came."""
    query = select(attachments).where(attachments.c.submission_id == submission_id).order_by(attachments.c.id)
    return [_read(row) for row in connection.execute(query)]


def _read(row: Any) -> Attachment:
    return Attachment(**row._mapping)
