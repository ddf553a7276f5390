"""From scores to confidences, and how far the confidences can be believed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrator:
    """Vector-scaled softmax over scores (Guo et al. 2017): softmax(scale * scores + offsets)."""

    scale: float
    offsets: Floats

    def confidences(self, scores: Floats) -> Floats:
        """Turn scores of shape (n, themes) into confidences of the same shape; each row sums to 1."""
        logits = self.scale * scores + self.offsets
        logits = logits - logits.max(axis=1, keepdims=True)
        exponentials = np.exp(logits)
        return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), np.float64)


def fit_calibrator(scores: Floats, truth: NDArray[np.intp], ridge: float = 1.0) -> Calibrator:
    """Fit on out-of-fold scores by maximum likelihood with a ridge on the offsets.

    Args:
        scores: shape (n, themes), from models that did not see the rows.
        truth: index of the true theme of each row, shape (n,).
        ridge: strength of the pull of each offset towards 0, so that a rare theme gets none.
    """
    from scipy.optimize import minimize

    n, themes = scores.shape
    at = np.arange(n)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        scale, offsets = float(np.exp(parameters[0])), parameters[1:]
        shares = Calibrator(scale=scale, offsets=offsets).confidences(scores)
        wrongness = shares.copy()
        wrongness[at, truth] -= 1.0
        value = -np.log(np.maximum(shares[at, truth], 1e-300)).sum() + 0.5 * ridge * float(offsets @ offsets)
        gradient = np.concatenate([[scale * (wrongness * scores).sum()], wrongness.sum(axis=0) + ridge * offsets])
        return float(value), gradient

    start = np.concatenate([[1.0], np.zeros(themes)])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(-3.0, 5.0)] + [(-5.0, 5.0)] * themes)
    return Calibrator(scale=float(np.exp(found.x[0])), offsets=np.asarray(found.x[1:], np.float64))


def expected_calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = 15) -> float:
    """Mean |confidence - share right| over equal-width bins, weighted by their sizes (Naeini et al. 2015); in [0, 1]."""
    if not len(confidence):
        return 0.0
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(place, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))
