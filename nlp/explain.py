"""Which words drove a prediction: signed weights of words, from the model's own products, with spans of the raw text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp import kernels
from nlp.domain import Evidence, Span
from nlp.features import FIELDS, Encoded, Linear
from nlp.hashing import Hashes
from nlp.segment import Segmented
from nlp.text import Normalised

SHOWN = 8
"""Most words that are given as evidence for one text."""


def word_weights(encoded: Encoded, linear: Linear, first: NDArray[np.intp]) -> NDArray[np.float64]:
    """Give each token of a batch its share in what tells the first theme of its row from the mean of the themes.

    The product of every n-gram is spread evenly over its characters; a token's weight is the sum over its own.

    Args:
        encoded: the batch.
        linear: the model whose columns it is encoded in.
        first: the theme to be explained of each row.
    """
    tokens, found = encoded.tokens, encoded.known
    per_count = (encoded.rows.data / encoded.counts.data)[encoded.entries]
    if loops := kernels.loaded():
        weights: NDArray[np.float64] = loops.spread(
            found.starts, found.ends, found.rows, found.columns, per_count, linear.weights, linear.mean,
            np.ascontiguousarray(first), len(tokens.codes), tokens.starts, tokens.ends,
        )  # fmt: skip
        return weights
    spoken = linear.weights[found.columns, first[found.rows]] - linear.mean[found.columns]
    each = (per_count * spoken).astype(np.float64) / (found.ends - found.starts)
    size = len(tokens.codes) + 1
    steps = np.bincount(found.starts, each, size) - np.bincount(found.ends, each, size)
    total = np.concatenate([[0.0], np.cumsum(np.cumsum(steps))])
    return np.asarray(total[tokens.ends] - total[tokens.starts], np.float64)


def evidence(
    tokens: Segmented, weights: NDArray[np.float64], fields: Sequence[Normalised], unspoken: Hashes
) -> list[tuple[Evidence, ...]]:
    """Pick the strongest words of each row, strongest first, as spans of the raw title and text.

    Args:
        tokens: tokens of the fields of all rows in turn; `fields` are those fields.
        weights: weight of each token.
        unspoken: hashes of the words (的, 了, …) that count in the model but are not shown as reasons; sorted.
    """
    n_rows = len(fields) // len(FIELDS)
    words = tokens.words
    spoken = (
        unspoken[np.searchsorted(unspoken, words) % max(len(unspoken), 1)] != words if len(unspoken) else words != 0
    )
    edges = np.searchsorted(tokens.owners, np.arange(n_rows + 1) * len(FIELDS))
    picked = _picked(np.round(weights, 12), words, spoken, edges)
    chosen = picked[picked >= 0]
    owners, shown = tokens.owners[chosen], np.round(weights[chosen], 4).tolist()
    starts = (tokens.starts[chosen] - tokens.bounds[owners]).tolist()
    ends = (tokens.ends[chosen] - tokens.bounds[owners]).tolist()
    found = [
        _shown(fields[owner], FIELDS[owner % len(FIELDS)], start, end, weight)
        for owner, start, end, weight in zip(owners.tolist(), starts, ends, shown, strict=True)
    ]
    ends_of_rows = np.cumsum((picked >= 0).sum(axis=1)).tolist()
    return [tuple(found[begin:end]) for begin, end in zip([0, *ends_of_rows], ends_of_rows, strict=False)]


def _shown(one: Normalised, name: str, start: int, end: int, weight: float) -> Evidence:
    raw_start, raw_end = one.raw_span(start, end)
    return Evidence(word=one.text[start:end], weight=weight, span=Span(field=name, start=raw_start, end=raw_end))


def _picked(
    weights: NDArray[np.float64], words: Hashes, spoken: NDArray[np.bool_], edges: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Pick the strongest tokens of each row, no word twice: shape (rows, SHOWN), -1 where there are fewer."""
    if loops := kernels.loaded():
        compiled: NDArray[np.int64] = loops.pick(weights, words, spoken, edges, SHOWN)
        return compiled
    picked = np.full((len(edges) - 1, SHOWN), -1, np.int64)
    for row in range(len(edges) - 1):
        candidates = edges[row] + np.flatnonzero(spoken[edges[row] : edges[row + 1]])
        candidates = candidates[weights[candidates] != 0.0]
        order = candidates[np.argsort(-np.abs(weights[candidates]), kind="stable")]
        first = np.sort(np.unique(words[order], return_index=True)[1])[:SHOWN]
        picked[row, : len(first)] = order[first]
    return picked
