"""Loops that numba compiles; see `nlp.kernels`. Importing this module imports numba, and compiles or loads them all."""

from __future__ import annotations

from threading import local
from typing import Any

import numpy as np
from numba import types

from nlp.compiling import (
    BYTES,
    CODES,
    FILLED,
    FLOAT32,
    FLOAT64,
    HASHES,
    INT32,
    INT64,
    KINDS,
    WEIGHTS,
    compiled,
    mix,
    of,
)
from nlp.features import CHARACTER_SIZES, salts
from nlp.hashing import BASE, OFFSET
from nlp.segment import Segmented
from nlp.vocabulary import TAG_SHIFT, TAG_TAKEN, Vocabulary

_KIND_BITS = np.uint64(7)
_BYTE, _TAKEN = np.uint64(0xFF), np.uint64(TAG_TAKEN)
_ONE = np.uint64(1)
_THREE = np.uint64(3)
_LONGEST = max(CHARACTER_SIZES)
_PER_TOKEN, _PER_CHARACTER = 4, 2 * _LONGEST


def find(batch: Segmented, vocabulary: Vocabulary, n_fields: int) -> tuple[Any, ...]:
    """List the known n-grams of a batch: rows, starts, ends, columns."""
    most = _PER_TOKEN * len(batch.starts) + _PER_CHARACTER * len(batch.codes)
    rows, starts, ends, columns = np.empty((4, most), np.int32)
    size = _find(
        batch.codes, batch.kinds, batch.bounds, batch.starts, batch.ends, batch.edges, batch.words, n_fields,
        vocabulary.tags, vocabulary.slots, vocabulary.hashes, vocabulary.shift, salts(), rows, starts, ends, columns,
    )  # fmt: skip
    return rows[:size], starts[:size], ends[:size], columns[:size]


@compiled(CODES, INT64, INT64)
def hash_ranges(codes: Any, starts: Any, ends: Any) -> Any:
    """Hash ranges of characters, see `nlp.hashing`."""
    hashes = np.empty(len(starts), np.uint64)
    for token in range(len(starts)):
        whole, power = np.uint64(0), _ONE
        for place in range(starts[token], ends[token]):
            whole += mix(np.uint64(codes[place]) + OFFSET) * power
            power *= BASE
        hashes[token] = whole
    return hashes


@compiled()
def _named(plain: Any, salt: Any, kind: int) -> Any:
    return (mix(plain ^ salt) & ~_KIND_BITS) | np.uint64(kind)


@compiled()
def _column(named: Any, tags: Any, slots: Any, hashes: Any, shift: Any) -> Any:
    place = np.int64(named >> shift)
    tag = np.uint8(((named >> TAG_SHIFT) & _BYTE) | _TAKEN)
    while True:
        found = tags[place]
        if found == 0:
            return np.int32(-1)
        if found == tag:
            column = slots[place]
            if hashes[column] == named:
                return column
        place = (place + 1) & (len(slots) - 1)


