"""Reading the queue of 待拟办: what a person should take next, how many wait, what the person did today."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from nlp.domain import Event, EventKind, Stage
from service.deadlines import BEIJING, local_day
from service.store import events, reviews, tallies
from service.store.engine import Store
from service.store.records import ReviewTask
from service.store.reviews import ReviewFilter

_WORK = (EventKind.CONFIRMED, EventKind.CORRECTED, EventKind.SKIPPED, EventKind.SPLIT, EventKind.UNDONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What a person did today in Beijing.

    Attributes:
        done: decisions and splits that were not taken back.
        seconds: mean time that a decided submission was open; None where none is known.
        last: what can still be taken back, the latest first.
    """

    done: int
    seconds: float | None
    last: tuple[Event, ...]


def next_for_review(
    store: Store, wanted: ReviewFilter, person: str, now: datetime, without: Sequence[str] = ()
) -> ReviewTask | None:
    """Give the task that a person should take next, or None; what others have open is left to them."""
    with store.read() as connection:
        return next(iter(reviews.waiting(connection, wanted, person, now, without, limit=1)), None)


def waiting_count(store: Store, wanted: ReviewFilter) -> int:
    """Count what waits."""
    with store.read() as connection:
        if wanted == ReviewFilter():
            return tallies.stages(connection).get(Stage.REVIEW.value, 0)
        return reviews.count(connection, wanted)


def worked_today(store: Store, person: str, now: datetime) -> Worked:
    """Count what a person did today."""
    midnight = datetime.combine(local_day(now), time(), BEIJING)
    with store.read() as connection:
        found = events.of_actor(connection, person, midnight, _WORK)
    standing = _standing(found)
    decided = [event for event in standing if event.kind != EventKind.SKIPPED]
    seconds = [one for event in decided if (one := json.loads(event.payload).get("seconds")) is not None]
    return Worked(done=len(decided), seconds=sum(seconds) / len(seconds) if seconds else None, last=tuple(standing))


def _standing(found: Sequence[Event]) -> list[Event]:
    """Leave out what was taken back later, and what a split says on its children; the latest first, as given."""
    standing: list[Event] = []
    taken_back: Counter[str] = Counter()
    for event in found:
        if event.kind == EventKind.UNDONE:
            taken_back[event.submission_id] += 1
        elif event.kind == EventKind.SPLIT and "decision" not in json.loads(event.payload):
            continue
        elif taken_back[event.submission_id]:
            taken_back[event.submission_id] -= 1
        else:
            standing.append(event)
    return standing
