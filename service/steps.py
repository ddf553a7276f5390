"""One transition of an item: opened, checked, written with its event and the submission's stage in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import Connection

from nlp.domain import EventKind, ItemState, QueueItem, Way
from nlp.policy import Policy
from service.deadlines import BEIJING, local_day
from service.directory import Directory
from service.errors import Conflict, Invalid, NotFound
from service.limits import check_name, require_note
from service.placing import settle
from service.store import accounts, events, queue, submissions
from service.store.engine import Store
from service.store.events import Happening
from service.store.records import Registered

BEFORE_ANSWER = {ItemState.QUEUED, ItemState.IN_PROGRESS}
ON_DESK = {ItemState.QUEUED, ItemState.IN_PROGRESS, ItemState.RETURN_REQUESTED, ItemState.ANSWERED}
_UNTOLD = {"version", "lease_token", "leased_until"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """代登记: what the desk writes down of something that a unit did outside this system.

    Attributes:
        person: 经办人 of the unit.
        way: how it came.
        number: 来文号, or nothing.
        day: 日期 on which the unit did it, in Beijing; None is today.
    """

    person: str
    way: Way
    number: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who acts, when, and what they rely on: the lease they hold, the version they looked at (None: not checked).

    `department` binds the actor to the items of one unit; `paper` says that the desk writes down what a unit did.
    """

    actor: str
    now: datetime
    lease_token: str | None = None
    version: int | None = None
    department: str | None = None
    paper: Paper | None = None

    @property
    def done_at(self) -> datetime:
        """When it was done: now, or on the day that the paper names."""
        if self.paper is None or self.paper.day is None:
            return self.now
        return min(self.now, datetime.combine(self.paper.day, time(12), BEIJING))

    @property
    def handler(self) -> str:
        """Who of the unit did it."""
        return self.paper.person if self.paper else self.actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What dispatching needs besides the item."""

    store: Store
    policy: Policy
    directory: Directory


@dataclass(slots=True, kw_only=True)
class Step:
    """One transition under way: the item as it was and as it will be, what the event tells, what is opened besides."""

    connection: Connection
    registered: Registered
    before: QueueItem
    after: QueueItem
    details: list[tuple[str, Any]] = field(default_factory=list)
    opened: QueueItem | None = None


@contextmanager
def step(desk: Desk, item_id: str, act: Act, kind: EventKind, allowed: Collection[ItemState]) -> Iterator[Step]:
    """Open a transition, check it, and at its end write the item, the event and the submission's stage at once.

    Raises:
        NotFound: there is no such item, its submission is restricted, or it is another unit's.
        Conflict: wrong state, wrong version, or a lease that is not the one that holds.
        Invalid: the paper of a 代登记 cannot be.
    """
    with desk.store.write() as connection:
        registered = submissions.lock(connection, queue.get(connection, item_id).submission_id)
        before = queue.lock(connection, item_id)
        _check(connection, before, act, allowed)
        taken = Step(connection=connection, registered=registered, before=before, after=before)
        yield taken
        if kind is not EventKind.TAKEN_BACK:
            taken.details.append(("before", _changed(before, taken.after)))
        taken.after = replace(taken.after, version=before.version + 1, lease_token=None, leased_until=None)
        queue.save(connection, taken.after)
        if taken.opened is not None:
            queue.add(connection, [taken.opened])
        events.append(connection, [happening(before, kind, act, taken.details)])
        settle(connection, before.submission_id)


def happening(item: QueueItem, kind: EventKind, act: Act, details: Collection[tuple[str, Any]]) -> Happening:
    """Make the event of a transition."""
    told = (*details, ("department", item.department), ("paper", _paper_values(act.paper)))
    return Happening(
        submission_id=item.submission_id, item_id=item.id, kind=kind, actor=act.actor, at=act.now, details=told
    )


def seen_by_unit(item: QueueItem, department: str) -> bool:
    """Tell whether an item is one that a unit may see: its own, and signed."""
    return item.department == department and item.signed_at is not None


def check_bound(item: QueueItem, act: Act) -> None:
    """Let a unit's person reach the items of that unit alone; another's is as if it were not there.

    Raises:
        NotFound: it is another unit's.
    """
    if act.department is not None and not seen_by_unit(item, act.department):
        raise NotFound(queue.UNKNOWN)


def _check(connection: Connection, item: QueueItem, act: Act, allowed: Collection[ItemState]) -> None:
    check_bound(item, act)
    if act.version is not None and act.version != item.version:
        last = events.last_of(connection, item.submission_id, item.id)
        who = ""
        if last is not None:
            who = f"（{accounts.name_of(connection, last.actor) or last.actor}：{EventKind(last.kind).label}）"
        raise Conflict(f"该承办件刚刚被他人更改{who}，请刷新后再办")
    if item.state not in allowed:
        raise Conflict(f"该承办件现为“{item.state.label}”，不能这样办理")
    if act.lease_token is not None and act.lease_token != item.lease_token:
        raise Conflict("领取已过期或已被他人领取，请重新领取")
    if act.lease_token is None and item.leased_until is not None and item.leased_until > act.now:
        raise Conflict("该承办件正由他人领取处理，请稍后再办")
    _check_paper(item, act)


def _check_paper(item: QueueItem, act: Act) -> None:
    if act.paper is None:
        return
    check_name(require_note(act.paper.person, "paper_person", "请填写承办单位的经办人"), "paper_person")
    check_name(act.paper.number, "paper_number")
    if act.paper.day is None:
        return
    if act.paper.day > local_day(act.now):
        raise Invalid("代登记的日期在今天之后，请核对", field="paper_day", code="E_DATE")
    if item.signed_at is not None and act.paper.day < local_day(item.signed_at):
        raise Invalid("代登记的日期早于签发日期，请核对", field="paper_day", code="E_DATE")


def _changed(before: QueueItem, after: QueueItem) -> dict[str, Any]:
    """Tell the old values of what a step changed, as JSON values: what taking it back needs."""
    names = (each.name for each in fields(QueueItem) if each.name not in _UNTOLD)
    return {name: _plain(getattr(before, name)) for name in names if getattr(before, name) != getattr(after, name)}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _paper_values(paper: Paper | None) -> dict[str, Any] | None:
    if paper is None:
        return None
    day = paper.day.isoformat() if paper.day else None
    return {"person": paper.person.strip(), "way": paper.way.value, "number": paper.number.strip(), "day": day}
