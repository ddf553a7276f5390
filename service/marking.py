"""标记: a person's marks on a submission, each with its event."""

from __future__ import annotations

from datetime import datetime

from nlp.domain import EventKind
from service.errors import Conflict
from service.store import events, marks, submissions
from service.store.conditions import Mark
from service.store.engine import Store
from service.store.events import Happening


def mark(store: Store, submission_id: str, wanted: Mark, person: str, now: datetime) -> None:
    """Put a mark on a submission.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Conflict: it has the mark already.
    """
    with store.write() as connection:
        submissions.lock(connection, submission_id)
        if not marks.add(connection, submission_id, wanted, person, now):
            raise Conflict(f"已有“{wanted.label}”标记")
        events.append(connection, [_happening(submission_id, EventKind.MARKED, wanted, person, now)])


def unmark(store: Store, submission_id: str, wanted: Mark, person: str, now: datetime) -> None:
    """Take a mark off a submission.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Conflict: it does not have the mark.
    """
    with store.write() as connection:
        submissions.lock(connection, submission_id)
        if not marks.remove(connection, submission_id, wanted):
            raise Conflict(f"没有“{wanted.label}”标记")
        events.append(connection, [_happening(submission_id, EventKind.UNMARKED, wanted, person, now)])


def _happening(submission_id: str, kind: EventKind, wanted: Mark, person: str, now: datetime) -> Happening:
    told = (("note", wanted.label),)
    return Happening(submission_id=submission_id, kind=kind, actor=person, at=now, details=told)
