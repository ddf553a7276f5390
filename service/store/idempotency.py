"""Idempotency keys: what a caller was told for a key, so that it is told the same again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, delete, select

from service.store import rows
from service.store.columns import to_json
from service.store.records import KeptAnswer
from service.store.tables import idempotency_keys
from service.store.upsert import insert_into

_AT_ONCE = 400
_KEPT = select(idempotency_keys).where(
    idempotency_keys.c.caller == bindparam("caller"), idempotency_keys.c.key.in_(bindparam("keys", expanding=True))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a caller is about to be told for a key: `answer` is a JSON value, `body_sha256` names the body that asked."""

    caller: str
    key: str
    body_sha256: str
    answer: Any


def find(connection: Connection, pairs: Sequence[tuple[str, str]]) -> list[KeptAnswer]:
    """Read what was kept for pairs of caller and key, in no order; pairs of which nothing is kept are left out."""
    keys: dict[str, list[str]] = defaultdict(list)
    for caller, key in pairs:
        keys[caller].append(key)
    return [
        _read(row)
        for caller, own in keys.items()
        for start in range(0, len(own), _AT_ONCE)
        for row in connection.execute(_KEPT, {"caller": caller, "keys": own[start : start + _AT_ONCE]})
    ]


def claim(connection: Connection, claims: Sequence[Claim], now: datetime) -> set[tuple[str, str]]:
    """Keep the answers for keys of which none is kept already; waits for a transaction that is just keeping one.

    Args:
        connection: a writing transaction.
        claims: in the order of (caller, key), or two batches may wait for each other for ever; of two with the same
            key the first is kept. No two answers are the same: by its answer a claim is told from those of others.
        now: aware moment.

    Returns:
        The pairs of caller and key that are now ours.
    """
    if not claims:
        return set()
    told = [
        {"caller": one.caller, "key": one.key, "body_sha256": one.body_sha256, "answer": one.answer, "created_at": now}
        for one in claims
    ]
    pairs = {(one.caller, one.key) for one in claims}
    if rows.execute(connection, _keeping(connection.dialect.name), told) == len(claims):
        return pairs
    answers = {(one.caller, one.key): one.answer for one in find(connection, sorted(pairs))}
    return {(one.caller, one.key) for one in claims if answers.get((one.caller, one.key)) == to_json(one.answer)}


@cache
def _keeping(dialect: str) -> Insert:
    return insert_into(idempotency_keys, dialect).inline().on_conflict_do_nothing()


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
