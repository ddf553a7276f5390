"""Ids of everything that is stored: UUIDv7 of RFC 9562, so that the order of ids is the order of making."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from threading import Lock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_COUNTER_BITS = 12
_COUNTER_START_BITS = 8
_RANDOM_BITS = 62
_RANDOM_BYTES = 9
_UNUSED_BITS = 8 * _RANDOM_BYTES - _COUNTER_START_BITS - _RANDOM_BITS

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
    milliseconds = (now - _EPOCH) // _MILLISECOND
    random = int.from_bytes(os.urandom(_RANDOM_BYTES)) >> _UNUSED_BITS
    first = (milliseconds << _COUNTER_BITS) | (random >> _RANDOM_BITS)
    with _lock:
        _last = max(first, _last + 1)
        stamp = _last
    head = (stamp >> _COUNTER_BITS) << 80
    body = (0x7 << 76) | ((stamp & ((1 << _COUNTER_BITS) - 1)) << 64)
    digits = f"{head | body | (0b10 << 62) | (random & ((1 << _RANDOM_BITS) - 1)):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
