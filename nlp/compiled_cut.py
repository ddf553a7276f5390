"""The compiled segmenter: jieba's most likely path through its dictionary, and its model of unknown words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from nlp.characters import Characters
from nlp.compiling import BYTES, CODES, FLOAT64, INT32, INT64, compiled, filled, mix, of
from nlp.hashing import BASE, OFFSET
from nlp.lexicon import FIRST_HAN, LAST_HAN, MAX_PIECE, Lexicon
from nlp.segment import LETTER, SEPARATOR
from nlp.vocabulary import TAG_SHIFT, TAG_TAKEN

_BYTE, _TAKEN = np.uint64(0xFF), np.uint64(TAG_TAKEN)
_ABSENT = -2.0
_B, _M, _E, _S = range(4)


@compiled(CODES, INT64, INT64)
def hash_ranges(codes: Any, starts: Any, ends: Any) -> Any:
    """Hash ranges of characters, see `nlp.hashing`."""
    hashes = np.empty(len(starts), np.uint64)
    for token in range(len(starts)):
        whole, power = np.uint64(0), np.uint64(1)
        for place in range(starts[token], ends[token]):
            whole += mix(np.uint64(codes[place]) + OFFSET) * power
            power *= BASE
        hashes[token] = whole
    return hashes


def segment(batch: Characters, kinds: Any, lexicon: Lexicon) -> Any:
    """Segment a batch, see `nlp.segment`: kinds, starts, ends, owners, edges; None if `kinds` misses a character."""
    begins = np.zeros(len(batch.codes) + 1, np.bool_)
    _cut(
        batch.codes, lexicon.singles, lexicon.tags, lexicon.entries, np.uint64(64 - (len(lexicon.tags) - 1).bit_length()),
        lexicon.entries.view(np.float64), lexicon.log_total[0], lexicon.starts, lexicon.steps, lexicon.emissions, begins,
    )  # fmt: skip
    return _assemble(batch.codes, batch.bounds, kinds, begins)


@compiled()
def _weight(hashed: Any, tags: Any, keys: Any, shift: Any, weights: Any) -> Any:
    """Look a word up: its weight, or _ABSENT."""
    place = np.int64(hashed >> shift)
    tag = np.uint8(((hashed >> TAG_SHIFT) & _BYTE) | _TAKEN)
    while True:
        found = tags[place]
        if found == 0:
            return _ABSENT
        if found == tag and keys[place, 0] == hashed:
            return weights[place, 1]
        place = (place + 1) & (len(keys) - 1)


@compiled()
def _walk(
    codes: Any, values: Any, singles: Any, tags: Any, keys: Any, shift: Any, weights: Any, log_total: float, best: Any,
    following: Any,
) -> None:  # fmt: skip
    """Find the most likely path: `following` is where the word that begins at each place ends."""
    size = len(codes)
    best[size] = 0.0
    for at in range(size - 1, -1, -1):
        single = singles[codes[at] - FIRST_HAN]
        highest, end = -np.inf, 0
        if single >= 0.0:
            highest, end = single - log_total + best[at + 1], at + 1
        whole, power = values[at], np.uint64(1)
        for until in range(at + 2, size + 1):
            power *= BASE
            whole += values[until - 1] * power
            weight = _weight(whole, tags, keys, shift, weights)
            if weight == _ABSENT:
                break
            if weight >= 0.0 and weight - log_total + best[until] >= highest:
                highest, end = weight - log_total + best[until], until
        if end == 0:
            highest, end = 0.0 - log_total + best[at + 1], at + 1
        best[at], following[at] = highest, end


@compiled()
def _states(codes: Any, starts: Any, steps: Any, emissions: Any, likely: Any, came: Any) -> int:
    """Find the most likely states: gives the last, and in `came` that before each; ties as jieba breaks them."""
    for state in range(4):
        likely[state] = starts[state] + emissions[codes[0] - FIRST_HAN, state]
    for at in range(1, len(codes)):
        b, m, e, s = likely[_B], likely[_M], likely[_E], likely[_S]
        shown = emissions[codes[at] - FIRST_HAN]
        one, other = e + steps[_E, _B] + shown[_B], s + steps[_S, _B] + shown[_B]
        likely[_B], came[at, _B] = (other, _S) if other >= one else (one, _E)
        one, other = b + steps[_B, _M] + shown[_M], m + steps[_M, _M] + shown[_M]
        likely[_M], came[at, _M] = (other, _M) if other >= one else (one, _B)
        one, other = b + steps[_B, _E] + shown[_E], m + steps[_M, _E] + shown[_E]
        likely[_E], came[at, _E] = (other, _M) if other >= one else (one, _B)
        one, other = e + steps[_E, _S] + shown[_S], s + steps[_S, _S] + shown[_S]
        likely[_S], came[at, _S] = (other, _S) if other >= one else (one, _E)
    return _S if likely[_S] >= likely[_E] else _E


@compiled()
def _guess(
    codes: Any, values: Any, tags: Any, keys: Any, shift: Any, weights: Any, starts: Any, steps: Any, emissions: Any,
    likely: Any, came: Any, begins: Any,
) -> None:  # fmt: skip
    """Cut characters that the path leaves alone: one by one if together they are a word, else by the model."""
    whole, power = np.uint64(0), np.uint64(1)
    for at in range(len(codes)):
        whole += values[at] * power
        power *= BASE
    if _weight(whole, tags, keys, shift, weights) >= 0.0:
        begins[:] = True
        return
    state = _states(codes, starts, steps, emissions, likely, came)
    for at in range(len(codes) - 1, 0, -1):
        if state in (_B, _S):
            begins[at] = True
        state = came[at, state]


@compiled(
    CODES, FLOAT64, BYTES, of(types.uint64, 2), types.uint64, of(types.float64, 2), types.float64, FLOAT64,
    of(types.float64, 2), of(types.float64, 2), of(types.boolean, readonly=False),
)  # fmt: skip
def _cut(
    codes: Any, singles: Any, tags: Any, keys: Any, shift: Any, weights: Any, log_total: float, starts: Any, steps: Any,
    emissions: Any, begins: Any,
) -> None:  # fmt: skip
    values = np.empty(MAX_PIECE, np.uint64)
    best, following = np.empty(MAX_PIECE + 1), np.empty(MAX_PIECE, np.int64)
    likely, came = np.empty(4), np.empty((MAX_PIECE, 4), np.int8)
    place = 0
    while place < len(codes):
        if codes[place] < FIRST_HAN or codes[place] > LAST_HAN:
            begins[place] = begins[place + 1] = True
            place += 1
            continue
        size = 0
        while size < MAX_PIECE and place + size < len(codes) and FIRST_HAN <= codes[place + size] <= LAST_HAN:
            values[size] = mix(np.uint64(codes[place + size]) + OFFSET)
            size += 1
        _walk(codes[place : place + size], values, singles, tags, keys, shift, weights, log_total, best, following)
        at = alone = 0
        while at <= size:
            if at == size or following[at] - at > 1:
                if at > alone:
                    begins[place + alone] = True
                if at > alone + 1:
                    _guess(
                        codes[place + alone : place + at], values[alone:at], tags, keys, shift, weights, starts, steps,
                        emissions, likely, came, begins[place + alone : place + at],
                    )  # fmt: skip
                begins[place + at] = True
                alone = following[at] if at < size else size
            at = following[at] if at < size else size + 1
        place += size


@compiled(CODES, INT64, INT32, filled(types.boolean))
def _assemble(codes: Any, bounds: Any, table: Any, begins: Any) -> Any:
    """Turn marks into tokens: letters and digits are joined, separators are left out."""
    kinds, owners = np.empty(len(codes), np.int32), np.empty(len(codes), np.int32)
    starts, ends = np.empty(len(codes), np.int64), np.empty(len(codes), np.int64)
    edges = np.zeros(len(bounds), np.int64)
    size = 0
    for text in range(len(bounds) - 1):
        before = 0
        for at in range(bounds[text], bounds[text + 1]):
            kind = table[codes[at]]
            if kind == 0:
                return None
            kinds[at] = kind
            if kind != before or (begins[at] and kind < LETTER):
                if before > 0:
                    ends[size - 1] = at
                if kind != SEPARATOR:
                    starts[size], owners[size] = at, text
                    size += 1
            before = kind
        edges[text + 1] = size
    return kinds, starts[:size], ends[:size], owners[:size], edges
