"""Idempotency keys: what a caller was told for a key, so that it is told the same again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, tuple_

from service.store.columns import to_json
from service.store.records import KeptAnswer
from service.store.tables import idempotency_keys
from service.store.upsert import insert_for

_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a caller is about to be told for a key: `answer` is a JSON value, `body_sha256` names the body that asked."""

    caller: str
    key: str
    body_sha256: str
    answer: Any


def find(connection: Connection, pairs: Sequence[tuple[str, str]]) -> list[KeptAnswer]:
    """Read what was kept for pairs of caller and key, in no order; pairs of which nothing is kept are left out."""
    wanted = tuple_(idempotency_keys.c.caller, idempotency_keys.c.key)
    return [
        _read(row)
        for start in range(0, len(pairs), _AT_ONCE)
        for row in connection.execute(select(idempotency_keys).where(wanted.in_(list(pairs[start : start + _AT_ONCE]))))
    ]


def claim(connection: Connection, claims: Sequence[Claim], now: datetime) -> set[tuple[str, str]]:
    """Keep the answers for keys of which none is kept already; waits for a transaction that is just keeping one.

    Args:
        connection: a writing transaction.
        claims: in the order of (caller, key), or two batches may wait for each other for ever; of two with the same
            key the first is kept.
        now: aware moment.

    Returns:
        The pairs of caller and key that are now ours.
    """
    if not claims:
        return set()
    statement = insert_for(connection, idempotency_keys).on_conflict_do_nothing()
    rows = [
        {"caller": one.caller, "key": one.key, "body_sha256": one.body_sha256, "answer": one.answer, "created_at": now}
        for one in claims
    ]
    kept = connection.execute(statement.returning(idempotency_keys.c.caller, idempotency_keys.c.key), rows)
    return {(row.caller, row.key) for row in kept}


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
