"""Compiled passes over characters: normalising, screens for expressions, and what else only rare characters call for.

Where a table does not know a character yet, a pass that needs it gives None for its results.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from nlp.characters import CODE_BITS
from nlp.compiling import CODES, INT32, INT64, compiled, of

_CODE = (1 << CODE_BITS) - 1
_PAIRS = np.int64(1 << 31)
"""Bit of a single character's marks: it may begin a pair. The marks of what surely matches stand above it."""
_LONG_NUMBER = 1 << 20
_MARKS, _ABOVE = np.int64((1 << 31) - 1), np.int64(32)

LONG = of(types.int64)


@compiled()
def _marks_at(code: Any, following: Any, singles: Any, keys: Any, values: Any) -> Any:
    """Give the marks of a place: how expressions may begin here, and above them which match."""
    single = singles[code & 0xFFFF]
    marks = single & _MARKS
    if code <= 0xFFFF:
        marks |= (single >> _ABOVE) << _ABOVE
    if single & _PAIRS:
        key = (np.int64(code) << CODE_BITS | np.int64(following)) + 1
        place = (key ^ (key >> 17)) & (len(keys) - 1)
        while keys[place] != 0:
            if keys[place] == key:
                return marks | values[place]
            place = (place + 1) & (len(keys) - 1)
    return marks


@compiled(CODES, INT64, LONG, LONG, LONG)
def look(codes: Any, bounds: Any, singles: Any, keys: Any, values: Any) -> Any:
    """Mark places, see `nlp.screens`: places, their marks, where texts begin among them, marks of whole texts."""
    places, marks = np.empty(len(codes), np.int64), np.empty(len(codes), np.int32)
    edges, whole = np.zeros(len(bounds), np.int64), np.zeros(len(bounds) - 1, np.int64)
    size = 0
    for text in range(len(bounds) - 1):
        every = np.int64(0)
        for at in range(bounds[text], bounds[text + 1] - 1):
            found = _marks_at(codes[at], codes[at + 1], singles, keys, values)
            places[size], marks[size] = at, found & _MARKS
            size += found & _MARKS != 0
            every |= found
        edges[text + 1], whole[text] = size, every
    return places[:size], marks[:size], edges, whole


@compiled(INT64, of(types.int32, readonly=False), INT64, INT64, types.int64, INT64, INT64, INT64)
def near(places: Any, marks: Any, edges: Any, bounds: Any, wanted: int, bits: Any, before: Any, behind: Any) -> Any:
    """Take the marks `bits` from places that have no place of the mark `wanted` near: so many before, so many behind.

    Gives what marks of `bits` are left in each text.
    """
    left = np.zeros(len(edges) - 1, np.int64)
    offices = np.empty(len(places) + 1, np.int64)
    every = np.int32(0)
    for number in range(len(bits)):
        every |= np.int32(bits[number])
    for text in range(len(edges) - 1):
        n_offices = 0
        for number in range(edges[text], edges[text + 1]):
            if marks[number] & np.int32(wanted):
                offices[n_offices] = places[number]
                n_offices += 1
        nearest = 0
        for number in range(edges[text], edges[text + 1]):
            if not marks[number] & every:
                continue
            place = places[number]
            while nearest < n_offices and offices[nearest] < place:
                nearest += 1
            for kind in range(len(bits)):
                bit = np.int32(bits[kind])
                if marks[number] & bit:
                    earlier = nearest > 0 and offices[nearest - 1] >= place - before[kind]
                    later = nearest < n_offices and offices[nearest] < place + behind[kind]
                    if not earlier and not later:
                        marks[number] &= ~bit
                    else:
                        left[text] |= bit
    return left


@compiled(INT64, INT32, INT64, types.int64, types.int64)
def following(places: Any, marks: Any, edges: Any, after: int, ahead: int) -> Any:
    """Tell of each text whether it has the mark `after` directly behind a place of `ahead`."""
    found = np.zeros(len(edges) - 1, np.bool_)
    for text in range(len(edges) - 1):
        for number in range(edges[text] + 1, edges[text + 1]):
            if marks[number] & np.int32(after) and places[number - 1] == places[number] - 1:
                found[text] |= marks[number - 1] & np.int32(ahead) != 0
    return found


@compiled(INT64, INT32, INT64, INT64, types.int64)
def places_in(places: Any, marks: Any, edges: Any, bounds: Any, wanted: int) -> Any:
    """List the places that have a mark, as offsets into their texts, and where those of each text begin in the list."""
    found, ends = np.empty(len(places), np.int64), np.zeros(len(edges), np.int64)
    size = 0
    for text in range(len(edges) - 1):
        for number in range(edges[text], edges[text + 1]):
            if marks[number] & np.int32(wanted):
                found[size] = places[number] - bounds[text]
                size += 1
        ends[text + 1] = size
    return found[:size], ends


