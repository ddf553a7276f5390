from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, update

from service import audit
from service.audit import Kind
from service.store.engine import Store
from service.store.people_tables import audit_log

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def filled(store: Store) -> Store:
    for number in range(5):
        audit.note(store, Kind.EXPORTED, f"p{number % 2}", NOW, "", rows=number, what="来稿列表")
    return store


def test_what_was_written_is_read_newest_first(filled: Store) -> None:
    entries = audit.page(filled, None, 3)
    assert [entry.sequence for entry in entries] == [5, 4, 3]
    assert entries[0].details == '{"rows": 4, "what": "来稿列表"}'
    assert [entry.sequence for entry in audit.page(filled, 3, 10)] == [2, 1]
    assert [entry.sequence for entry in audit.page(filled, None, 10, actor="p1")] == [4, 2]
    assert audit.page(filled, None, 10, [Kind.BACKED_UP]) == []
    assert audit.broken_at(filled) is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "somebody else"},
        {"at": datetime(2026, 11, 25, tzinfo=UTC)},
        {"kind": Kind.SIGNED_IN.value},
        {"subject": "x"},
        {"details": {"rows": 1}},
        {"sha256": "f" * 64},
        {"previous": "f" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_breaks_the_chain(filled: Store, change: dict[str, object]) -> None:
    with filled.write() as connection:
        connection.execute(update(audit_log).where(audit_log.c.sequence == 3).values(**change))
    assert audit.broken_at(filled) in (3, 4)


def test_a_missing_entry_breaks_the_chain(filled: Store) -> None:
    with filled.write() as connection:
        connection.execute(delete(audit_log).where(audit_log.c.sequence == 2))
    assert audit.broken_at(filled) == 2


def test_many_who_write_at_once_make_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: audit.note(store, Kind.EXPORTED, str(number), NOW), range(40)))
    assert audit.broken_at(store) is None
    assert len(audit.page(store, None, 100)) == 40
