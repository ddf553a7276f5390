"""Review tasks: which submissions wait for a person, and which of them comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Text, exists, func, select, update

from nlp.domain import Doubt, Track
from service.store import rows
from service.store.records import ReviewTask
from service.store.review_tables import holds
from service.store.tables import decisions, review_tasks, submissions

_BEHIND = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFilter:
    """Which tasks are asked for; None asks for all. `theme` is the suggested one."""

    theme: str | None = None
    source: str | None = None
    track: Track | None = None
    doubt: Doubt | None = None


_TASK = tuple(one.name for one in fields(ReviewTask))


def add(connection: Connection, tasks: Sequence[ReviewTask]) -> None:
    """Open tasks. A second open task of a submission raises sqlalchemy.exc.IntegrityError."""
    rows.add(connection, review_tasks, [{name: getattr(task, name) for name in _TASK} for task in tasks])


def waiting(
    connection: Connection,
    wanted: ReviewFilter,
    person: str,
    now: datetime,
    without: Sequence[str] = (),
    limit: int | None = None,
) -> list[ReviewTask]:
    """Read open tasks in the order in which they should be taken: urgent, then oldest, then most doubtful.

    Args:
        connection: a transaction.
        wanted: which tasks.
        person: what others have open now is left out for them.
        now: which holds still run.
        without: ids of submissions to leave out.
        limit: most tasks.
    """
    held = select(holds.c.submission_id).where(holds.c.person != person, holds.c.until > now)
    doubtful = func.coalesce(review_tasks.c.confidence, 0.0)
    query = (
        _wanted(select(review_tasks), wanted)
        .where(review_tasks.c.submission_id.not_in(held))
        .order_by(review_tasks.c.priority, review_tasks.c.received_day, doubtful, review_tasks.c.id)
        .limit(limit)
    )
    if without:
        query = query.where(review_tasks.c.submission_id.not_in(without))
    return [_read(row) for row in connection.execute(query)]


def count(connection: Connection, wanted: ReviewFilter) -> int:
    """Count open tasks."""
    return int(connection.execute(_wanted(select(func.count(review_tasks.c.id)), wanted)).scalar_one())


def open_task(connection: Connection, submission_id: str) -> ReviewTask | None:
    """Read the open task of a submission."""
    row = connection.execute(
        select(review_tasks).where(review_tasks.c.submission_id == submission_id, review_tasks.c.closed_at.is_(None))
    ).first()
    return None if row is None else _read(row)


def close(connection: Connection, submission_id: str, now: datetime) -> None:
    """Close the open task of a submission, if there is one."""
    connection.execute(
        update(review_tasks)
        .where(review_tasks.c.submission_id == submission_id, review_tasks.c.closed_at.is_(None))
        .values(closed_at=now)
    )


def reopen(connection: Connection, submission_id: str, closed_at: datetime) -> None:
    """Open the task again that a decision closed at that moment, if there is one."""
    connection.execute(
        update(review_tasks)
        .where(review_tasks.c.submission_id == submission_id, review_tasks.c.closed_at == closed_at)
        .values(closed_at=None)
    )


def skip(connection: Connection, task_id: str, now: datetime) -> None:
    """Put a task behind all that have been skipped less often."""
    connection.execute(
        update(review_tasks)
        .where(review_tasks.c.id == task_id)
        .values(skipped_at=now, priority=review_tasks.c.priority + _BEHIND)
    )


def unskip(connection: Connection, task_id: str) -> None:
    """Take back one skip of a task that has been skipped."""
    connection.execute(
        update(review_tasks)
        .where(review_tasks.c.id == task_id, review_tasks.c.priority >= _BEHIND)
        .values(priority=review_tasks.c.priority - _BEHIND)
    )


def _wanted(query: Select[Any], wanted: ReviewFilter) -> Select[Any]:
    restricted = select(submissions.c.id).where(submissions.c.restricted)
    query = query.where(review_tasks.c.closed_at.is_(None), review_tasks.c.submission_id.not_in(restricted))
    if wanted.theme is not None or wanted.source is not None or wanted.track is not None:
        query = query.join_from(review_tasks, submissions)
    if wanted.theme is not None:
        query = query.where(submissions.c.theme == wanted.theme)
    if wanted.source is not None:
        query = query.where(submissions.c.source == wanted.source)
    if wanted.track is not None:
        query = query.where(submissions.c.track == wanted.track.value)
    if wanted.doubt is not None:
        named = decisions.c.doubts.cast(Text).contains(f'"{wanted.doubt.value}"', autoescape=True)
        held = (decisions.c.submission_id == review_tasks.c.submission_id) & decisions.c.current
        query = query.where(exists().where(held, named))
    return query


def _read(row: Any) -> ReviewTask:
    return ReviewTask(**row._mapping)
