"""What a model thinks of runs of passages, from one reading of each passage: the scores of a run are those of its sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp import kernels
from nlp.classifier import ThemeClassifier
from nlp.encoding import IDF, Encoded
from nlp.features import Rows, count_known, weigh

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class PassageScores:
    """Sums over the passages of many texts.

    Before passage i they are `products`[i], with the weights of every theme, and `squares`[i], of the lengths. A run's
    TF-IDF row is taken as the sum of those of its passages, so that no run has to be read anew. That is what it would be,
    but for n-grams that several of its passages share.
    """

    model: ThemeClassifier
    products: Floats
    squares: Floats
    counts: Rows
    idf: NDArray[np.float32]

    def shared(self, begin: int, middle: int, end: int) -> float:
        """Give the share of what is said from passage `middle` on that was said before it, rare n-grams counting most."""
        edges = self.counts.indptr
        before = self.counts.indices[edges[begin] : edges[middle]]
        after = np.unique(self.counts.indices[edges[middle] : edges[end]])
        weights = self.idf[after] ** 2
        again = np.isin(after, before)
        return float(weights[again].sum() / max(float(weights.sum()), 1e-9))

    def confidences(self, begins: Places, ends: Places) -> Floats:
        """Give the confidence in every theme for runs from passage `begins` to before passage `ends`: (runs, themes)."""
        lengths = np.sqrt(np.maximum(self.squares[ends] - self.squares[begins], 1e-12))
        scores = (self.products[ends] - self.products[begins]) / lengths[:, None]
        return self.model.calibrator.confidences(scores + self.model.linear.bias)


def score_passages(model: ThemeClassifier, encoded: Encoded, starts: Places, ends: Places) -> PassageScores:
    """Read each passage of an encoded chunk once.

    Args:
        model: that encoded the chunk.
        encoded: the chunk.
        starts: where each passage begins in the chunk's characters; `ends` where it ends. Passages do not overlap.
    """
    found, linear = encoded.known, model.linear
    passage_at = np.full(len(encoded.tokens.codes), -1, np.int32)
    lengths = ends - starts
    passage_at[np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)] = np.repeat(
        np.arange(len(starts), dtype=np.int32), lengths
    )
    passage = passage_at[found.starts]
    inside = np.flatnonzero((passage >= 0) & (passage == passage_at[found.ends - 1]))
    loops = kernels.loaded()
    idf = encoded.joint.tables.records[:, IDF] if loops else linear.idf
    counts, _ = count_known(found.part(inside, passage[inside]), len(starts), len(idf))
    if loops:
        tables = encoded.joint.tables
        scores = loops.score_parts(
            found.starts, found.ends, found.columns, starts, ends, len(encoded.tokens.codes), tables.records,
            linear.bias, tables.logarithms,
        )  # fmt: skip
    else:
        scores = linear.scores(weigh(counts, idf))
    weights = (1.0 + np.log(counts.data.astype(np.float64))) * idf[counts.indices]
    squares = np.concatenate([[0.0], np.cumsum(weights**2)])[counts.indptr]
    norms = np.sqrt(np.maximum(np.diff(squares), 0.0))
    products = (np.asarray(scores, np.float64) - linear.bias) * norms[:, None]
    running = np.concatenate([np.zeros((1, products.shape[1])), np.cumsum(products, axis=0)])
    return PassageScores(model=model, products=running, squares=squares, counts=counts, idf=idf)
