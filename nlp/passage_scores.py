"""What a model thinks of runs of passages, from one reading of each passage: the scores of a run are those of its sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.classifier import ThemeClassifier
from nlp.encoding import Encoded
from nlp.features import Rows, count_known

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

LEAST_SQUARE, LEAST_SAID = 1e-12, 1e-3
"""The least that sums of squares, and of what is said, are divided by."""


@dataclass(frozen=True, kw_only=True)
class PassageScores:
    """Sums over the passages of many texts.

    Before passage i they are `products`[i], with the weights of every theme, and `squares`[i], of the lengths. A run's
    TF-IDF row is taken as the sum of those of its passages, so that no run has to be read anew. That is what it would be,
    but for n-grams that several of its passages share. `again`[i] is the share of what a text says from passage i on that
    it has said before, rare n-grams counting most.
    """

    model: ThemeClassifier
    products: Floats
    squares: Floats
    again: Floats

    def confidences(self, begins: Places, ends: Places) -> Floats:
        """Give the confidence in every theme for runs from passage `begins` to before passage `ends`: (runs, themes)."""
        lengths = np.sqrt(np.maximum(self.squares[ends] - self.squares[begins], LEAST_SQUARE))
        scores = (self.products[ends] - self.products[begins]) / lengths[:, None]
        return self.model.calibrator.confidences(scores + self.model.linear.bias)


def score_passages(
    model: ThemeClassifier, encoded: Encoded, starts: Places, ends: Places, begins: Places
) -> PassageScores:
    """Read each passage of an encoded chunk once.

    Args:
        model: that encoded the chunk.
        encoded: the chunk.
        starts: where each passage begins in the chunk's characters; `ends` where it ends. Passages do not overlap.
        begins: number of the first passage of each text, and behind the last the number of all.
    """
    found, linear = encoded.known, model.linear
    if loops := encoded.loops:
        tables = encoded.joint.tables
        products, squares, again = loops.read_parts(
            found.starts, found.ends, found.columns, starts, ends, begins, len(encoded.tokens.codes), tables.records,
            tables.logarithms, len(linear.bias),
        )  # fmt: skip
        return PassageScores(model=model, products=products, squares=squares, again=again)
    passage_at = np.full(len(encoded.tokens.codes), -1, np.int32)
    lengths = ends - starts
    passage_at[np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)] = np.repeat(
        np.arange(len(starts), dtype=np.int32), lengths
    )
    passage = passage_at[found.starts]
    inside = np.flatnonzero((passage >= 0) & (passage == passage_at[found.ends - 1]))
    counts, _ = count_known(found.part(inside, passage[inside]), len(starts), len(linear.idf))
    weights = (1.0 + np.log(counts.data)).astype(np.float64) * linear.idf[counts.indices]
    products = np.cumsum(weights[:, None] * linear.weights[counts.indices], axis=0)
    return PassageScores(
        model=model,
        products=np.concatenate([np.zeros((1, len(linear.bias))), products])[counts.indptr],
        squares=np.concatenate([[0.0], np.cumsum(weights**2)])[counts.indptr],
        again=_said_again(counts, begins, linear.idf),
    )


def _said_again(counts: Rows, begins: Places, idf: NDArray[np.float32]) -> Floats:
    """Sum, for each passage, over the n-grams that its text has before it and from it on, beside all from it on."""
    passages = np.arange(len(counts)).repeat(np.diff(counts.indptr))
    texts = np.searchsorted(begins, passages, side="right") - 1
    each, first, own = np.unique(texts * counts.width + counts.indices, return_index=True, return_inverse=True)
    last = np.zeros(len(each), np.int64)
    np.maximum.at(last, own, passages)
    rarity, size = idf[counts.indices[first]].astype(np.float64) ** 2, len(counts) + 1
    gone = np.bincount(last + 1, rarity, size)
    spoken = np.cumsum(np.bincount(passages[first] + 1, rarity, size) - gone)[:-1]
    said = np.cumsum(np.bincount(begins[texts[first]], rarity, size) - gone)[:-1]
    return np.asarray(spoken / np.maximum(said, LEAST_SAID), np.float64)
