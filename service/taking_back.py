"""撤销: a step on an item is taken back by who took it, while nobody has acted on it; both stay in the history."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from nlp.domain import Event, EventKind, ItemState, QueueItem, ResultGrade, Satisfaction
from service.errors import Conflict
from service.placing import withdraw
from service.steps import Act, Desk, Step, step
from service.store import decisions, events, queue

REVERSIBLE = {
    EventKind.SIGNED,
    EventKind.ACCEPTED,
    EventKind.RETURN_REQUESTED,
    EventKind.RETURN_REFUSED,
    EventKind.REASSIGNED,
    EventKind.EXTENSION_REQUESTED,
    EventKind.EXTENSION_APPROVED,
    EventKind.EXTENSION_REFUSED,
    EventKind.ANSWERED,
    EventKind.AUDITED,
    EventKind.SENT_BACK,
    EventKind.FED_BACK,
    EventKind.RATED,
    EventKind.CLOSED,
    EventKind.ARCHIVED,
    EventKind.SUPERVISED,
    EventKind.UNSUPERVISED,
    EventKind.REMINDED,
}
_READERS: dict[str, Callable[[str], Any]] = {
    "state": ItemState,
    "grade": ResultGrade,
    "satisfaction": Satisfaction,
    "extension_until": date.fromisoformat,
}


def take_back(desk: Desk, item_id: str, act: Act) -> QueueItem:
    """撤销 the last step on an item.

    Raises:
        Conflict: the last step was another person's, cannot be taken back, or has been acted on.
    """
    with step(desk, item_id, act, EventKind.TAKEN_BACK, set(ItemState)) as taken:
        last = events.last_of(taken.connection, taken.before.submission_id, item_id)
        if last is None or not may_take_back(last, act.actor):
            raise Conflict("最后一步不是你办的，或已有后续办理，不能撤销")
        if last.kind == EventKind.REASSIGNED:
            _move_back(taken, act)
        taken.after = replace(taken.before, **_restored(json.loads(last.payload)))
        taken.details.append(("of", last.kind))
    return taken.after


def may_take_back(last: Event, actor: str) -> bool:
    """Tell whether an item's last event is one that its actor may take back."""
    return last.kind in REVERSIBLE and last.actor == actor and "before" in json.loads(last.payload)


def standing(events: Iterable[Event], kind: EventKind) -> list[Event]:
    """List the events of a kind that were not taken back, in their order."""
    found: list[Event] = []
    for event in events:
        if event.kind == kind:
            found.append(event)
        elif event.kind == EventKind.TAKEN_BACK and json.loads(event.payload).get("of") == kind:
            place = max(place for place, one in enumerate(found) if one.item_id == event.item_id)
            del found[place]
    return found


def _restored(told: dict[str, Any]) -> dict[str, Any]:
    return {name: _read(name, value) for name, value in told["before"].items()}


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name.endswith("_at"):
        return datetime.fromisoformat(value)
    return _READERS[name](value) if name in _READERS else value


def _move_back(taken: Step, act: Act) -> None:
    """Withdraw the item that a reassignment opened, and let the decision before it hold again."""
    moved = _successor(taken.connection, taken.before)
    if moved is None or moved.version != 1:
        raise Conflict("新承办单位已开始办理，不能撤销改派")
    present = decisions.current(taken.connection, moved.submission_id)
    if present.id != moved.decision_id:
        raise Conflict("拟办意见已再次更改，不能撤销改派")
    withdraw(taken.connection, moved, act.actor, act.now, reason="撤销改派")
    decisions.reinstate(taken.connection, present)


def _successor(connection: Connection, item: QueueItem) -> QueueItem | None:
    present = queue.of_submission(connection, item.submission_id)
    return next((each for each in present if each.replaces == item.id and each.state.open), None)
