"""Loops that numba compiles; see `nlp.kernels`. Importing this module imports numba, and compiles or loads them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit, types

from nlp.features import CHARACTER_SIZES, Vocabulary, salts
from nlp.hashing import BASE, OFFSET
from nlp.segment import Segmented

_KIND_BITS = np.uint64(7)
_ONE = np.uint64(1)
_THREE = np.uint64(3)
_S27, _S30, _S31 = np.uint64(27), np.uint64(30), np.uint64(31)
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_LONGEST = max(CHARACTER_SIZES)
_PER_TOKEN, _PER_CHARACTER = 4, 2 * _LONGEST

_Loop = TypeVar("_Loop", bound=Callable[..., Any])


def _of(kind: Any, dimensions: int = 1, readonly: bool = True) -> Any:
    return types.Array(kind, dimensions, "C", readonly=readonly)


_CODES, _KINDS = _of(types.uint32), _of(types.int32)
_INT32, _INT64, _HASHES = _of(types.int32), _of(types.int64), _of(types.uint64)
_FLOAT32, _FLOAT64, _WEIGHTS = _of(types.float32), _of(types.float64), _of(types.float32, 2)
_FILLED = _of(types.int32, readonly=False)


def _compiled(*signature: Any) -> Callable[[_Loop], _Loop]:
    """Compile for one signature at once: a loop that waited for its first call would make a request wait."""
    return cast("Callable[[_Loop], _Loop]", njit([signature] if signature else None, cache=True, nogil=True))


def find(batch: Segmented, vocabulary: Vocabulary, n_fields: int) -> tuple[Any, ...]:
    """List the known n-grams of a batch: rows, starts, ends, columns."""
    most = _PER_TOKEN * len(batch.starts) + _PER_CHARACTER * len(batch.codes)
    rows, starts, ends, columns = np.empty((4, most), np.int32)
    size = _find(
        batch.codes, batch.kinds, batch.bounds, batch.starts, batch.ends, batch.owners, batch.words, n_fields,
        vocabulary.slots, vocabulary.hashes, vocabulary.shift, salts(), rows, starts, ends, columns,
    )  # fmt: skip
    return rows[:size], starts[:size], ends[:size], columns[:size]


@_compiled()
def _mix(value: Any) -> Any:
    value = (value ^ (value >> _S30)) * _M1
    value = (value ^ (value >> _S27)) * _M2
    return value ^ (value >> _S31)


@_compiled(_CODES, _INT64, _INT64)
def hash_ranges(codes: Any, starts: Any, ends: Any) -> Any:
    """Hash ranges of characters, see `nlp.hashing`."""
    hashes = np.empty(len(starts), np.uint64)
    for token in range(len(starts)):
        whole, power = np.uint64(0), _ONE
        for place in range(starts[token], ends[token]):
            whole += _mix(np.uint64(codes[place]) + OFFSET) * power
            power *= BASE
        hashes[token] = whole
    return hashes


@_compiled()
def _column(plain: Any, salt: Any, kind: int, slots: Any, hashes: Any, shift: Any) -> Any:
    named = (_mix(plain ^ salt) & ~_KIND_BITS) | np.uint64(kind)
    place = np.int64(named >> shift)
    while True:
        column = slots[place]
        if column < 0 or hashes[column] == named:
            return column
        place = (place + 1) & (len(slots) - 1)


@_compiled(
    _CODES, _KINDS, _INT64, _INT64, _INT64, _INT32, _HASHES, types.int64,
    _INT32, _HASHES, types.uint64, _of(types.uint64, 2), _FILLED, _FILLED, _FILLED, _FILLED,
)  # fmt: skip
def _find(
    codes: Any, kinds: Any, bounds: Any, token_starts: Any, token_ends: Any, owners: Any, words: Any, n_fields: int,
    slots: Any, hashes: Any, shift: Any, salt: Any, rows: Any, starts: Any, ends: Any, columns: Any,
) -> int:  # fmt: skip
    values = np.empty(len(codes), np.uint64)
    for place in range(len(codes)):
        values[place] = _mix(np.uint64(codes[place]) + OFFSET)
    size = 0
    for own in range(2):
        for token in range(len(words)):
            if own == 0 or owners[token] % n_fields == 0:
                column = _column(words[token], salt[own, 0], 0, slots, hashes, shift)
                if column >= 0:
                    rows[size], columns[size] = owners[token] // n_fields, column
                    starts[size], ends[size] = token_starts[token], token_ends[token]
                    size += 1
    for own in range(2):
        for token in range(len(words) - 1):
            if owners[token] == owners[token + 1] and (own == 0 or owners[token] % n_fields == 0):
                pair = _mix(words[token]) * _THREE + words[token + 1]
                column = _column(pair, salt[own, 1], 1, slots, hashes, shift)
                if column >= 0:
                    rows[size], columns[size] = owners[token] // n_fields, column
                    starts[size], ends[size] = token_starts[token], token_ends[token + 1]
                    size += 1
    for length in range(1, _LONGEST + 1):
        for own in range(2):
            for text in range(len(bounds) - 1):
                if own == 1 and text % n_fields != 0:
                    continue
                for place in range(bounds[text], bounds[text + 1] - length):
                    whole, power, inside, telling = np.uint64(0), _ONE, True, False
                    for at in range(place, place + length):
                        inside = inside and kinds[at] > 0
                        telling = telling or kinds[at] == 1
                        whole += values[at] * power
                        power *= BASE
                    if not (inside and telling):
                        continue
                    column = _column(whole, salt[own, 1 + length], 1 + length, slots, hashes, shift)
                    if column >= 0:
                        rows[size], columns[size] = text // n_fields, column
                        starts[size], ends[size] = place, place + length
                        size += 1
    return size


@_compiled(_INT32, _INT32, types.int64, types.int64)
def count(rows: Any, columns: Any, n_rows: int, width: int) -> tuple[Any, ...]:
    """Count columns in each row: indptr, indices, counts, and the place of each n-gram in them."""
    n = len(rows)
    firsts = np.zeros(n_rows + 1, np.int64)
    for place in range(n):
        firsts[rows[place] + 1] += 1
    for row in range(n_rows):
        firsts[row + 1] += firsts[row]
    order = np.empty(n, np.int64)
    filled = firsts[:-1].copy()
    for place in range(n):
        order[filled[rows[place]]] = place
        filled[rows[place]] += 1
    entry_of = np.zeros(width, np.int32)
    seen = np.zeros((width + 63) // 64, np.uint64)
    indptr = np.zeros(n_rows + 1, np.int64)
    indices, counts = np.empty(n, np.int32), np.zeros(n, np.float32)
    entries = np.empty(n, np.int64)
    size = 0
    for row in range(n_rows):
        low, high = len(seen), 0
        for at in range(firsts[row], firsts[row + 1]):
            column = columns[order[at]]
            seen[column >> 6] |= _ONE << np.uint64(column & 63)
            low, high = min(low, column >> 6), max(high, (column >> 6) + 1)
        for block in range(low, high):
            bits = seen[block]
            if bits:
                for bit in range(64):
                    if bits & (_ONE << np.uint64(bit)):
                        indices[size] = (block << 6) + bit
                        entry_of[indices[size]] = size
                        size += 1
                seen[block] = np.uint64(0)
        for at in range(firsts[row], firsts[row + 1]):
            entry = entry_of[columns[order[at]]]
            entries[order[at]] = entry
            counts[entry] += np.float32(1.0)
        indptr[row + 1] = size
    return indptr, indices[:size], counts[:size], entries


@_compiled(_INT64, _INT32, _FLOAT32, _WEIGHTS, _FLOAT32)
def score(indptr: Any, indices: Any, data: Any, weights: Any, bias: Any) -> Any:
    """Multiply sparse rows with dense weights and add the bias: shape (n, classes), float32."""
    scores = np.zeros((len(indptr) - 1, weights.shape[1]), np.float32)
    for row in range(len(indptr) - 1):
        for entry in range(indptr[row], indptr[row + 1]):
            for theme in range(weights.shape[1]):
                scores[row, theme] += data[entry] * weights[indices[entry], theme]
        for theme in range(weights.shape[1]):
            scores[row, theme] += bias[theme]
    return scores


@_compiled(_INT32, _INT32, _INT32, _INT32, _FLOAT32, _WEIGHTS, _FLOAT32, _INT64, types.int64, _INT64, _INT64)
def spread(
    starts: Any, ends: Any, rows: Any, columns: Any, per_count: Any, weights: Any, mean: Any, first: Any,
    size: int, token_starts: Any, token_ends: Any,
) -> Any:  # fmt: skip
    """Spread the product of each n-gram over its characters and sum it up for each token."""
    rising, falling = np.zeros(size + 1), np.zeros(size + 1)
    for place in range(len(starts)):
        spoken = weights[columns[place], first[rows[place]]] - mean[columns[place]]
        each = np.float64(per_count[place] * spoken) / (ends[place] - starts[place])
        rising[starts[place]] += each
        falling[ends[place]] += each
    total = np.empty(size + 2)
    total[0] = 0.0
    level, whole = 0.0, 0.0
    for place in range(size + 1):
        level += rising[place] - falling[place]
        whole += level
        total[place + 1] = whole
    result = np.empty(len(token_starts))
    for token in range(len(token_starts)):
        result[token] = total[token_ends[token]] - total[token_starts[token]]
    return result


@_compiled(_FLOAT64, _HASHES, _of(types.boolean), _INT64, types.int64)
def pick(weights: Any, words: Any, spoken: Any, edges: Any, most: int) -> Any:
    """Pick the strongest tokens of each row, no word twice: token numbers, shape (n, most), -1 where there are fewer."""
    picked = np.full((len(edges) - 1, most), -1, np.int64)
    for row in range(len(edges) - 1):
        size = 0
        for token in range(edges[row], edges[row + 1]):
            strength = abs(weights[token])
            if strength == 0.0 or not spoken[token]:
                continue
            if size == most and strength <= abs(weights[picked[row, most - 1]]):
                continue
            same = -1
            for place in range(size):
                if words[picked[row, place]] == words[token]:
                    same = place
            if same >= 0 and abs(weights[picked[row, same]]) >= strength:
                continue
            if same >= 0:
                place = same
            elif size < most:
                place = size
                size += 1
            else:
                place = most - 1
            while place > 0 and abs(weights[picked[row, place - 1]]) < strength:
                picked[row, place] = picked[row, place - 1]
                place -= 1
            picked[row, place] = token
    return picked
