"""Past cases like a text, with what was decided and answered: an index in memory over what is stored and not restricted.

The index is built when it is first asked, in a thread of its own where there is much to read; what is registered or put
right later is added to it. What is restricted, split or void is never named, whenever it became so.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock, Thread

import structlog
from sqlalchemy import Connection

from nlp.domain import ItemState, QueueItem, Role, Writing
from nlp.segment import UserWord
from nlp.similar import SimilarIndex
from service.errors import ServiceError
from service.store import decisions, past, queue, submissions
from service.store.engine import Store
from service.store.records import Registered, StoredDecision

FEW = 500
"""Up to so many cases the index is built while the asker waits."""
GROWTH = 4
"""The index is built anew when a GROWTH-th of it was added later, and never for fewer than RARELY."""
RARELY = 20
ALIKE = 0.03
"""Likeness below which a past case tells nothing but what is done with its theme."""
_MARGIN = 8
_WIDE = 80
"""So many of the most alike are looked through for such as are of the same theme."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """An index, the ids of its places, and what had been put right when they were read."""

    index: SimilarIndex
    ids: list[str]
    event: int
    amended: set[int]


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
        self._latest = ""
        self._event = 0
        self._amended: set[int] = set()

    def nearest(
        self,
        writing: Writing,
        *,
        without: str | None = None,
        count: int = 5,
        at_least: float = 0.0,
        theme: str | None = None,
    ) -> list[Case] | None:
        """Give the past cases most like a text, the most alike first; None while the index is being built.

        Args:
            writing: a raw title and text.
            without: id of the submission itself, if it is stored.
            count: how many at most.
            at_least: the likeness from which on a case is given.
            theme: the theme of which cases are given below that too, the next best thing.
        """
        with self._lock:
            self._freshen()
            if self._index is None:
                return None
            found = self._index.nearest(writing, count=_WIDE if theme else count + _MARGIN)
            named = {self._ids[one.place]: one.likeness for one in found if self._is_present(one.place)}
        named.pop(without or "", None)
        with self._store.read() as connection:
            themes = past.themes_of(connection, named)
            told = [one for one in named if one in themes and (named[one] >= at_least or themes[one] == theme)]
            return [_case(connection, one, named[one]) for one in told[:count]]

    def _is_present(self, place: int) -> bool:
        """Tell whether a place holds what its submission says today."""
        return self._places[self._ids[place]] == place

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
            self._take(self._built())

    def _add(self, index: SimilarIndex, connection: Connection) -> None:
        fresh = self._put_right(connection)
        unknown = [each for each in past.ids_after(connection, self._latest) if each not in self._places]
        if unknown:
            fresh += [row for row in past.texts_from(connection, unknown[0]) if row[0] not in self._places]
        index.add([writing for _, writing in fresh])
        for each, _ in fresh:
            self._places[each] = len(self._ids)
            self._ids.append(each)
            self._latest = max(self._latest, each)

    def _put_right(self, connection: Connection) -> list[tuple[str, Writing]]:
        """Read what says something else by now than when it was indexed."""
        amended = past.amended_after(connection, self._event)
        changed = {each for number, each in amended.items() if number not in self._amended and each in self._places}
        self._event, self._amended = max([self._event, *amended]), set(amended)
        return past.texts_of(connection, changed) if changed else []

    def _built(self) -> _Built:
        with self._store.read() as connection:
            event = past.last_event(connection)
            amended = past.amended_after(connection, event)
            rows = past.texts_from(connection, "")
        index = SimilarIndex([writing for _, writing in rows], self._words)
        return _Built(index=index, ids=[each for each, _ in rows], event=event, amended=set(amended))

    def _build_aside(self) -> None:
        try:
            built = self._built()
        except ServiceError as error:
            log.warning("past cases could not be read", reason=error.code)
            with self._lock:
                self._building = False
            return
        with self._lock:
            self._take(built)

    def _take(self, built: _Built) -> None:
        self._index, self._ids, self._built_from = built.index, built.ids, len(built.ids)
        self._places = {each: place for place, each in enumerate(built.ids)}
        self._latest = built.ids[-1] if built.ids else ""
        self._event, self._amended = built.event, built.amended
        self._building = False


def _case(connection: Connection, submission_id: str, likeness: float) -> Case:
    items = queue.of_submission(connection, submission_id)
    return Case(
        likeness=likeness,
        registered=submissions.get(connection, submission_id),
        decision=decisions.current(connection, submission_id),
        items=tuple(sorted(items, key=lambda item: item.role is not Role.LEAD)),
    )
