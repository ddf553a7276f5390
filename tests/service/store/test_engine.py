from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from service.errors import Invalid, Unavailable
from service.store.engine import open_store
from service.store.tables import receipt_counters


def test_sqlite_keeps_what_it_accepts(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.write() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    store.close()


def test_reading_cannot_write(store) -> None:
    with pytest.raises((Unavailable, DBAPIError)), store.read() as connection:
        connection.exec_driver_sql("DELETE FROM receipt_counters")


def test_a_value_that_cannot_be_looked_for_is_a_fault_of_the_value(store) -> None:
    wanted = select(receipt_counters).where(receipt_counters.c.series == "a\0b")
    told = ""
    try:
        with store.read() as connection:
            assert connection.execute(wanted).all() == []
    except Invalid as fault:
        told = fault.code
    assert told == ("E_CONTROL" if "postgresql" in str(connection.engine.url) else "")


def test_a_place_that_is_not_there_is_said(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'none' / 'a.db'}")
    with pytest.raises(Unavailable, match="数据库"):
        store.migrate()


def test_what_fails_inside_is_rolled_back(store) -> None:
    from sqlalchemy import func, insert

    def fail() -> None:
        with store.write() as connection:
            connection.execute(insert(receipt_counters).values(series="x", last_number=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(receipt_counters)).scalar_one() == 0
