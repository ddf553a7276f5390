"""工作台: what waits for somebody by their rights, what is due, what changed; each with the filter that lists it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nlp.domain import EventKind, ItemState, Stage
from service.access import Caller, Right
from service.deadlines import local_day, start_of_day
from service.due import Due, within
from service.store import listing
from service.store.conditions import Happened, SubmissionFilter
from service.store.engine import Store
from service.store.listing import Count, ItemFilter

CHANGES = (
    EventKind.RECEIVED,
    EventKind.CONFIRMED,
    EventKind.CORRECTED,
    EventKind.SIGNED,
    EventKind.ACCEPTED,
    EventKind.RETURN_REQUESTED,
    EventKind.ANSWERED,
    EventKind.CLOSED,
)
_UNIT = tuple(one for one in ItemState if one.open and one is not ItemState.AWAITING_SIGNATURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """Some items of one kind: what they are called, how many, and the part of the ledger's address that lists them."""

    label: str
    count: int
    query: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """To how many submissions something happened since a day."""

    kind: EventKind
    since: date
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for somebody. `review` is None for who does not review; `items` are theirs to act on."""

    review: int | None
    items: tuple[Heap, ...]

    @property
    def acts(self) -> int:
        """How many items wait for a step of theirs."""
        return sum(heap.count for heap in self.items)


def waiting_for(store: Store, caller: Caller) -> Waiting:
    """Read what waits for somebody's next step."""
    asked = _unit_heaps(caller.department) if caller.department else _desk_heaps(caller)
    with store.read() as connection:
        review = listing.stages(connection).get(Stage.REVIEW, 0) if caller.may(Right.REVIEW) else None
        heaps = [replace(heap, count=listing.item_count(connection, wanted)) for heap, wanted in asked]
    return Waiting(review=review, items=tuple(heaps))


def due_for(store: Store, caller: Caller, now: datetime) -> list[Heap]:
    """Read what is overdue, due soon or supervised, of the whole office or of the caller's unit."""
    everything = ItemFilter(department=caller.department, states=_UNIT if caller.department else ())
    asked = [
        (_heap("已超期", due="late"), within(everything, Due.LATE, now)),
        (_heap("将到期", due="soon"), within(everything, Due.SOON, now)),
        (_heap("督办件", mark="supervised"), replace(everything, supervised=True)),
    ]
    with store.read() as connection:
        return [replace(heap, count=listing.item_count(connection, wanted)) for heap, wanted in asked]


def changes(store: Store, now: datetime) -> list[Change]:
    """Count the submissions to which each kind of thing happened since the beginning of yesterday in Beijing."""
    since = local_day(now) - timedelta(days=1)
    with store.read() as connection:
        return [
            Change(kind=kind, since=since, count=listing.count(connection, _happened(kind, since))) for kind in CHANGES
        ]


def _happened(kind: EventKind, since: date) -> SubmissionFilter:
    return SubmissionFilter(happened=Happened(kind=kind, since=start_of_day(since)))


def _heap(label: str, **query: str) -> Heap:
    return Heap(label=label, count=0, query=tuple(query.items()))


def _desk_heaps(caller: Caller) -> Sequence[tuple[Heap, ItemFilter]]:
    found: list[tuple[Heap, ItemFilter]] = []
    if caller.may(Right.SIGN):
        found.append(_of_state("待签发", ItemState.AWAITING_SIGNATURE))
    if caller.may(Right.MANAGE):
        found += [
            _of_state("申请退回待定", ItemState.RETURN_REQUESTED),
            (_heap("申请延期待定", mark="extension"), ItemFilter(extension_requested=True)),
            _of_state("办理结果待审核", ItemState.ANSWERED),
        ]
    return found


def _unit_heaps(department: str) -> Sequence[tuple[Heap, ItemFilter]]:
    named = (("待签收", ItemState.QUEUED), ("办理中", ItemState.IN_PROGRESS))
    return [_of_state(label, state, department) for label, state in named]


def _of_state(label: str, state: ItemState, department: str | None = None) -> tuple[Heap, ItemFilter]:
    return _heap(label, state=state.value), ItemFilter(department=department, states=(state,))
