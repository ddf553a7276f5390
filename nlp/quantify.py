"""How large each theme's share is in texts that nobody has labelled, corrected for the classifier's errors.

Counting predicted themes carries the classifier's confusions into the shares. Here the shares are those under which the
calibrated confidences are likeliest (expectation maximisation; Saerens, Latinne and Decaestecker 2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 200
CLOSE = 1e-7
RESAMPLES = 200

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The estimated share of a theme and its 95 % interval (percentile bootstrap over the texts); all in [0, 1]."""

    share: float
    low: float
    high: float


def theme_shares(confidences: Floats, known: Floats, *, level: float = 0.95, seed: int = 0) -> list[Share]:
    """Estimate the share of each theme among texts.

    Args:
        confidences: calibrated confidences in every theme, shape (n, themes), n > 0, rows sum to 1.
        known: share of each theme among the labelled rows that the confidences were calibrated on; sums to 1.
        level: of the interval.
        seed: of the resampling.

    Raises:
        ValueError: there are no texts, or the shapes differ.
    """
    if not len(confidences) or confidences.shape[1:] != known.shape:
        raise ValueError("confidences of at least one text over the known themes are needed")
    random = np.random.default_rng(seed)
    estimate = _likeliest(confidences, known)
    n = len(confidences)
    drawn = np.stack([_likeliest(confidences[random.integers(n, size=n)], known) for _ in range(RESAMPLES)])
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return [
        Share(share=float(share), low=float(min(least, share)), high=float(max(most, share)))
        for share, least, most in zip(estimate, low, high, strict=True)
    ]


def _likeliest(confidences: Floats, known: Floats) -> Floats:
    """Find the shares by expectation maximisation; a theme without labelled rows stays at 0."""
    labelled = known > 0
    likelihoods = confidences[:, labelled] / known[labelled]
    shares = known[labelled] / known[labelled].sum()
    for _ in range(ROUNDS):
        weights = likelihoods * shares
        totals = np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
        fresh = (weights / totals).mean(axis=0)
        moved = float(np.abs(fresh - shares).max())
        shares = fresh
        if moved < CLOSE:
            break
    result = np.zeros(len(known))
    result[labelled] = shares / shares.sum()
    return result
