"""并案: a person links submissions about one matter, or takes one out again; both tell it in their histories."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from nlp.domain import EventKind
from service.errors import Conflict, Invalid
from service.store import events, matters, submissions
from service.store.engine import Store
from service.store.events import Happening
from service.store.records import Registered


def link(store: Store, submission_id: str, receipt: str, person: str, now: datetime) -> None:
    """Link a submission with the one of a 登记号.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Invalid: no other submission has that number.
        Conflict: they are linked already.
    """
    with store.write() as connection:
        other_id = matters.find(connection, receipt.strip())
        submissions.get(connection, submission_id)
        if other_id is None or other_id == submission_id:
            raise Invalid("没有找到这个登记号的另一件来稿，请核对", field="receipt", code="E_RECEIPT")
        first, second = sorted((submission_id, other_id))
        pair = [submissions.lock(connection, first), submissions.lock(connection, second)]
        if not matters.link(connection, submission_id, other_id, person, now):
            raise Conflict("这两件已经并案")
        told = [_happening(one, EventKind.LINKED, other, person, now) for one, other in (pair, reversed(pair))]
        events.append(connection, told)


def unlink(store: Store, submission_id: str, person: str, now: datetime) -> None:
    """Take a submission out of its matter.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Conflict: it is linked with none.
    """
    with store.write() as connection:
        registered = submissions.lock(connection, submission_id)
        others = matters.members(connection, submission_id)
        if not matters.unlink(connection, submission_id):
            raise Conflict("该件没有并案")
        told = [_happening(other, EventKind.UNLINKED, registered, person, now) for other in others]
        first = others[0] if others else registered
        events.append(connection, [_happening(registered, EventKind.UNLINKED, first, person, now), *told])


def linked(store: Store, submission_id: str) -> list[Registered]:
    """Read what a submission is linked with.

    Raises:
        NotFound: there is no such submission, or it is restricted.
    """
    with store.read() as connection:
        _check(connection, submission_id)
        return matters.members(connection, submission_id)


def _check(connection: Connection, submission_id: str) -> None:
    submissions.get(connection, submission_id)


def _happening(one: Registered, kind: EventKind, other: Registered, person: str, now: datetime) -> Happening:
    told = (("note", other.submission.receipt),)
    return Happening(submission_id=one.submission.id, kind=kind, actor=person, at=now, details=told)
