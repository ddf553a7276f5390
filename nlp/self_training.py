"""Themes for unlabelled texts, guessed from few labelled ones, so that the classifier can learn from both.

Latent semantic analysis of all texts brings together words that occur in the same texts; in its space a linear
discriminant analysis labels the texts that it is surest of, is fitted again with them, and so on (self-training,
Yarowsky 1995). The linear SVM has a say in the last step, because with few unlabelled texts the space is poor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.features import inverse_document_frequency, weigh_matrix

Floats = NDArray[np.float64]

DIMENSIONS = 300
TEXTS_PER_DIMENSION = 5
COLUMNS = 120_000
MOST_TEXTS = 20_000
"""More unlabelled texts than this add time and little else."""
ROUNDS = (0.3, 0.3, 0.5, 0.7)
"""Share of the unlabelled texts that each round takes, those it is surest of."""
SHRINKAGE = 0.3
TRUST_IN_ROUND = 0.1
CLUSTER_STEPS = 10
CLUSTER_SHARPNESS = 20.0
LEAST_CONFIDENT = 0.2
"""Share of the texts of each guessed theme that are left out in the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """Unit vectors of labelled texts, hints (the themes' own words) and unlabelled texts; each of shape (n, dimensions)."""

    labelled: Floats
    hints: Floats
    unlabelled: Floats


def embed(labelled: sparse.csr_array, hints: sparse.csr_array, unlabelled: sparse.csr_array, seed: int) -> Space:
    """Project rows of counts onto the strongest directions of all texts (latent semantic analysis)."""
    from sklearn.utils.extmath import randomized_svd

    texts = sparse.csr_array(sparse.vstack([labelled, unlabelled], format="csr"))
    frequency = np.bincount(texts.indices, minlength=texts.shape[1])
    least = 2 if texts.shape[0] < MOST_TEXTS // 10 else 4
    columns = np.flatnonzero((frequency >= least) & (frequency < 0.4 * texts.shape[0]))
    columns = np.sort(columns[np.argsort(-frequency[columns], kind="stable")[:COLUMNS]])
    texts = texts[:, columns]
    idf = inverse_document_frequency(texts)
    size = max(1, min(DIMENSIONS, texts.shape[0] // TEXTS_PER_DIMENSION, len(columns) - 1))
    _, _, directions = randomized_svd(weigh_matrix(texts, idf), size, n_iter=3, random_state=seed)
    parts = (labelled, hints, unlabelled)
    vectors = [_unit(np.asarray(weigh_matrix(part[:, columns], idf) @ directions.T, np.float64)) for part in parts]
    return Space(labelled=vectors[0], hints=vectors[1], unlabelled=vectors[2])


def guess(
    seeds: Floats, beliefs: Floats, unlabelled: Floats, linear_scores: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Guess the themes of unlabelled texts.

    Args:
        seeds: vectors of the labelled texts and hints, shape (n, dimensions).
        beliefs: how much each of them counts for each theme, shape (n, themes); no theme without a seed.
        unlabelled: vectors of the texts to be guessed, shape (m, dimensions).
        linear_scores: scores of the linear model for them, shape (m, themes).

    Returns:
        Indices of the texts whose guess is to be used, and the theme index of each of them.
    """
    clusters = _standard(_cluster(seeds, beliefs, unlabelled))
    scores = _standard(_discriminant(seeds, beliefs, SHRINKAGE).scores(unlabelled)) + clusters
    vectors = np.vstack([seeds, unlabelled])
    for number, share in enumerate(ROUNDS):
        guesses = _softmax(3.0 * _standard(scores))
        surest = guesses.max(axis=1)
        guesses *= TRUST_IN_ROUND * (surest >= np.quantile(surest, 1.0 - share))[:, None]
        discriminant = _discriminant(vectors, np.vstack([beliefs, guesses]), SHRINKAGE / 3)
        scores = _standard(discriminant.scores(unlabelled))
        if number < len(ROUNDS) - 1:
            scores = scores + clusters * 0.5**number
    return _surest(scores + 0.5 * _standard(linear_scores))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Discriminant:
    weights: Floats
    bias: Floats

    def scores(self, vectors: Floats) -> Floats:
        return np.asarray(vectors @ self.weights + self.bias)


def _discriminant(vectors: Floats, beliefs: Floats, shrinkage: float) -> _Discriminant:
    """Fit a linear discriminant analysis with equal priors, weighted rows and a shrunken common covariance."""
    sizes = np.maximum(beliefs.sum(axis=0), 1e-9)
    means = beliefs.T @ vectors / sizes[:, None]
    weight = beliefs.sum(axis=1)
    covariance = (vectors * weight[:, None]).T @ vectors - (means * sizes[:, None]).T @ means
    covariance /= weight.sum()
    size = len(covariance)
    covariance = (1 - shrinkage) * covariance + shrinkage * max(np.trace(covariance) / size, 1e-9) * np.eye(size)
    weights = np.linalg.solve(covariance, means.T)
    return _Discriminant(weights=weights, bias=-0.5 * np.einsum("td,dt->t", means, weights))


def _cluster(seeds: Floats, beliefs: Floats, unlabelled: Floats) -> Floats:
    """Score by closeness to theme centres that move with the texts near them (seeded spherical k-means, softened)."""
    anchors = _unit(beliefs.T @ seeds)
    centres = anchors
    for _ in range(CLUSTER_STEPS):
        shares = _softmax(CLUSTER_SHARPNESS * (unlabelled @ centres.T))
        centres = _unit(anchors + 0.5 * _unit(shares.T @ unlabelled))
    return np.asarray(unlabelled @ centres.T)


def _surest(scores: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    themes = scores.argmax(axis=1)
    ordered = np.sort(scores, axis=1)
    margin = ordered[:, -1] - ordered[:, -2]
    kept = []
    for theme in np.unique(themes):
        rows = np.flatnonzero(themes == theme)
        count = max(1, int((1 - LEAST_CONFIDENT) * len(rows)))
        kept.append(rows[np.argsort(-margin[rows], kind="stable")[:count]])
    rows = np.sort(np.concatenate(kept))
    return rows, themes[rows]


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))


def _standard(scores: Floats) -> Floats:
    centred = scores - scores.mean(axis=1, keepdims=True)
    return np.asarray(centred / max(float(centred.std()), 1e-12))


def _softmax(scores: Floats) -> Floats:
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))
