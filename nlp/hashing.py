"""Hashes of ranges of characters: 64-bit polynomials over mixed code points, all ranges of a batch from prefix sums."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlp import kernels

Hashes = NDArray[np.uint64]

BASE = np.uint64(0x9E3779B97F4A7C15)
OFFSET = np.uint64(0x5851F42D4C957F2D)
_BASE_INVERSE = np.uint64(pow(int(BASE), -1, 1 << 64))


def mix(values: Hashes) -> Hashes:
    """Finalise hashes with the mixer of splitmix64 (Steele, Lea, Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@lru_cache(maxsize=2)
def _powers(size: int) -> tuple[Hashes, Hashes]:
    ahead, back = np.full(size, BASE), np.full(size, _BASE_INVERSE)
    ahead[0] = back[0] = np.uint64(1)
    return np.cumprod(ahead, dtype=np.uint64), np.cumprod(back, dtype=np.uint64)


def range_hasher(codes: NDArray[np.uint32]) -> tuple[Hashes, Hashes]:
    """Give prefix sums and inverse powers: the hash of [s, e) is (sums[e] - sums[s]) * back[s], modulo 2^64.

    It is the sum of mix(code + OFFSET) * BASE^i over the characters i of the range.
    """
    ahead, back = _powers(1 << max(12, int(len(codes) + 1).bit_length()))
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(mix(codes.astype(np.uint64) + OFFSET) * ahead[: len(codes)], out=sums[1:])
    return sums, back


def range_hashes(codes: NDArray[np.uint32], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Hashes:
    """Hash ranges of characters."""
    if loops := kernels.loaded():
        hashes: Hashes = loops.hash_ranges(codes, starts, ends)
        return hashes
    sums, back = range_hasher(codes)
    return np.asarray((sums[ends] - sums[starts]) * back[starts], np.uint64)
