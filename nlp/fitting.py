"""The linear model from weighted rows of counts: which columns, which weights. Imports scikit-learn lazily.

Two machines are averaged: a linear SVM on TF-IDF rows, and one for each theme on rows scaled by the theme's log-count
ratios (NB-SVM, Wang and Manning 2012; here by their square roots, which cross-validation prefers). Both are linear in
the same rows, so one matrix of weights is left. They are fitted twice: what a first fit hardly uses is left out of the
second (recursive feature elimination, Guyon et al. 2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.features import inverse_document_frequency, weigh_matrix

MAX_FEATURES, KEPT = 65_536, 32_768
"""Most columns of the first fit, and of the second; by cross-validation."""
COST = 1.0
RATIO_COST = 0.5
RATIO_SMOOTHING = 0.3
"""Costs of the two SVMs' errors and the count added to each n-gram; chosen by cross-validation."""
ROUGH, FINE = 0.1, 0.01
"""Tolerances of the solver: where only the order of the columns matters, and for what serves. Finer gains no accuracy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Rows to learn from: `counts` (n, columns), `truth` (n,) theme indices, `trust` (n,) weights in (0, 1]."""

    counts: sparse.csr_array
    truth: NDArray[np.intp]
    trust: NDArray[np.float64]


def stack(parts: list[Examples]) -> Examples:
    """Put examples below one another."""
    return Examples(
        counts=sparse.csr_array(sparse.vstack([part.counts for part in parts], format="csr")),
        truth=np.concatenate([part.truth for part in parts]),
        trust=np.concatenate([part.trust for part in parts]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A linear model on the columns `chosen`: `idf` (columns,), `weights` (columns, themes), `bias` (themes,)."""

    chosen: NDArray[np.intp]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, counts: sparse.csr_array) -> NDArray[np.float64]:
        """Score rows of counts over all columns: shape (n, themes)."""
        rows = weigh_matrix(counts[:, self.chosen], self.idf)
        return np.asarray(rows @ self.weights + self.bias, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is fitted: `examples` of `n_themes` themes; `background` rows count for document frequencies alone."""

    examples: Examples
    background: sparse.csr_array
    n_themes: int
    seed: int


def fit(task: Task) -> Fitted:
    """Choose columns and fit, and again on the columns that matter most if there are more than KEPT.

    A theme without examples gets weights of 0 and the lowest bias.
    """
    chosen = select_columns(task.examples, task.n_themes)
    if len(chosen) > KEPT:
        chosen = _strongest(_fit_on(chosen, task, ROUGH))
    return _fit_on(chosen, task, FINE)


def fit_once(task: Task) -> Fitted:
    """Choose columns by chi-square and fit."""
    return _fit_on(select_columns(task.examples, task.n_themes), task, FINE)


def _strongest(fitted: Fitted) -> NDArray[np.intp]:
    """Choose the columns whose weights, times idf, are furthest from their mean over the themes; sorted."""
    apart = np.abs(fitted.weights - fitted.weights.mean(axis=1, keepdims=True)).max(axis=1) * fitted.idf
    return np.sort(fitted.chosen[np.argsort(-apart, kind="stable")[:KEPT]])


def _fit_on(chosen: NDArray[np.intp], task: Task, tolerance: float) -> Fitted:
    examples, n_themes = task.examples, task.n_themes
    machine = partial(_machine, trust=examples.trust, tolerance=tolerance, seed=task.seed)
    known, more = examples.counts[:, chosen], task.background[:, chosen]
    idf = inverse_document_frequency(sparse.csr_array(sparse.vstack([known, more], format="csr")))
    rows = weigh_matrix(known, idf)
    ratios = _log_count_ratios(rows, examples, n_themes)
    weights = np.zeros((len(chosen), n_themes), np.float32)
    bias = np.full(n_themes, -1.0, np.float32)
    for theme in np.unique(examples.truth):
        mine = examples.truth == theme
        plain, intercept = machine(rows, mine, COST)
        scaled, other = machine(_scaled(rows, ratios[theme]), mine, RATIO_COST)
        weights[:, theme] = (plain + scaled * ratios[theme]) / 2
        bias[theme] = (intercept + other) / 2
    return Fitted(chosen=chosen, idf=idf, weights=weights, bias=bias)


def _machine(
    rows: sparse.csr_array,
    mine: NDArray[np.bool_],
    cost: float,
    *,
    trust: NDArray[np.float64],
    tolerance: float,
    seed: int,
) -> tuple[NDArray[np.float64], float]:
    from sklearn.svm import LinearSVC

    machine: Any = LinearSVC(C=cost, tol=tolerance, random_state=seed).fit(rows, mine, sample_weight=trust)
    return machine.coef_[0], float(machine.intercept_[0])


def _scaled(rows: sparse.csr_array, by: NDArray[np.float32]) -> sparse.csr_array:
    return sparse.csr_array((rows.data * by[rows.indices], rows.indices, rows.indptr), shape=rows.shape)


def _membership(examples: Examples, n_themes: int) -> NDArray[np.float32]:
    member = np.zeros((len(examples.truth), n_themes), np.float32)
    member[np.arange(len(examples.truth)), examples.truth] = examples.trust
    return member


def _log_count_ratios(rows: sparse.csr_array, examples: Examples, n_themes: int) -> NDArray[np.float32]:
    """Give sqrt |ln p/q| of each column for each theme, scaled to a root mean square of 1: shape (themes, columns)."""
    within = np.asarray(rows.T @ _membership(examples, n_themes)).T
    without = within.sum(axis=0) - within + RATIO_SMOOTHING
    within = within + RATIO_SMOOTHING
    shares = within / within.sum(axis=1, keepdims=True) / (without / without.sum(axis=1, keepdims=True))
    ratios = np.sqrt(np.abs(np.log(shares)))
    return np.asarray(ratios / np.sqrt(np.maximum((ratios**2).mean(axis=1, keepdims=True), 1e-12)), np.float32)


def select_columns(examples: Examples, n_themes: int) -> NDArray[np.intp]:
    """Choose at most MAX_FEATURES columns by their largest chi-square term over the themes; sorted."""
    present = examples.counts.copy()
    present.data = np.ones_like(present.data)
    member = _membership(examples, n_themes)
    observed = np.asarray(present.T @ member)
    expected = observed.sum(axis=1, keepdims=True) * member.sum(axis=0) / examples.trust.sum()
    worth = ((observed - expected) ** 2 / np.maximum(expected, 1e-9)).max(axis=1)
    worth[observed.sum(axis=1) == 0] = -1.0
    order = np.argsort(-worth, kind="stable")[:MAX_FEATURES]
    return np.sort(order[worth[order] > 0])
