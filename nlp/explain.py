"""Which words drove a prediction: signed weights of words, from the model's own products, with spans of the raw text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.domain import Evidence, Span
from nlp.features import FIELDS, Occurrences
from nlp.segment import Segmented
from nlp.text import Normalised

SHOWN = 8
"""Most words that are given as evidence for one text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """`weights` of a linear model, shape (columns, themes), and the theme `first` to be explained of each row."""

    weights: NDArray[np.float32]
    first: NDArray[np.intp]

    def contrast(self, columns: NDArray[np.int32], rows: NDArray[np.int32]) -> NDArray[np.float32]:
        """Give what tells the theme of each row from the others: its weight less the mean over the themes."""
        own = self.weights[columns, self.first[rows]]
        return np.asarray(own - self.weights.mean(axis=1)[columns], np.float32)


def word_weights(
    batch: Segmented,
    found: Occurrences,
    columns: NDArray[np.int32],
    rows: sparse.csr_array,
    counts: sparse.csr_array,
    themes: Explained,
) -> NDArray[np.float64]:
    """Give each token of a batch its share of the scores.

    The product of every n-gram is spread evenly over its characters; a token's weight is the sum over its own.

    Args:
        batch: the tokens.
        found: its n-grams, with `columns` from the vocabulary (-1 where unknown).
        rows: TF-IDF rows; `counts` are the counts that they were made of (same sparsity).
        themes: the model's weights and the theme to be explained of each row.
    """
    known = np.flatnonzero(columns >= 0)
    width = rows.shape[1]
    keys = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr)).astype(np.int64) * width + rows.indices
    wanted = found.rows[known].astype(np.int64) * width + columns[known]
    entries = np.searchsorted(keys, wanted)
    spoken = themes.contrast(columns[known], found.rows[known])
    shares = rows.data[entries] / counts.data[entries] * spoken
    starts, ends = found.starts[known], found.ends[known]
    per_character = shares / (ends - starts)
    size = len(batch.codes) + 1
    steps = np.bincount(starts, per_character, size) - np.bincount(ends, per_character, size)
    total = np.concatenate([[0.0], np.cumsum(np.cumsum(steps))])
    return np.asarray(total[batch.ends] - total[batch.starts], np.float64)


def evidence(
    batch: Segmented,
    token_weights: NDArray[np.float64],
    fields: Sequence[Normalised],
    unspoken: Collection[str],
) -> list[tuple[Evidence, ...]]:
    """Pick the strongest words of each row, strongest first, as spans of the raw title and text.

    Args:
        batch: tokens of the fields of all rows in turn; `fields` are those fields.
        token_weights: weight of each token.
        unspoken: words (的, 了, …) that count in the model but are not shown as reasons.
    """
    row_of = batch.owners // len(FIELDS)
    edges = np.searchsorted(row_of, np.arange(len(fields) // len(FIELDS) + 1))
    return [
        _strongest(batch, token_weights, fields, unspoken, int(first), int(last)) for first, last in pairwise(edges)
    ]


def _strongest(
    batch: Segmented,
    token_weights: NDArray[np.float64],
    fields: Sequence[Normalised],
    unspoken: Collection[str],
    first: int,
    last: int,
) -> tuple[Evidence, ...]:
    chosen: dict[str, Evidence] = {}
    for token in first + np.argsort(-np.abs(token_weights[first:last]), kind="stable"):
        if len(chosen) == SHOWN:
            break
        owner = int(batch.owners[token])
        begin, end = (int(side[token] - batch.bounds[owner]) for side in (batch.starts, batch.ends))
        word = fields[owner].text[begin:end]
        if word in unspoken or word in chosen or token_weights[token] == 0.0:
            continue
        raw_start, raw_end = fields[owner].raw_span(begin, end)
        span = Span(field=FIELDS[owner % len(FIELDS)], start=raw_start, end=raw_end)
        chosen[word] = Evidence(word=word, weight=round(float(token_weights[token]), 4), span=span)
    return tuple(chosen.values())
