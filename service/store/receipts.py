"""登记号: counters, one for each series. A number is given once; one that a failed intake took is a gap."""

from __future__ import annotations

from sqlalchemy import Connection

from service.store.tables import receipt_counters
from service.store.upsert import insert_for


def take(connection: Connection, series: str, count: int) -> range:
    """Take the next `count` numbers of a series; the first number ever is 1. Others wait until this commits.

    Callers that take from several series do so in the order of their names, or they may wait for each other for ever.
    """
    statement = insert_for(connection, receipt_counters).values(series=series, last_number=count)
    statement = statement.on_conflict_do_update(
        index_elements=[receipt_counters.c.series],
        set_={"last_number": receipt_counters.c.last_number + count},
    )
    last = connection.execute(statement.returning(receipt_counters.c.last_number)).scalar_one()
    return range(last - count + 1, last + 1)
