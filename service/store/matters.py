"""Same matters (同一事项): submissions that a person has linked; none is deleted, each gets its own answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from service.store.list_tables import same_matters
from service.store.records import Registered
from service.store.submissions import read_registered
from service.store.tables import submissions


def matter_of(connection: Connection, submission_id: str) -> str | None:
    """Read the matter of a submission, or None."""
    query = select(same_matters.c.matter).where(same_matters.c.submission_id == submission_id)
    found: str | None = connection.execute(query).scalar()
    return found


def link(connection: Connection, one: str, other: str, person: str, now: datetime) -> bool:
    """Link two submissions, and with them all that either is linked to; tell whether they were not linked before."""
    matter, merged = matter_of(connection, one) or min(one, other), matter_of(connection, other)
    if merged == matter and matter_of(connection, one) is not None:
        return False
    if merged is not None:
        connection.execute(update(same_matters).where(same_matters.c.matter == merged).values(matter=matter))
    for each in (one, other):
        if matter_of(connection, each) is None:
            values = {"submission_id": each, "matter": matter, "person": person, "at": now}
            connection.execute(insert(same_matters).values(**values))
    return True


def unlink(connection: Connection, submission_id: str) -> bool:
    """Take a submission out of its matter, and end a matter of which one is left; tell whether it had one."""
    matter = matter_of(connection, submission_id)
    if matter is None:
        return False
    connection.execute(delete(same_matters).where(same_matters.c.submission_id == submission_id))
    left = connection.execute(select(func.count()).where(same_matters.c.matter == matter)).scalar_one()
    if left == 1:
        connection.execute(delete(same_matters).where(same_matters.c.matter == matter))
    return True


def members(connection: Connection, submission_id: str) -> list[Registered]:
    """Read what is linked to a submission, the oldest first; what is restricted is left out."""
    matter = matter_of(connection, submission_id)
    if matter is None:
        return []
    linked = select(same_matters.c.submission_id).where(same_matters.c.matter == matter)
    query = select(submissions).where(
        submissions.c.id.in_(linked), submissions.c.id != submission_id, ~submissions.c.restricted
    )
    return [read_registered(row) for row in connection.execute(query.order_by(submissions.c.id))]


def find(connection: Connection, receipt: str) -> str | None:
    """Find the id of a submission that is not restricted by its 登记号."""
    query = select(submissions.c.id).where(submissions.c.receipt == receipt, ~submissions.c.restricted)
    found: str | None = connection.execute(query).scalar()
    return found
