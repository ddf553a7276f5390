"""From scores to confidences, and how far the confidences can be believed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlp import kernels

Floats = NDArray[np.float64]
Scores = NDArray[np.float32] | NDArray[np.float64]


TRUST_FEATURES = 7
"""Log-odds of the first theme's share; the first, second and third highest score; the mean score of all themes; the first
score, where it is above 0, times itself and times the second."""

TIE = 1e-9
"""How far the first theme's confidence stays above the second's at least."""

SHARE_RIDGE = 1.0
TRUST_RIDGE, THEME_RIDGE = 1.0, 10.0
"""Pull of the parameters towards 0, so that few rows or a rare theme move them little; by cross-validation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrator:
    """From scores to confidences in two steps.

    The shares of the themes are a vector-scaled softmax, softmax(scale * scores + offsets) (Guo et al. 2017). The
    confidence in the first theme is then a logistic function, which tells far better than the share alone whether the
    first theme is right: a text that several themes claim, or none, is not one with a close second, and some themes are
    taken for others more often. `trust` has the coefficients of its TRUST_FEATURES figures, the intercept, and what each
    theme adds as the first, then as the second: shape (TRUST_FEATURES + 1 + 2 * themes,).
    """

    scale: float
    offsets: Floats
    trust: Floats

    def confidences(self, scores: Scores) -> Floats:
        """Turn scores of shape (n, themes) into confidences of the same shape; each row sums to 1.

        The order of the themes is that of their shares.
        """
        if (loops := kernels.loaded()) and scores.dtype == np.float32:
            compiled: Floats = loops.rank(scores, self.scale, self.offsets, self.trust, 0)[0]
            return compiled
        return self._confidences(np.asarray(scores, np.float64))

    def rank(self, scores: Scores, most: int) -> tuple[NDArray[np.int64], Floats]:
        """Give the best themes of each row, at most so many, and the confidences in them to four places."""
        if (loops := kernels.loaded()) and scores.dtype == np.float32:
            _, best, sure = loops.rank(scores, self.scale, self.offsets, self.trust, most)
            return best, sure
        confidences = self._confidences(np.asarray(scores, np.float64))
        best = np.argsort(-confidences, axis=1, kind="stable")[:, :most]
        return best, np.round(np.take_along_axis(confidences, best, axis=1), 4)

    def _confidences(self, scores: Floats) -> Floats:
        shares = self._shares(scores)
        if not len(shares):
            return shares
        rows = np.arange(len(shares))
        first = shares.argmax(axis=1)
        rest = np.maximum(1.0 - shares[rows, first], 1e-12)
        following = _second(shares, first)
        second = shares[rows, following]
        figures, themes = _trust_figures(scores, shares), self.trust[TRUST_FEATURES + 1 :].reshape(2, -1)
        logits = figures @ self.trust[:TRUST_FEATURES] + self.trust[TRUST_FEATURES]
        believed = expit(logits + themes[0, first] + themes[1, following])
        believed = np.clip(believed, np.minimum(second / (second + rest) + TIE, 1.0), 1.0)
        confidences = shares * ((1.0 - believed) / rest)[:, None]
        confidences[rows, first] = believed
        return np.asarray(confidences)

    def _shares(self, scores: Floats) -> Floats:
        return np.asarray(softmax(self.scale * scores + self.offsets), np.float64)


def softmax(logits: Floats) -> Floats:
    """Give shares that sum to 1 in each row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def expit(logits: Floats) -> Floats:
    """Give 1 / (1 + exp(-x))."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -700.0, 700.0))))


def _second(shares: Floats, first: NDArray[np.intp]) -> NDArray[np.intp]:
    others = shares.copy()
    others[np.arange(len(shares)), first] = -1.0
    return np.asarray(others.argmax(axis=1), np.intp)


def _trust_figures(scores: Floats, shares: Floats) -> Floats:
    first = np.clip(shares.max(axis=1), 1e-9, 1 - 1e-9)
    highest = np.sort(scores, axis=1)[:, :-4:-1]
    above = np.maximum(highest[:, 0], 0.0)
    return np.stack(
        [
            np.log(first / (1 - first)),
            highest[:, 0],
            highest[:, 1],
            highest[:, -1],
            scores.mean(axis=1),
            above * highest[:, 0],
            above * highest[:, 1],
        ],
        axis=1,
    )


def fit_calibrator(scores: Floats, truth: NDArray[np.intp]) -> Calibrator:
    """Fit on out-of-fold scores by maximum likelihood with ridges.

    Args:
        scores: shape (n, themes), two themes or more, from models that did not see the rows.
        truth: index of the true theme of each row, shape (n,).
    """
    scale, offsets = _fit_shares(scores, truth)
    themes = scores.shape[1]
    untrusting = Calibrator(scale=scale, offsets=offsets, trust=np.zeros(TRUST_FEATURES + 1 + 2 * themes))
    shares = untrusting._shares(scores)
    first = shares.argmax(axis=1)
    ranks = np.hstack([np.eye(themes)[first], np.eye(themes)[_second(shares, first)]])
    return replace(untrusting, trust=_fit_trust(_trust_figures(scores, shares), ranks, first == truth))


def _fit_shares(scores: Floats, truth: NDArray[np.intp]) -> tuple[float, Floats]:
    from scipy.optimize import minimize

    at = np.arange(len(truth))

    def loss(parameters: Floats) -> tuple[float, Floats]:
        scale, offsets = float(np.exp(parameters[0])), parameters[1:]
        shares = softmax(scale * scores + offsets)
        wrongness = shares.copy()
        wrongness[at, truth] -= 1.0
        value = -np.log(np.maximum(shares[at, truth], 1e-300)).sum() + 0.5 * SHARE_RIDGE * float(offsets @ offsets)
        gradient = np.concatenate([[scale * (wrongness * scores).sum()], wrongness.sum(axis=0) + SHARE_RIDGE * offsets])
        return float(value), gradient

    themes = scores.shape[1]
    found = minimize(
        loss,
        np.concatenate([[1.0], np.zeros(themes)]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-3.0, 5.0)] + [(-5.0, 5.0)] * themes,
    )
    return float(np.exp(found.x[0])), np.asarray(found.x[1:], np.float64)


def _fit_trust(figures: Floats, ranks: Floats, right: NDArray[np.bool_]) -> Floats:
    """Fit a logistic regression on standardised figures and on `ranks`; return the coefficients as in `Calibrator`."""
    from scipy.optimize import minimize

    mean, spread = figures.mean(axis=0), np.maximum(figures.std(axis=0), 1e-9)
    standard = np.hstack([(figures - mean) / spread, np.ones((len(figures), 1)), ranks])
    pulled = np.concatenate([np.full(TRUST_FEATURES, TRUST_RIDGE), [1e-6], np.full(ranks.shape[1], THEME_RIDGE)])

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = standard @ weights
        value = float((np.logaddexp(0.0, logits) - right * logits).sum() + 0.5 * (pulled * weights**2).sum())
        return value, standard.T @ (expit(logits) - right) + pulled * weights

    size = len(pulled)
    found = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", bounds=[(-20.0, 20.0)] * size).x
    raw = found[:TRUST_FEATURES] / spread
    intercept = found[TRUST_FEATURES] - float(raw @ mean)
    return np.concatenate([raw, [intercept], found[TRUST_FEATURES + 1 :]])


def expected_calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = 15) -> float:
    """Mean |confidence - share right| over equal-width bins, weighted by their sizes (Naeini et al. 2015); in [0, 1]."""
    if not len(confidence):
        return 0.0
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(place, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))
