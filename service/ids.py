"""Ids of everything that is stored: UUIDv7 of RFC 9562, so that the order of ids is the order of making."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from threading import Lock
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTER_BITS = 12
_COUNTER_START_BITS = 8
_RANDOM_BITS = 62

_lock = Lock()
_last = 0


def new_id(now: datetime) -> str:
    """Make an id that is greater than every id made before in this process.

    The 12 bits after the version are a counter (RFC 9562, section 6.2, method 1). When the counter is used up, or when
    `now` lies before the last id, the millisecond of the last id is carried on.

    Args:
        now: aware moment; its Unix milliseconds lead the id.

    Returns:
        The canonical form of 36 lower-case characters.

    Raises:
        ValueError: `now` has no time zone.
    """
    global _last
    if now.tzinfo is None:
        raise ValueError("an id needs a moment with a time zone")
    milliseconds = (now - _EPOCH) // timedelta(milliseconds=1)
    first = (milliseconds << _COUNTER_BITS) | secrets.randbits(_COUNTER_START_BITS)
    with _lock:
        _last = max(first, _last + 1)
        stamp = _last
    head = (stamp >> _COUNTER_BITS) << 80
    body = (0x7 << 76) | ((stamp & ((1 << _COUNTER_BITS) - 1)) << 64)
    return str(UUID(int=head | body | (0b10 << 62) | secrets.randbits(_RANDOM_BITS)))
