"""A linear model that knows from a dictionary which words mean alike, for when few texts are labelled.

A ridge regression whose kernel adds, to what two texts share in n-grams, how alike their words are by a dictionary (a
semantic smoothing kernel, Siolas and d'Alché-Buc 2000). In the end its weights are those of n-grams: they are added to
the machines' weights, and the dictionary's words get columns, so that one sparse linear model serves as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.features import inverse_document_frequency, weigh_matrix
from nlp.fitting import Examples, Fitted
from nlp.glosses import Entries

Floats = NDArray[np.float64]

FEW_EACH, MOST_ROWS = 20, 2_000
"""With more examples for a theme than this on average, the n-grams know as much themselves; more rows, and the kernel grows
too large."""
ALIKE = 0.45
"""What words of like meaning count, for characters and for longer words, beside 1 for n-grams that are shared."""
RIDGE = 2.0
NAMED = 3.0
"""What a theme's own words count beside a labelled row."""
GAIN = 0.03
LEAST_SHARE, MOST_SHARE = 0.5, 3.0
FEW_ROWS = 200
"""The ridge weighs as much as the machines, and as much again for each GAIN of accuracy that the dictionary is worth when
each labelled row is left out in turn; within bounds. Fewer rows tell little: there it weighs no more than the machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """Entries of one kind as columns of counts: `columns` (entries,), and what the dictionary knows of them."""

    columns: NDArray[np.intp]
    entries: Entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a ridge is fitted on.

    `examples` are labelled rows, the first `labelled`, and then the themes' own words; `others` (n, columns) counts texts
    like those to be judged; `seen` is the share that these examples have in all that the machines learnt from.
    """

    examples: Examples
    labelled: int
    others: sparse.csr_array
    seen: float
    meanings: Sequence[Meanings]


def add_glosses(fitted: Fitted, lesson: Lesson) -> Fitted:
    """Add to a model what a dictionary knows."""
    columns = np.union1d(fitted.chosen, np.concatenate([kind.columns for kind in lesson.meanings]))
    place = np.searchsorted(columns, fitted.chosen)
    counts, more = lesson.examples.counts[:, columns], lesson.others[:, columns]
    idf = inverse_document_frequency(sparse.csr_array(sparse.vstack([counts[: lesson.labelled], more], format="csr")))
    idf[place] = fitted.idf
    rows, others = weigh_matrix(counts, idf).astype(np.float64), weigh_matrix(more, idf).astype(np.float64)
    spaces = [_space(kind, columns, idf, (rows[: lesson.labelled], others)) for kind in lesson.meanings]
    weights, bias, gain = _ridge(rows, spaces, lesson, len(fitted.bias))
    machines = np.zeros_like(weights)
    machines[place] = fitted.weights
    share = lesson.seen * _share(gain, lesson.labelled) * _spread(others @ machines) / _spread(others @ weights)
    return Fitted(
        chosen=columns,
        idf=idf,
        weights=(machines + share * weights).astype(np.float32),
        bias=(fitted.bias + share * bias).astype(np.float32),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Space:
    """Where rows of TF-IDF are by their meaning, about the `centre` of the texts.

    `places` are the columns that have a meaning, `vectors` (places, dimensions) what each adds.
    """

    places: NDArray[np.intp]
    vectors: Floats
    centre: Floats

    def at(self, rows: sparse.csr_array) -> Floats:
        """Give the positions of rows: shape (n, dimensions)."""
        return np.asarray(rows[:, self.places] @ self.vectors - self.centre)


def _space(
    kind: Meanings, columns: NDArray[np.intp], idf: NDArray[np.float32], texts: Sequence[sparse.csr_array]
) -> _Space:
    """Make a space in which texts are about their mean, at a mean square distance of ALIKE."""
    places, rarity = np.searchsorted(columns, kind.columns), kind.entries.rarity
    vectors = kind.entries.vectors.astype(np.float64)
    if rarity is not None:
        vectors *= (rarity / idf[places])[:, None]
    found = np.vstack([np.asarray(rows[:, places] @ vectors) for rows in texts])
    centre = found[-texts[-1].shape[0] :].mean(axis=0)
    scale = np.sqrt(ALIKE / max(float(((found - centre) ** 2).sum(axis=1).mean()), 1e-12))
    return _Space(places=places, vectors=vectors * scale, centre=centre * scale)


def _ridge(
    rows: sparse.csr_array, spaces: Sequence[_Space], lesson: Lesson, themes: int
) -> tuple[Floats, Floats, float]:
    """Fit: weights (columns, themes), bias (themes,), and the gain in accuracy that the spaces are worth."""
    truth, first = lesson.examples.truth, lesson.labelled
    trust = lesson.examples.trust * np.where(np.arange(len(truth)) < first, 1.0, NAMED)
    wanted = np.full((len(truth), themes), -1.0)
    wanted[np.arange(len(truth)), truth] = 1.0
    usual = trust @ wanted / trust.sum()
    shared, positions = (rows @ rows.T).toarray(), [_brought_out(space.at(rows), first) for space in spaces]
    alike = sum((found @ found.T for found in positions), np.zeros_like(shared))
    np.fill_diagonal(shared, shared.diagonal() + RIDGE / trust)
    dual, right = _solve(shared + alike, wanted - usual, truth[:first])
    _, without = _solve(shared, wanted - usual, truth[:first])
    weights, bias = np.asarray(rows.T @ dual), usual
    for space, found in zip(spaces, positions, strict=True):
        learnt = found.T @ dual
        weights[space.places] += space.vectors @ learnt
        bias = bias - space.centre @ learnt
    return weights, bias, right - without


def _brought_out(found: Floats, first: int) -> Floats:
    """Bring the themes' own words, which are short and all known, as far from the centre as texts are."""
    found[first:] *= np.sqrt(ALIKE) / np.maximum(np.linalg.norm(found[first:], axis=1, keepdims=True), 1e-9)
    return found


def _solve(kernel: Floats, wanted: Floats, truth: NDArray[np.intp]) -> tuple[Floats, float]:
    """Solve a ridge; and give the share of the first rows that are right when each is left out."""
    inverse = np.linalg.inv(kernel)
    dual = inverse @ wanted
    left_out = (wanted - dual / np.diag(inverse)[:, None])[: len(truth)]
    return dual, float((left_out.argmax(axis=1) == truth).mean())


def _share(gain: float, labelled: int) -> float:
    share = min(max(1.0 + gain / GAIN, LEAST_SHARE), MOST_SHARE)
    return min(share, 1.0) if labelled < FEW_ROWS else share


def _spread(scores: Floats) -> float:
    return max(float((scores - scores.mean(axis=1, keepdims=True)).std()), 1e-9)
