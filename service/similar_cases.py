"""Past cases like a text, with what was decided and answered: an index in memory over what is stored and not restricted.

The index is built when it is first asked, in a thread of its own where there is much to read, and what is registered
later is added to it. What is restricted, split or void is never named, whenever it became so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock, Thread

import structlog
from sqlalchemy import Connection

from nlp.domain import ItemState, QueueItem, Role, Stage, Writing
from nlp.segment import UserWord
from nlp.similar import SimilarIndex
from service.errors import NotFound, ServiceError
from service.store import decisions, past, queue, submissions
from service.store.engine import Store
from service.store.records import Registered, StoredDecision

FEW = 500
"""Up to so many cases the index is built while the asker waits."""
GROWTH = 4
"""The index is built anew when a GROWTH-th of it was added later, and never for fewer than RARELY."""
RARELY = 20
_MARGIN = 8
_HIDDEN = (Stage.SPLIT, Stage.VOID, Stage.RESTRICTED)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A past case: its likeness in (0, 1], where it stands, what was decided, what the departments did with it."""

    likeness: float
    registered: Registered
    decision: StoredDecision
    items: tuple[QueueItem, ...]

    @property
    def answer(self) -> str:
        """The result that was reported, of the lead first; empty where there is none."""
        return next((item.answer for item in self.items if item.answer), "")

    @property
    def writing(self) -> Writing:
        """Its raw title and text."""
        submission = self.registered.submission
        return Writing(title=submission.title, text=submission.text)

    @property
    def returns(self) -> int:
        """How often a department had it returned."""
        return sum(item.state is ItemState.RETURNED for item in self.items)


class SimilarCases:
    """Finds past cases in one store. Safe to use from several threads."""

    def __init__(self, store: Store, words: tuple[UserWord, ...] = ()) -> None:
        self._store = store
        self._words = words
        self._lock = Lock()
        self._index: SimilarIndex | None = None
        self._ids: list[str] = []
        self._places: dict[str, int] = {}
        self._built_from = 0
        self._building = False

    def nearest(self, writing: Writing, *, without: str | None = None, count: int = 5) -> list[Case] | None:
        """Give the past cases most like a text, the most alike first; None while the index is being built.

        Args:
            writing: a raw title and text.
            without: id of the submission itself, if it is stored.
            count: how many at most.
        """
        with self._lock:
            self._freshen()
            if self._index is None:
                return None
            place = self._places.get(without or "")
            found = self._index.nearest(writing, count=count + _MARGIN, without=place)
            named = [(self._ids[one.place], one.likeness) for one in found]
        return self._tell([(each, likeness) for each, likeness in named if each != without], count)

    def _freshen(self) -> None:
        """Add what was registered since; build, or begin to build, where that is due."""
        with self._store.read() as connection:
            if self._index is not None:
                self._add(self._index, connection)
            later = len(self._ids) - self._built_from
            due = self._index is None or later > max(RARELY, self._built_from / GROWTH)
            much = due and past.more_than(connection, FEW)
        if not due or self._building:
            return
        self._building = True
        if much:
            Thread(target=self._build_aside, name="similar-cases", daemon=True).start()
        else:
            self._take(*self._built())

    def _add(self, index: SimilarIndex, connection: Connection) -> None:
        late = past.ids_after(connection, self._ids[-1] if self._ids else "")
        unknown = [each for each in late if each not in self._places]
        if not unknown:
            return
        fresh = [row for row in past.texts_from(connection, unknown[0]) if row[0] not in self._places]
        index.add([writing for _, writing in fresh])
        for each, _ in fresh:
            self._places[each] = len(self._ids)
            self._ids.append(each)

    def _built(self) -> tuple[SimilarIndex, list[str]]:
        with self._store.read() as connection:
            rows = past.texts_from(connection, "")
        return SimilarIndex([writing for _, writing in rows], self._words), [each for each, _ in rows]

    def _build_aside(self) -> None:
        try:
            built = self._built()
        except ServiceError as error:
            log.warning("past cases could not be read", reason=error.code)
            with self._lock:
                self._building = False
            return
        with self._lock:
            self._take(*built)

    def _take(self, index: SimilarIndex, ids: list[str]) -> None:
        self._index, self._ids, self._built_from = index, ids, len(ids)
        self._places = {each: place for place, each in enumerate(ids)}
        self._building = False

    def _tell(self, named: Sequence[tuple[str, float]], count: int) -> list[Case]:
        with self._store.read() as connection:
            cases = (_case(connection, each, likeness) for each, likeness in named)
            return list(islice((case for case in cases if case is not None), count))


def _case(connection: Connection, submission_id: str, likeness: float) -> Case | None:
    try:
        registered = submissions.get(connection, submission_id)
    except NotFound:
        return None
    if registered.stage in _HIDDEN:
        return None
    items = queue.of_submission(connection, submission_id)
    return Case(
        likeness=likeness,
        registered=registered,
        decision=decisions.current(connection, submission_id),
        items=tuple(sorted(items, key=lambda item: item.role is not Role.LEAD)),
    )
