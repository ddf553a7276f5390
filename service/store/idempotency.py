"""Idempotency keys: what a caller was told for a key, so that it is told the same again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, tuple_

from service.store.columns import to_json
from service.store.records import KeptAnswer
from service.store.tables import idempotency_keys
from service.store.upsert import insert_for

_AT_ONCE = 200


def find(connection: Connection, pairs: Sequence[tuple[str, str]]) -> list[KeptAnswer]:
    """Read what was kept for pairs of caller and key, in no order; pairs of which nothing is kept are left out."""
    wanted = tuple_(idempotency_keys.c.caller, idempotency_keys.c.key)
    return [
        _read(row)
        for start in range(0, len(pairs), _AT_ONCE)
        for row in connection.execute(select(idempotency_keys).where(wanted.in_(list(pairs[start : start + _AT_ONCE]))))
    ]


def claim(connection: Connection, caller: str, key: str, body_sha256: str, answer: Any, now: datetime) -> bool:
    """Keep the answer for a key unless one is kept already; waits for a transaction that is just keeping one.

    Callers that claim several keys do so in the order of (caller, key), or they may wait for each other for ever.

    Args:
        connection: a writing transaction.
        caller: who sent the key.
        key: the key.
        body_sha256: hash of the body that came with it.
        answer: JSON value.
        now: aware moment.

    Returns:
        Whether the key is now ours.
    """
    statement = insert_for(connection, idempotency_keys).values(
        caller=caller, key=key, body_sha256=body_sha256, answer=answer, created_at=now
    )
    kept = connection.execute(statement.on_conflict_do_nothing().returning(idempotency_keys.c.key))
    return kept.first() is not None


def purge(connection: Connection, before: datetime) -> int:
    """Forget the keys kept before a moment, and count them."""
    return connection.execute(delete(idempotency_keys).where(idempotency_keys.c.created_at < before)).rowcount


def _read(row: Any) -> KeptAnswer:
    return KeptAnswer(
        caller=row.caller,
        key=row.key,
        body_sha256=row.body_sha256,
        answer=to_json(row.answer),
        created_at=row.created_at,
    )
