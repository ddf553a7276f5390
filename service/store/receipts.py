"""登记号: counters, one for each series. A number is given once; one that a failed intake took is a gap."""

from __future__ import annotations

from functools import cache

from sqlalchemy import BindParameter, Connection, bindparam
from sqlalchemy.sql.dml import ReturningInsert

from service.store.tables import receipt_counters
from service.store.upsert import insert_into


def take(connection: Connection, series: str, count: int) -> range:
    """Take the next `count` numbers of a series; the first number ever is 1. Others wait until this commits.

    Callers that take from several series do so in the order of their names, or they may wait for each other for ever.
    """
    last = connection.execute(_taking(connection.dialect.name), {"series": series, "last_number": count}).scalar_one()
    return range(last - count + 1, last + 1)


@cache
def _taking(dialect: str) -> ReturningInsert[int]:
    statement, numbers = insert_into(receipt_counters, dialect), receipt_counters.c
    added: BindParameter[int] = bindparam("last_number")
    return (
        statement.values(series=bindparam("series"), last_number=added)
        .on_conflict_do_update(
            index_elements=[numbers.series], set_={"last_number": numbers.last_number + statement.excluded.last_number}
        )
        .returning(numbers.last_number)
    )
