"""How loops are compiled: for one signature, at once, and without holding the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit, types

_ONE = np.uint64(1)
_S27, _S30, _S31 = np.uint64(27), np.uint64(30), np.uint64(31)
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)

_Loop = TypeVar("_Loop", bound=Callable[..., Any])


def of(kind: Any, dimensions: int = 1, readonly: bool = True) -> Any:
    """Name the type of an array."""
    return types.Array(kind, dimensions, "C", readonly=readonly)


CODES, KINDS = of(types.uint32), of(types.int32)
INT32, INT64, HASHES, BYTES = of(types.int32), of(types.int64), of(types.uint64), of(types.uint8)
FLOAT32, FLOAT64, WEIGHTS = of(types.float32), of(types.float64), of(types.float32, 2)
RECORDS = WEIGHTS


def filled(kind: Any, dimensions: int = 1) -> Any:
    """Name the type of an array that a loop fills."""
    return of(kind, dimensions, readonly=False)


FILLED, SCORES = filled(types.int32), filled(types.float32, 2)


def compiled(*signature: Any) -> Callable[[_Loop], _Loop]:
    """Compile for one signature at once: a loop that waited for its first call would make a request wait."""
    return cast("Callable[[_Loop], _Loop]", njit([signature] if signature else None, cache=True, nogil=True))


@compiled()
def mix(value: Any) -> Any:
    """Do as `nlp.hashing.mix`, for one hash."""
    value = (value ^ (value >> _S30)) * _M1
    value = (value ^ (value >> _S27)) * _M2
    return value ^ (value >> _S31)