@compiled(CODES, INT64, INT32, types.int64, types.int64, types.int64, types.int64, types.int64, types.int64)
def fold(
    codes: Any, bounds: Any, table: Any, gap: int, han: int, mark: int, digit: int, numeral: int, traditional: int
) -> Any:
    """Map characters, see `nlp.text`: codes, bounds, places in the raw texts, and what each text needs a look for.

    What is needed: 1 spaced characters, 2 marks of addresses, 4 long numbers, 8 traditional characters.
    """
    out, places = np.empty(len(codes), np.uint32), np.empty(len(codes), np.int32)
    ends, needs = np.zeros(len(bounds), np.int64), np.zeros(len(bounds) - 1, np.int64)
    size = 0
    for text in range(len(bounds) - 1):
        begin = bounds[text]
        spaced = run = olds = numbers = 0
        kinds, before = 0, 0
        for at in range(begin, bounds[text + 1] - 1):
            value = table[codes[at]]
            if value == 0:
                return None
            if value < 0:
                continue
            kind = value >> CODE_BITS
            out[size], places[size] = value & _CODE, at - begin
            size += 1
            if kind & gap:
                run += before & han != 0
            elif not (kind & han and before & gap):
                run = 0
            spaced = max(spaced, run)
            olds += kind & traditional != 0
            numbers = numbers + 1 if (kind & digit or (numbers and kind & numeral)) else 0
            kinds |= kind | (_LONG_NUMBER if numbers >= 7 else 0)
            before = kind
        out[size], places[size] = 0x0A, bounds[text + 1] - 1 - begin
        size += 1
        ends[text + 1] = size
        needs[text] = (
            (1 if spaced >= 3 else 0) | (2 if kinds & mark else 0) | (4 if kinds & _LONG_NUMBER else 0)
            | (8 if olds >= 2 else 0)
        )  # fmt: skip
    return out[:size], ends, places[:size], needs


@compiled(
    CODES, INT64, INT32, types.int64, types.int64, types.int64, types.int64, types.int64, types.int64, types.int64,
    types.float64, types.int64,
)  # fmt: skip
def survey(
    codes: Any, bounds: Any, table: Any, digit: int, han: int, strange: int, unreadable: int, visible: int, long: int,
    shortest: int, share: float, least: int,
) -> Any:  # fmt: skip
    """Sort characters, see `nlp.intake_checks`: kinds in each text, `long` for so many digits, whether it is wrecked."""
    n_texts = len(bounds) - 1
    present, wrecked = np.zeros(n_texts, np.int32), np.zeros(n_texts, np.bool_)
    for text in range(n_texts):
        kinds, digits, most = 0, 0, 0
        n_han = n_strange = n_unreadable = n_visible = 0
        for at in range(bounds[text], bounds[text + 1] - 1):
            kind = table[codes[at]]
            if kind == 0:
                return None
            kinds |= kind
            digits = digits + 1 if kind & digit else 0
            most = max(most, digits)
            n_han += kind & han != 0
            n_strange += kind & strange != 0
            n_unreadable += kind & unreadable != 0
            n_visible += kind & visible != 0
        present[text] = kinds | long if most >= shortest else kinds
        wrecked[text] = (n_han >= least and n_strange > share * n_han) or n_unreadable > share * n_visible
    return present, wrecked


@compiled(CODES, INT64, INT32, LONG, LONG, LONG, types.int64, types.int64, types.int64, types.int64, types.int64)
def personal(
    codes: Any, bounds: Any, table: Any, singles: Any, keys: Any, values: Any, numbers: int, shortest: int, address: int,
    to_room: int, plate: int,
) -> Any:  # fmt: skip
    """Tell which kinds of personal data each text may hold, see `nlp.privacy`, as bits."""
    wanted = np.zeros(len(bounds) - 1, np.int64)
    for text in range(len(bounds) - 1):
        begin, end = bounds[text], bounds[text + 1] - 1
        every, house, digits = np.int64(0), -1, 0
        for at in range(begin, end):
            value = table[codes[at]]
            if value == 0:
                return None
            kind = value >> CODE_BITS
            if kind == 1:
                digits += 1
                if digits >= shortest:
                    every |= numbers
                if house >= 0 and at - house <= to_room:
                    every |= address
            elif kind > 1:
                digits = 0
            after = (table[codes[at + 1]] & _CODE) if at + 1 < end else 0
            marks = _marks_at(np.uint32(value & _CODE), np.uint32(after), singles, keys, values) & _MARKS
            if marks & address and at > begin and 0 < (table[codes[at - 1]] >> CODE_BITS) < 3:
                house = at
            if marks & plate:
                own = 0
                for place in range(at + 3, min(at + 7, end)):
                    own += 0 < (table[codes[place]] >> CODE_BITS) < 3
                if own == 4:
                    every |= plate
            every |= marks & ~(address | plate)
        wanted[text] = every
    return wanted
