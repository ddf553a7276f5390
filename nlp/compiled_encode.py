"""The compiled reader: finds, counts and weighs the known n-grams of a batch and adds up their scores, row by row.

What costs here is memory that is not near: a bitmap tells most unknown n-grams from known ones, and all that is kept of a
known one stands in one record (`nlp.encoding.Tables`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from nlp.compiling import (
    BYTES,
    CODES,
    FILLED,
    FLOAT32,
    HASHES,
    INT64,
    KINDS,
    RECORDS,
    SCORES,
    compiled,
    filled,
    mix,
    of,
)  # fmt: skip
from nlp.encoding import HASH, IDF, OTHER_IDF, OTHER_WEIGHT, WEIGHTS
from nlp.features import CHARACTER_SIZES, salts
from nlp.hashing import BASE, OFFSET

if TYPE_CHECKING:
    from nlp.encoding import Joint
    from nlp.segment import Segmented

_BYTE_OF, _BIT_OF = np.uint64(3), np.uint64(7)
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_LONGEST = max(CHARACTER_SIZES)
_PER_TOKEN = 2
_PER_CHARACTER = _PER_TOKEN + 2 * _LONGEST
_FEW_CODES = 1 << 16
_SPREAD = np.uint64(0x9E3779B1)


def encode(batch: Segmented, joint: Joint, n_fields: int) -> tuple[Any, ...]:
    """Read a batch: rows, starts, ends, columns and shares of n-grams, features, scores, others; see `nlp.encoding`."""
    n_rows = (len(batch.bounds) - 1) // n_fields
    most = _PER_TOKEN * len(batch.starts) + 2 * _LONGEST * len(batch.codes)
    rows, starts, ends, columns = np.empty((4, most), np.int32)
    shares = np.empty(most, np.float32)
    features, others = np.empty(n_rows, np.int64), np.empty(n_rows, np.float32)
    scores = np.empty((n_rows, len(joint.linear.bias)), np.float32)
    tables = joint.tables
    size = _encode(
        batch.codes, batch.kinds, batch.bounds, batch.starts, batch.ends, batch.edges, batch.words, n_fields,
        tables.bits, tables.slots, tables.records, tables.records.view(np.uint64), tables.characters, salts(),
        joint.linear.bias, joint.other.bias, tables.logarithms, rows, starts, ends, columns, shares, features, scores,
        others,
    )  # fmt: skip
    return rows[:size], starts[:size], ends[:size], columns[:size], shares[:size], features, scores, others


@compiled()
def _log2(size: int) -> Any:
    found = 0
    while 1 << found < size:
        found += 1
    return np.uint64(found)


@compiled()
def logarithm_of(times: int, logarithms: Any) -> Any:
    """Give 1 + ln n."""
    return logarithms[times] if times < len(logarithms) else np.float32(1.0 + np.log(np.float32(times)))


@compiled()
def _candidates(named: Any, until: int, look: Any, kept: Any) -> int:
    """Keep the places of n-grams that the bitmap does not know to be unknown."""
    bits, bit_shift = look[0], look[1]
    found = 0
    for at in range(until):
        bit = named[at] >> bit_shift
        kept[found] = at
        found += (bits[bit >> _BYTE_OF] >> (bit & _BIT_OF)) & 1
    return found


@compiled()
def _resolve(named: Any, kept: Any, found: int, look: Any, columns: Any) -> int:
    """Look candidates up: keep the places of those that are known, and their columns."""
    slots, shift, hashes, firsts, held = look[2], look[3], look[4], look[5], look[6]
    # one after the other, so that many reads of far memory are under way at once
    for number in range(found):
        firsts[number] = slots[named[kept[number]] >> shift]
    for number in range(found):
        slot = firsts[number]
        held[number] = hashes[np.int64(slot & _LOW) - 1 if slot >> _HALF == named[kept[number]] & _LOW else 0, HASH]
    known = 0
    for number in range(found):
        at, slot = kept[number], firsts[number]
        hashed = named[at]
        if slot != 0 and held[number] != hashed:
            place = np.int64(hashed >> shift)
            while slot != 0 and (slot >> _HALF != hashed & _LOW or hashes[np.int64(slot & _LOW) - 1, HASH] != hashed):
                place = (place + 1) & (len(slots) - 1)
                slot = slots[place]
        kept[known], columns[known] = at, np.int32(slot & _LOW) - 1
        known += slot != 0
    return known


@compiled()
def _words(tokens: Any, first: int, last: int, salt: Any, look: Any, scratch: Any, found: Any, size: int) -> int:
    """Find the words of a range of tokens."""
    token_starts, token_ends, words = tokens
    named, kept, columns = scratch
    until = last - first
    for at in range(until):
        named[at] = mix(words[first + at] ^ salt)
    known = _resolve(named, kept, _candidates(named, until, look, kept), look, columns)
    starts, ends, all_columns = found
    for number in range(known):
        token = first + kept[number]
        all_columns[size], starts[size], ends[size] = columns[number], token_starts[token], token_ends[token]
        size += 1
    return size


@compiled()
def _characters(
    codes: Any, begin: int, until: int, run: int, whole: Any, held: Any, salt: Any, singles: Any, look: Any, scratch: Any,
    found: Any, size: int,
) -> int:  # fmt: skip
    """Find the runs of so many characters."""
    named, kept, columns = scratch
    starts, ends, all_columns = found
    if run == 1:
        known = 0
        for at in range(until):
            code = codes[begin + at]
            column = singles[code] if code < _FEW_CODES else np.int32(-1)
            kept[known], columns[known] = at, column
            known += held[at] & (column >= 0)
    else:
        for at in range(until):
            named[at] = mix(whole[at] ^ salt)
        candidates = _candidates(named, until, look, kept)
        inside = 0
        for number in range(candidates):
            at = kept[number]
            kept[inside] = at
            inside += held[at]
        known = _resolve(named, kept, inside, look, columns)
    for number in range(known):
        at = kept[number]
        all_columns[size], starts[size], ends[size] = columns[number], begin + at, begin + at + run
        size += 1
    return size


@compiled()
def _distinct(columns: Any, first: int, last: int, table: Any, met: Any, times: Any, entries: Any) -> int:
    """Number the different columns of a row as they are first met, and count them."""
    mask, distinct = 1, 0
    while mask < 2 * (last - first):
        mask *= 2
    table[:mask] = 0
    mask -= 1
    for place in range(first, last):
        column = columns[place]
        at = np.int64((np.uint64(column) * _SPREAD) >> np.uint64(7)) & mask
        while table[at] != 0 and met[table[at] - 1] != column:
            at = (at + 1) & mask
        if table[at] == 0:
            met[distinct], times[distinct] = column, 0
            distinct += 1
            table[at] = distinct
        entry = table[at] - 1
        times[entry] += 1
        entries[place - first] = entry
    return distinct


@compiled()
def _weigh(distinct: int, met: Any, times: Any, records: Any, logarithms: Any, share: Any, total: Any) -> Any:
    """Weigh the columns of a row and add up its scores, without biases: how many the model knows, the other's score."""
    squares, other_squares, spoken, known = 0.0, 0.0, 0.0, 0
    for entry in range(distinct):
        record = records[met[entry]]
        logarithm = logarithm_of(times[entry], logarithms)
        share[entry] = logarithm * record[IDF]
        squares += np.float64(share[entry]) * np.float64(share[entry])
        known += record[IDF] > 0
        weighed = np.float64(logarithm * record[OTHER_IDF])
        other_squares += weighed * weighed
        spoken += weighed * np.float64(record[OTHER_WEIGHT])
    divisor = np.sqrt(max(squares, 1e-30))
    total[:] = 0.0
    for entry in range(distinct):
        if share[entry] > 0.0:
            record = records[met[entry]]
            figure = np.float32(np.float64(share[entry]) / divisor)
            for theme in range(len(total)):
                total[theme] += figure * record[WEIGHTS + theme]
            share[entry] = figure / np.float32(times[entry])
    return known, np.float32(spoken / np.sqrt(max(other_squares, 1e-30)))


