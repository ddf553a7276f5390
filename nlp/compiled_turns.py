"""Compiled loops over passages: what the n-grams of each add up to, and where a text may turn to something else."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from nlp.compiled_encode import logarithm_of
from nlp.compiled_rank import confide
from nlp.compiling import FLOAT32, FLOAT64, INT32, INT64, RECORDS, compiled, of
from nlp.encoding import IDF, WEIGHTS
from nlp.passage_scores import LEAST_SAID, LEAST_SQUARE
from nlp.passages import Opening
from nlp.turns import KNOWN_FIRST, LEAST, SOFT

_ADDED, _NUMBERED = int(Opening.ADDED), int(Opening.NUMBERED)
_SPREAD = np.uint64(0x9E3779B1)


@compiled()
def _sorted_in(starts: Any, ends: Any, columns: Any, part_starts: Any, part_ends: Any, size: int) -> Any:
    """Sort n-grams into the parts that they lie in: their columns, and where those of each part begin."""
    part_at = np.full(size, -1, np.int32)
    for part in range(len(part_starts)):
        part_at[part_starts[part] : part_ends[part]] = part
    firsts = np.zeros(len(part_starts) + 1, np.int64)
    for place in range(len(starts)):
        part = part_at[starts[place]]
        if part >= 0 and part == part_at[ends[place] - 1]:
            firsts[part + 1] += 1
    for part in range(len(part_starts)):
        firsts[part + 1] += firsts[part]
    own, filled = np.empty(firsts[-1], np.int32), firsts[:-1].copy()
    for place in range(len(starts)):
        part = part_at[starts[place]]
        if part >= 0 and part == part_at[ends[place] - 1]:
            own[filled[part]] = columns[place]
            filled[part] += 1
    return own, firsts


@compiled(
    INT32, INT32, INT32, INT64, INT64, INT64, types.int64, RECORDS, FLOAT32, types.int64,
)  # fmt: skip
def read_parts(
    starts: Any, ends: Any, columns: Any, part_starts: Any, part_ends: Any, begins: Any, size: int, records: Any,
    logarithms: Any, themes: int,
) -> Any:  # fmt: skip
    """Add up the n-grams within passages, see `nlp.passage_scores`: products, squares, what is said again."""
    own, firsts = _sorted_in(starts, ends, columns, part_starts, part_ends, size)
    products, squares = np.zeros((len(part_starts) + 1, themes)), np.zeros(len(part_starts) + 1)
    again, most = np.zeros(len(part_starts)), 1
    for text in range(len(begins) - 1):
        most = max(most, firsts[begins[text + 1]] - firsts[begins[text]])
    met, times, first, last, touched = np.empty((5, most), np.int32)
    table = np.empty(4 * most, np.int32)
    steps = np.empty((2, len(part_starts) + 1))
    for text in range(len(begins) - 1):
        begin, end = begins[text], begins[text + 1]
        mask, distinct = 1, 0
        while mask < 2 * (firsts[end] - firsts[begin]):
            mask *= 2
        table[:mask] = 0
        mask -= 1
        for part in range(begin, end):
            n_touched = 0
            for place in range(firsts[part], firsts[part + 1]):
                column = own[place]
                at = np.int64((np.uint64(column) * _SPREAD) >> np.uint64(7)) & mask
                while table[at] != 0 and met[table[at] - 1] != column:
                    at = (at + 1) & mask
                if table[at] == 0:
                    met[distinct], first[distinct], last[distinct] = column, part, -1
                    distinct += 1
                    table[at] = distinct
                entry = table[at] - 1
                if last[entry] != part:
                    last[entry], times[entry], touched[n_touched] = part, 0, entry
                    n_touched += 1
                times[entry] += 1
            square, total = 0.0, products[part + 1]
            total[:] = products[part]
            for number in range(n_touched):
                entry = touched[number]
                record = records[met[entry]]
                weighed = np.float64(logarithm_of(times[entry], logarithms)) * np.float64(record[IDF])
                square += weighed * weighed
                for theme in range(themes):
                    total[theme] += weighed * np.float64(record[WEIGHTS + theme])
            squares[part + 1] = squares[part] + square
        said, spoken = 0.0, 0.0
        steps[:, begin : end + 1] = 0.0
        for entry in range(distinct):
            rarity = np.float64(records[met[entry], IDF])
            steps[0, first[entry] + 1] += rarity * rarity
            steps[1, last[entry] + 1] += rarity * rarity
            said += rarity * rarity
        for part in range(begin, end):
            spoken += steps[0, part] - steps[1, part]
            said -= steps[1, part]
            again[part] = spoken / max(said, LEAST_SAID)
    return products, squares, again


@compiled()
def _run(
    products: Any, squares: Any, begin: int, end: int, bias: Any, scale: float, offsets: Any, trust: Any, other: int,
    scores: Any, found: Any,
) -> None:  # fmt: skip
    """Give the confidences for a run of passages, none in the theme `other`."""
    length = np.sqrt(max(squares[end] - squares[begin], LEAST_SQUARE))
    for theme in range(len(bias)):
        scores[theme] = (products[end, theme] - products[begin, theme]) / length + np.float64(bias[theme])
    confide(scores, scale, offsets, trust, found)
    if other >= 0:
        found[other] = 0.0


@compiled()
def _but(confidences: Any, passed: int) -> int:
    """Find the likeliest theme, but for one."""
    best = -1
    for theme in range(len(confidences)):
        if theme != passed and (best < 0 or confidences[theme] > confidences[best]):
            best = theme
    return best


@compiled()
def _pair(before: Any, after: Any) -> Any:
    """Find the likeliest two different themes before and after a turn."""
    first, then = _but(before, -1), _but(after, -1)
    if first == then:
        earlier, later = _but(before, first), _but(after, first)
        if before[earlier] * after[first] >= after[later] * before[first]:
            return earlier, then
        return first, later
    return first, then


@compiled(
    of(types.float64, 2), FLOAT64, FLOAT64, INT64, INT64, FLOAT32, types.float64, FLOAT64, FLOAT64, types.int64,
    FLOAT64, types.float64,
)  # fmt: skip
def find_turns(
    products: Any, squares: Any, again: Any, begins: Any, openings: Any, bias: Any, scale: float, offsets: Any, trust: Any,
    other: int, weights: Any, least: float,
) -> Any:  # fmt: skip
    """Find turns whose known signs weigh at least so much, see `nlp.turns`: passages, pairs of themes, signs."""
    places, pairs = np.empty(len(again), np.int64), np.empty((len(again), 2), np.int64)
    signs = np.empty((len(again), KNOWN_FIRST))
    scores, before, after = np.empty((3, len(bias)))
    size = 0
    for text in range(len(begins) - 1):
        begin, end = begins[text], begins[text + 1]
        for place in range(begin + 1, end):
            _run(products, squares, begin, place, bias, scale, offsets, trust, other, scores, before)
            _run(products, squares, place, end, bias, scale, offsets, trust, other, scores, after)
            first, then = _pair(before, after)
            one = 0.0
            for theme in range(len(bias)):
                one = max(one, max(before[theme], LEAST) * max(after[theme], LEAST))
            known = signs[size]
            known[0] = np.log(max(before[first], LEAST) * max(after[then], LEAST)) - np.log(one)
            known[1] = np.log(after[then] + SOFT) - np.log(1.0 - after[then] + SOFT)
            known[2] = np.log(before[then] + SOFT)
            known[3] = np.log(np.float64(end - begin - 1))
            known[4], known[5] = openings[place] == _ADDED, openings[place] == _NUMBERED
            known[6] = again[place]
            weight = 0.0
            for sign in range(KNOWN_FIRST):
                weight += weights[sign] * known[sign]
            if weight >= least:
                places[size], pairs[size, 0], pairs[size, 1] = place, first, then
                size += 1
    return places[:size], pairs[:size], signs[:size]
