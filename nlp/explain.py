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
    data, counts = encoded.rows.data, encoded.counts.data
    if loops := kernels.loaded():
        weights: NDArray[np.float64] = loops.spread(
            found.starts, found.ends, found.rows, found.columns, data, counts, encoded.entries, linear.weights,
            linear.mean, np.ascontiguousarray(first), len(tokens.codes), tokens.starts, tokens.ends,
        )  # fmt: skip
        return weights
    spoken = linear.weights[found.columns, first[found.rows]] - linear.mean[found.columns]
    each = ((data / counts)[encoded.entries] * spoken).astype(np.float64) / (found.ends - found.starts)
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
    edges = tokens.edges[:: len(FIELDS)]
    picked = _picked(np.round(weights, 12), tokens.words, unspoken, np.ascontiguousarray(edges))
    chosen = picked[picked >= 0]
    owners, shown = tokens.owners[chosen], np.round(weights[chosen], 4).tolist()
    starts = (tokens.starts[chosen] - tokens.bounds[owners]).tolist()
    ends = (tokens.ends[chosen] - tokens.bounds[owners]).tolist()
    own = [fields[owner] for owner in owners.tolist()]
    words = [one.text[start:end] for one, start, end in zip(own, starts, ends, strict=True)]
    names = [FIELDS[number] for number in (owners % len(FIELDS)).tolist()]
    ranges = [one.raw_span(start, end) for one, start, end in zip(own, starts, ends, strict=True)]
    spans = [Span(name, start, end) for name, (start, end) in zip(names, ranges, strict=True)]
    found = list(map(Evidence, words, shown, spans))
    ends_of_rows = np.cumsum((picked >= 0).sum(axis=1)).tolist()
    return [tuple(found[begin:end]) for begin, end in zip([0, *ends_of_rows], ends_of_rows, strict=False)]


def _picked(
    weights: NDArray[np.float64], words: Hashes, unspoken: Hashes, edges: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Pick the strongest tokens of each row, no word twice: shape (rows, SHOWN), -1 where there are fewer."""
    if loops := kernels.loaded():
        compiled: NDArray[np.int64] = loops.pick(weights, words, unspoken, edges, SHOWN)
        return compiled
    spoken = ~np.isin(words, unspoken)
    picked = np.full((len(edges) - 1, SHOWN), -1, np.int64)
    for row in range(len(edges) - 1):
        candidates = edges[row] + np.flatnonzero(spoken[edges[row] : edges[row + 1]])
        candidates = candidates[weights[candidates] != 0.0]
        order = candidates[np.argsort(-np.abs(weights[candidates]), kind="stable")]
        first = np.sort(np.unique(words[order], return_index=True)[1])[:SHOWN]
        picked[row, : len(first)] = order[first]
    return picked
