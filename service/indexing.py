"""Putting what has been registered into the search index, behind the acknowledgements and out of their way.

Nothing waits for it to be found: searching looks into the texts that are not in the index yet. What waits is kept in the
database, so whichever process comes next goes on, after a crash too.
"""

from __future__ import annotations

from threading import Event, Thread

import structlog

from service.errors import ServiceError
from service.store import search
from service.store.engine import Store

LOOK_EVERY = 0.5
"""Seconds between two looks for what waits."""

FEW_AT_ONCE = 64
"""As many go into the index at a time while others come in, so that these need not wait for long."""

AT_ONCE = 500
"""As many go at a time when none comes in, or too many wait: it costs a quarter less for each."""

MANY = 4_000
"""So many may wait before they are too many: to look into their texts takes some milliseconds."""

log = structlog.get_logger()


def index_all(store: Store) -> None:
    """Put everything that waits into the index.

    Raises:
        Unavailable: the database cannot be written just now; what was done stays.
    """
    while _index(store, AT_ONCE) == AT_ONCE:
        pass


def waiting(store: Store) -> int:
    """Count what is not in the index yet."""
    with store.read() as connection:
        return search.waiting(connection)


def _index(store: Store, most: int) -> int:
    with store.write() as connection:
        return search.index(connection, most)


class Indexer:
    """A thread that keeps the index up."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ending = Event()
        self._thread = Thread(target=self._run, name="indexer", daemon=True)

    def start(self) -> None:
        """Begin to work, first on what was left when the service last ended."""
        self._thread.start()

    def stop(self) -> None:
        """End behind what is just being written."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        before = 0
        while not self._ending.wait(LOOK_EVERY):
            try:
                before = self._look(before)
            except ServiceError as error:
                log.warning("the search index has to wait", kind=type(error).__name__)

    def _look(self, before: int) -> int:
        """Index a part of what waits, all of it while none comes in; give how many wait then."""
        while not self._ending.is_set() and (now := waiting(self._store)):
            in_peace = now <= before
            now -= _index(self._store, AT_ONCE if in_peace or now > MANY else FEW_AT_ONCE)
            if not in_peace and now <= MANY:
                return now
            before = now
        return 0
