"""Which words drove a prediction: signed weights of words, from the model's own products, with spans of the raw text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from nlp.domain import Evidence, Span
from nlp.encoding import Encoded
from nlp.features import FIELDS, Linear
from nlp.hashing import Hashes
from nlp.segment import Segmented
from nlp.text import Normalised

SHOWN = 8
"""Most words that are given as evidence for one text."""
_SPAN, _EVIDENCE = partial(tuple.__new__, Span), partial(tuple.__new__, Evidence)
"""Make records as `_make` does, without a call in Python for each."""


def explain(
    encoded: Encoded, best: NDArray[np.int64], fields: Sequence[Normalised], unspoken: Hashes
) -> list[tuple[Evidence, ...]]:
    """Give the words that spoke most for the first theme of each row, strongest first, as spans of the raw texts.

    Args:
        encoded: titles and bodies in turn; `fields` are those.
        best: the themes of each row, the one to be explained first: shape (rows, n).
        fields: as they were normalised.
        unspoken: hashes of the words (的, 了, …) that count in the model but are not shown as reasons; sorted.
    """
    tokens, found = encoded.tokens, encoded.known
    if loops := encoded.loops:
        places, strengths, sizes = loops.explain(
            tokens.bounds, found.rows, found.starts, found.ends, found.columns, encoded.shares,
            encoded.joint.tables.records, best,
            tokens.starts, tokens.ends, tokens.edges, tokens.words, unspoken, len(FIELDS), SHOWN,
        )  # fmt: skip
    else:
        weights = word_weights(encoded, encoded.joint.linear, best[:, 0])
        picked = _picked(np.round(weights, 12), tokens.words, unspoken, tokens.edges[:: len(FIELDS)])
        chosen, sizes = picked[picked >= 0], (picked >= 0).sum(axis=1)
        strengths, places = np.round(weights[chosen], 4), _places(tokens, chosen)
    found_words = _evidence(places, strengths, fields)
    edges = accumulate(sizes.tolist(), initial=0)
    return [tuple(found_words[begin:end]) for begin, end in pairwise(edges)]


def word_weights(encoded: Encoded, linear: Linear, first: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give each token of a batch its share in what tells the first theme of its row from the mean of the themes.

    The product of every n-gram is spread evenly over its characters; a token's weight is the sum over its own.
    """
    tokens, found = encoded.tokens, encoded.known
    spoken = linear.weights[found.columns, first[found.rows]] - linear.mean[found.columns]
    each = (encoded.shares * spoken).astype(np.float64) / (found.ends - found.starts)
    size = len(tokens.codes) + 1
    steps = np.bincount(found.starts, each, size) - np.bincount(found.ends, each, size)
    total = np.concatenate([[0.0], np.cumsum(np.cumsum(steps))])
    return np.asarray(total[tokens.ends] - total[tokens.starts], np.float64)


def _places(tokens: Segmented, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the field of each token, and where it begins and ends there: shape (3, n)."""
    owners = tokens.owners[chosen].astype(np.int64)
    begins = tokens.bounds[owners]
    return np.stack([owners, tokens.starts[chosen] - begins, tokens.ends[chosen] - begins])


def _evidence(
    places: NDArray[np.int64], strengths: NDArray[np.float64], fields: Sequence[Normalised]
) -> list[Evidence]:
    owners, starts, ends = places.tolist()
    own = list(map(fields.__getitem__, owners))
    words = [one.text[start:end] for one, start, end in zip(own, starts, ends, strict=True)]
    names = [FIELDS[owner % len(FIELDS)] for owner in owners]
    for place, one in enumerate(own):
        if one.offsets is not None:
            starts[place], ends[place] = one.raw_span(starts[place], ends[place])
    spans = map(_SPAN, zip(names, starts, ends, strict=True))
    return list(map(_EVIDENCE, zip(words, strengths.tolist(), spans, strict=True)))


def _picked(
    weights: NDArray[np.float64], words: Hashes, unspoken: Hashes, edges: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Pick the strongest tokens of each row, no word twice: shape (rows, SHOWN), -1 where there are fewer."""
    spoken = ~np.isin(words, unspoken)
    picked = np.full((len(edges) - 1, SHOWN), -1, np.int64)
    for row in range(len(edges) - 1):
        candidates = edges[row] + np.flatnonzero(spoken[edges[row] : edges[row + 1]])
        candidates = candidates[weights[candidates] != 0.0]
        order = candidates[np.argsort(-np.abs(weights[candidates]), kind="stable")]
        first = np.sort(np.unique(words[order], return_index=True)[1])[:SHOWN]
        picked[row, : len(first)] = order[first]
    return picked