@compiled(
    CODES, KINDS, INT64, INT64, INT64, INT64, HASHES, types.int64, BYTES,
    INT32, HASHES, types.uint64, of(types.uint64, 2), FILLED, FILLED, FILLED, FILLED,
)  # fmt: skip
def _find(
    codes: Any, kinds: Any, bounds: Any, token_starts: Any, token_ends: Any, edges: Any, words: Any, n_fields: int,
    tags: Any, slots: Any, hashes: Any, shift: Any, salt: Any, rows: Any, starts: Any, ends: Any, columns: Any,
) -> int:  # fmt: skip
    longest = 0
    for row in range((len(bounds) - 1) // n_fields):
        longest = max(longest, bounds[(row + 1) * n_fields] - bounds[row * n_fields])
    values, whole, named = np.empty((3, longest), np.uint64)
    word, han, inside, telling = np.empty((4, longest), np.bool_)
    size = 0
    for row in range((len(bounds) - 1) // n_fields):
        first = row * n_fields
        for own in range(2):
            for token in range(edges[first], edges[first + (1 if own else n_fields)]):
                column = _column(_named(words[token], salt[own, 0], 0), tags, slots, hashes, shift)
                if column >= 0:
                    rows[size], columns[size] = row, column
                    starts[size], ends[size] = token_starts[token], token_ends[token]
                    size += 1
        for own in range(2):
            for text in range(first, first + (1 if own else n_fields)):
                for token in range(edges[text], edges[text + 1] - 1):
                    pair = mix(words[token]) * _THREE + words[token + 1]
                    column = _column(_named(pair, salt[own, 1], 1), tags, slots, hashes, shift)
                    if column >= 0:
                        rows[size], columns[size] = row, column
                        starts[size], ends[size] = token_starts[token], token_ends[token + 1]
                        size += 1
        begin, length = bounds[first], bounds[first + n_fields] - bounds[first]
        for at in range(length):
            values[at] = mix(np.uint64(codes[begin + at]) + OFFSET)
            word[at], han[at] = kinds[begin + at] > 0, kinds[begin + at] == 1
            whole[at], inside[at], telling[at] = values[at], word[at], han[at]
        power = _ONE
        for run in range(1, _LONGEST + 1):
            if run > 1:
                power *= BASE
                for at in range(length - run + 1):
                    whole[at] += values[at + run - 1] * power
                    inside[at] &= word[at + run - 1]
                    telling[at] |= han[at + run - 1]
            for own in range(2):
                until = (bounds[first + 1] - begin if own else length) - run + 1
                for at in range(until):
                    named[at] = _named(whole[at], salt[own, 1 + run], 1 + run)
                for at in range(until):
                    if inside[at] and telling[at]:
                        column = _column(named[at], tags, slots, hashes, shift)
                        if column >= 0:
                            rows[size], columns[size] = row, column
                            starts[size], ends[size] = begin + at, begin + at + run
                            size += 1
    return size


@compiled(INT32, INT32, INT32, INT32, INT32)
def through(mapping: Any, rows: Any, starts: Any, ends: Any, columns: Any) -> tuple[Any, ...]:
    """Keep the n-grams whose columns are mapped, and map them."""
    kept = np.empty((4, len(rows)), np.int32)
    size = 0
    for place in range(len(rows)):
        column = mapping[columns[place]]
        if column >= 0:
            kept[0, size], kept[1, size] = rows[place], starts[place]
            kept[2, size], kept[3, size] = ends[place], column
            size += 1
    return kept[0, :size], kept[1, :size], kept[2, :size], kept[3, :size]


_scratch = local()


def count(rows: Any, columns: Any, n_rows: int, width: int) -> tuple[Any, ...]:
    """Count columns in each row: indptr, indices, counts, and the place of each n-gram in them."""
    seen, base = getattr(_scratch, "seen", None), getattr(_scratch, "base", 0)
    if seen is None or len(seen) < width:
        _scratch.seen = seen = np.full(width, -1, np.int64)
    found: tuple[Any, ...] = _count(rows, columns, n_rows, seen, base)
    _scratch.base = base + len(found[1])
    return found


@compiled(INT32, INT32, types.int64, of(types.int64, readonly=False), types.int64)
def _count(rows: Any, columns: Any, n_rows: int, seen: Any, base: int) -> tuple[Any, ...]:
    """Count; `seen` holds, above `base`, where a column was last counted, and is never cleared."""
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
    indptr = np.zeros(n_rows + 1, np.int64)
    indices, counts = np.empty(n, np.int32), np.zeros(n, np.float32)
    entries = np.empty(n, np.int64)
    size = 0
    for row in range(n_rows):
        for at in range(firsts[row], firsts[row + 1]):
            column = columns[order[at]]
            if seen[column] < base + indptr[row]:
                seen[column] = base + size
                indices[size] = column
                size += 1
            entry = seen[column] - base
            entries[order[at]] = entry
            counts[entry] += np.float32(1.0)
        indptr[row + 1] = size
    return indptr, indices[:size], counts[:size], entries


@compiled(INT64, INT32, FLOAT32, WEIGHTS, FLOAT32)
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


@compiled(INT64, INT32, FLOAT32, FLOAT32, FLOAT32)
def weigh(indptr: Any, indices: Any, counts: Any, idf: Any, logarithms: Any) -> Any:
    """Weigh counts as `nlp.features.weigh` does; `logarithms` holds 1 + ln n at n, up to the highest count."""
    data = np.empty(len(counts), np.float32)
    for row in range(len(indptr) - 1):
        squares = 0.0
        for entry in range(indptr[row], indptr[row + 1]):
            data[entry] = logarithms[np.int64(counts[entry])] * idf[indices[entry]]
            squares += np.float64(data[entry]) * np.float64(data[entry])
        length = np.sqrt(max(squares, 1e-30))
        for entry in range(indptr[row], indptr[row + 1]):
            data[entry] = np.float64(data[entry]) / length
    return data


@compiled(
    INT32, INT32, INT32, INT32, FLOAT32, FLOAT32, INT64, WEIGHTS, FLOAT32, INT64,
    types.int64, INT64, INT64,
)  # fmt: skip
def spread(
    starts: Any, ends: Any, rows: Any, columns: Any, data: Any, counts: Any, entries: Any, weights: Any, mean: Any,
    first: Any, size: int, token_starts: Any, token_ends: Any,
) -> Any:  # fmt: skip
    """Spread the product of each n-gram over its characters and sum it up for each token."""
    steps = np.zeros(size + 1)
    for place in range(len(starts)):
        entry = entries[place]
        spoken = weights[columns[place], first[rows[place]]] - mean[columns[place]]
        each = np.float64(data[entry] / counts[entry] * spoken) / (ends[place] - starts[place])
        steps[starts[place]] += each
        steps[ends[place]] -= each
    total = np.empty(size + 2)
    total[0] = 0.0
    level, whole = 0.0, 0.0
    for place in range(size + 1):
        level += steps[place]
        whole += level
        total[place + 1] = whole
    result = np.empty(len(token_starts))
    for token in range(len(token_starts)):
        result[token] = total[token_ends[token]] - total[token_starts[token]]
    return result


@compiled()
def _is_in(value: Any, ordered: Any) -> Any:
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) >> 1
        if ordered[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low < len(ordered) and ordered[low] == value


@compiled(FLOAT64, HASHES, HASHES, INT64, types.int64)
def pick(weights: Any, words: Any, unspoken: Any, edges: Any, most: int) -> Any:
    """Pick the strongest tokens of each row, no word twice: token numbers, shape (n, most), -1 where there are fewer."""
    picked = np.full((len(edges) - 1, most), -1, np.int64)
    for row in range(len(edges) - 1):
        size = 0
        for token in range(edges[row], edges[row + 1]):
            strength = abs(weights[token])
            if strength == 0.0 or (size == most and strength <= abs(weights[picked[row, most - 1]])):
                continue
            same = -1
            for place in range(size):
                if words[picked[row, place]] == words[token]:
                    same = place
            if same >= 0 and abs(weights[picked[row, same]]) >= strength:
                continue
            if same < 0 and _is_in(words[token], unspoken):
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
