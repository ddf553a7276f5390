import time
from collections.abc import Callable, Iterator

import pytest

from service import indexing, statistics
from service.errors import Unavailable
from service.indexing import AT_ONCE, FEW_AT_ONCE, Indexer, index_all, waiting
from service.intake import Incoming
from service.store import search
from service.store.conditions import SubmissionFilter
from service.store.engine import Store

TakeAll = Callable[..., list[object]]
Written = Callable[..., Incoming]


def found(store: Store, text: str) -> int:
    return len(statistics.submissions_page(store, SubmissionFilter(text=text), None, 50).rows)


@pytest.fixture
def taken(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how many go into the index at a time."""
    noted: list[int] = []
    index = search.index

    def noting(connection, most: int) -> int:
        noted.append(most)
        return index(connection, most)

    monkeypatch.setattr(search, "index", noting)
    return noted


@pytest.fixture
def indexer(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Indexer]:
    monkeypatch.setattr(indexing, "LOOK_EVERY", 0.01)
    made = Indexer(store)
    yield made
    made.stop()


def wait_until_indexed(store: Store) -> None:
    for _ in range(500):
        if not waiting(store):
            return
        time.sleep(0.01)
    raise AssertionError("the index was not kept up")


def test_what_was_left_is_indexed_at_the_start_and_found_all_the_time(
    store: Store, take_all: TakeAll, written: Written, indexer: Indexer, taken: list[int]
) -> None:
    take_all([written(f"路灯不亮{number}") for number in range(FEW_AT_ONCE + 6)])
    assert waiting(store) == FEW_AT_ONCE + 6
    assert found(store, "灯不亮69") == 1
    indexer.start()
    wait_until_indexed(store)
    assert found(store, "灯不亮69") == 1
    assert taken == [FEW_AT_ONCE, AT_ONCE]


def test_too_many_are_indexed_while_others_come_in(
    store: Store, take_all: TakeAll, written: Written, taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "MANY", 3)
    monkeypatch.setattr(indexing, "AT_ONCE", 2)
    monkeypatch.setattr(indexing, "FEW_AT_ONCE", 1)

    def another_comes(store: Store) -> int:
        take_all([written("又一盏路灯不亮")])
        return waiting(store)

    monkeypatch.setattr(indexing, "waiting", another_comes)
    take_all([written(f"路灯不亮{number}") for number in range(5)])
    assert Indexer(store)._look(before=0) == 3
    assert taken == [2, 2]
    assert Indexer(store)._look(before=3) == 2
    assert taken == [2, 2, 2]
    assert Indexer(store)._look(before=2) == 2
    assert taken == [2, 2, 2, 1]


def test_a_database_that_is_busy_is_tried_again(
    store: Store, take_all: TakeAll, written: Written, indexer: Indexer, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, failures = search.index, iter([True, True])

    def failing(connection, most: int) -> int:
        if next(failures, False):
            raise Unavailable("busy")
        return index(connection, most)

    monkeypatch.setattr(search, "index", failing)
    take_all([written("路灯不亮")])
    indexer.start()
    wait_until_indexed(store)


def test_everything_is_indexed_at_once(store: Store, take_all: TakeAll, written: Written) -> None:
    take_all([written(f"路灯不亮{number}") for number in range(3)])
    index_all(store)
    assert (waiting(store), found(store, "灯不亮2")) == (0, 1)
