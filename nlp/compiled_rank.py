"""Compiled loops over scores: confidences, the themes that they rank, and the words that spoke for the first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from nlp.calibration import TIE, TRUST_FEATURES
from nlp.compiling import FLOAT32, FLOAT64, HASHES, INT32, INT64, RECORDS, compiled, filled
from nlp.encoding import MEAN, WEIGHTS

_SURE = np.float64(1e-9)


@compiled()
def confide(own: Any, scale: float, offsets: Any, trust: Any, raised: Any) -> None:
    """Turn the scores of one row into confidences, see `nlp.calibration`."""
    themes = len(own)
    highest, total = -np.inf, 0.0
    for theme in range(themes):
        raised[theme] = scale * np.float64(own[theme]) + offsets[theme]
        highest = max(highest, raised[theme])
    for theme in range(themes):
        raised[theme] = np.exp(raised[theme] - highest)
        total += raised[theme]
    first, mean = 0, 0.0
    one, two, three = -np.inf, -np.inf, -np.inf
    for theme in range(themes):
        raised[theme] /= total
        if raised[theme] > raised[first]:
            first = theme
        value = np.float64(own[theme])
        mean += value
        if value > one:
            one, two, three = value, one, two
        elif value > two:
            two, three = value, two
        elif value > three:
            three = value
    second, following = -1.0, 0
    for theme in range(themes):
        if theme != first and raised[theme] > second:
            second, following = raised[theme], theme
    rest = max(1.0 - raised[first], 1e-12)
    share = min(max(raised[first], _SURE), 1.0 - _SURE)
    logit = (
        np.log(share / (1.0 - share)) * trust[0] + one * trust[1] + two * trust[2]
        + (three if themes > 2 else two) * trust[3] + mean / themes * trust[4]
        + max(one, 0.0) * (one * trust[5] + two * trust[6]) + trust[TRUST_FEATURES]
        + trust[TRUST_FEATURES + 1 + first] + trust[TRUST_FEATURES + 1 + themes + following]
    )  # fmt: skip
    believed = 1.0 / (1.0 + np.exp(-min(max(logit, -700.0), 700.0)))
    believed = min(max(believed, min(second / (second + rest) + TIE, 1.0)), 1.0)
    for theme in range(themes):
        raised[theme] *= (1.0 - believed) / rest
    raised[first] = believed


@compiled(RECORDS, types.float64, FLOAT64, FLOAT64, types.int64)
def rank(scores: Any, scale: float, offsets: Any, trust: Any, most: int) -> Any:
    """Turn scores into confidences: all of them, the best themes of each row, and theirs."""
    n_rows, themes = scores.shape
    confidences = np.empty((n_rows, themes))
    best = np.empty((n_rows, min(most, themes)), np.int64)
    sure = np.empty((n_rows, min(most, themes)))
    for row in range(n_rows):
        confide(scores[row], scale, offsets, trust, confidences[row])
        for place in range(best.shape[1]):
            found = -1
            for theme in range(themes):
                taken = False
                for earlier in range(place):
                    taken |= best[row, earlier] == theme
                if not taken and (found < 0 or confidences[row, theme] > confidences[row, found]):
                    found = theme
            best[row, place] = found
            sure[row, place] = np.rint(confidences[row, found] * 1e4) / 1e4
    return confidences, best, sure


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


@compiled()
def _pick(weights: Any, words: Any, unspoken: Any, picked: Any) -> int:
    """Pick the strongest of the tokens of a row, no word twice; tell how many."""
    size, most = 0, len(picked)
    for token in range(len(words)):
        strength = abs(weights[token])
        if strength == 0.0 or (size == most and strength <= abs(weights[picked[most - 1]])):
            continue
        same = -1
        for place in range(size):
            if words[picked[place]] == words[token]:
                same = place
        if same >= 0 and abs(weights[picked[same]]) >= strength:
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
        while place > 0 and abs(weights[picked[place - 1]]) < strength:
            picked[place] = picked[place - 1]
            place -= 1
        picked[place] = token
    return size


@compiled(
    INT64, INT32, INT32, INT32, INT32, FLOAT32, RECORDS, filled(types.int64, 2), INT64, INT64, INT64,
    HASHES, HASHES, types.int64, types.int64,
)  # fmt: skip
def explain(
    bounds: Any, rows: Any, starts: Any, ends: Any, columns: Any, shares: Any, records: Any, best: Any,
    token_starts: Any, token_ends: Any, edges: Any, words: Any, unspoken: Any, n_fields: int, most: int,
) -> Any:  # fmt: skip
    """Find the tokens that spoke most for the first theme of each row, see `nlp.explain`.

    Gives the field of each token, row after row, and where it begins and ends there: shape (3, tokens); their weights;
    how many each row has.
    """
    n_rows = (len(bounds) - 1) // n_fields
    picked, told = np.empty(most, np.int64), np.empty(n_rows * most)
    found, sizes = np.empty((3, n_rows * most), np.int64), np.zeros(n_rows, np.int64)
    longest = 0
    for row in range(n_rows):
        longest = max(longest, bounds[(row + 1) * n_fields] - bounds[row * n_fields])
    steps, total, own = np.empty(longest + 1), np.empty(longest + 2), np.empty(longest + 1)
    exact = np.empty(longest + 1)
    at, size = 0, 0
    for row in range(n_rows):
        begin, length = bounds[row * n_fields], bounds[(row + 1) * n_fields] - bounds[row * n_fields]
        steps[: length + 1] = 0.0
        theme = best[row, 0]
        while at < len(rows) and rows[at] == row:
            spoken = shares[at] * (records[columns[at], WEIGHTS + theme] - records[columns[at], MEAN])
            each = np.float64(spoken) / (ends[at] - starts[at])
            steps[starts[at] - begin] += each
            steps[ends[at] - begin] -= each
            at += 1
        level, whole = 0.0, 0.0
        for place in range(length + 1):
            total[place] = whole
            level += steps[place]
            whole += level
        first, last = edges[row * n_fields], edges[(row + 1) * n_fields]
        for token in range(first, last):
            exact[token - first] = total[token_ends[token] - begin] - total[token_starts[token] - begin]
            own[token - first] = np.rint(exact[token - first] * 1e12) / 1e12
        sizes[row] = _pick(own, words[first:last], unspoken, picked)
        for number in range(sizes[row]):
            token = first + picked[number]
            field = row * n_fields
            while token >= edges[field + 1]:
                field += 1
            found[0, size] = field
            found[1, size], found[2, size] = token_starts[token] - bounds[field], token_ends[token] - bounds[field]
            told[size] = np.rint(exact[picked[number]] * 1e4) / 1e4
            size += 1
    return found[:, :size], told[:size], sizes