@compiled(
    CODES, KINDS, INT64, INT64, INT64, INT64, HASHES, types.int64,
    BYTES, HASHES, RECORDS, of(types.uint64, 2), of(types.int32, 2), of(types.uint64, 2),
    FLOAT32, FLOAT32, FLOAT32, FILLED, FILLED, FILLED, FILLED, filled(types.float32), filled(types.int64), SCORES,
    filled(types.float32),
)  # fmt: skip
def _encode(
    codes: Any, kinds: Any, bounds: Any, token_starts: Any, token_ends: Any, edges: Any, words: Any, n_fields: int,
    bits: Any, slots: Any, records: Any, hashes: Any, singles: Any, salt: Any,
    bias: Any, other_bias: Any, logarithms: Any, rows: Any, starts: Any, ends: Any, columns: Any, shares: Any,
    features: Any, scores: Any, others: Any,
) -> int:  # fmt: skip
    n_rows, longest = (len(bounds) - 1) // n_fields, 0
    for row in range(n_rows):
        longest = max(longest, bounds[(row + 1) * n_fields] - bounds[row * n_fields])
    whole, values, named = np.empty((3, longest), np.uint64)
    word, han, inside, telling, held = np.empty((5, longest), np.uint8)
    scratch = (named, np.empty(longest + 1, np.int32), np.empty(longest + 1, np.int32))
    met, times, entries = np.empty((3, _PER_CHARACTER * longest), np.int32)
    table, share = np.empty(4 * _PER_CHARACTER * longest, np.int32), np.empty(_PER_CHARACTER * longest, np.float32)
    ahead = np.empty((2, longest + 1), np.uint64)
    whole_bits, whole_slots = np.uint64(64) - _log2(8 * len(bits)), np.uint64(64) - _log2(len(slots))
    look = (bits, whole_bits, slots, whole_slots, hashes, ahead[0], ahead[1])
    tokens, found = (token_starts, token_ends, words), (starts, ends, columns)
    size = 0
    for row in range(n_rows):
        first, begun = row * n_fields, size
        begin, length = bounds[first], bounds[first + n_fields] - bounds[first]
        title = bounds[first + 1] - begin
        for own in range(2):
            last = edges[first + 1] if own else edges[first + n_fields]
            size = _words(tokens, edges[first], last, salt[own, 0], look, scratch, found, size)
        power = np.uint64(1)
        for at in range(length):
            values[at] = mix(np.uint64(codes[begin + at]) + OFFSET)
            word[at], han[at] = kinds[begin + at] > 0, kinds[begin + at] == 1
            whole[at], inside[at], telling[at] = values[at], word[at], han[at]
        for run in range(1, _LONGEST + 1):
            if run > 1:
                power *= BASE
                for at in range(length - run + 1):
                    whole[at] += values[at + run - 1] * power
                    inside[at] &= word[at + run - 1]
                    telling[at] |= han[at + run - 1]
            for at in range(length - run + 1):
                held[at] = inside[at] & telling[at]
            for own in range(2):
                until = (title if own else length) - run + 1
                size = _characters(
                    codes, begin, until, run, whole, held, salt[own, run], singles[own], look, scratch, found, size
                )
        distinct = _distinct(columns, begun, size, table, met, times, entries)
        features[row], others[row] = _weigh(distinct, met, times, records, logarithms, share, scores[row])
        others[row] += other_bias[0]
        for theme in range(len(bias)):
            scores[row, theme] += bias[theme]
        kept = begun
        for place in range(begun, size):
            entry = entries[place - begun]
            rows[kept], starts[kept], ends[kept] = row, starts[place], ends[place]
            columns[kept], shares[kept] = met[entry], share[entry]
            kept += share[entry] > 0.0
        size = kept
    return size
