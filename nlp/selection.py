"""When to answer without a person: thresholds whose error has an exact upper bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nlp.policy import Policy

STEPS = 1_000
"""Number of nested sets of answers, strict to loose, that are tested one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Least confidence for an automatic answer: `pool` for every theme (None: never), `own` where a theme is stricter.

    `answered` and `wrong` are the out-of-fold rows that `pool` lets through and how many of them were wrong;
    `upper_bound` is the exact upper bound of the share of wrong ones at the policy's level.
    """

    pool: float | None = None
    own: dict[str, float] = field(default_factory=dict)
    answered: int = 0
    wrong: int = 0
    upper_bound: float = 1.0

    def of(self, theme: str | None) -> float | None:
        """Give the threshold of a theme; None where nothing may be answered automatically."""
        if self.pool is None or theme is None:
            return None
        return max(self.pool, self.own.get(theme, 0.0))


def upper_bound(wrong: int, answered: int, level: float = 0.95) -> float:
    """Bound the share of wrong answers from above, one-sided and exact (Clopper and Pearson 1934)."""
    from scipy.stats import beta

    return 1.0 if wrong >= answered else float(beta.ppf(level, wrong + 1, answered - wrong))


def lower_bound(wrong: int, answered: int, level: float = 0.95) -> float:
    """Bound the share of wrong answers from below, one-sided and exact (Clopper and Pearson 1934)."""
    from scipy.stats import beta

    return float(beta.ppf(1.0 - level, wrong, answered - wrong + 1)) if wrong else 0.0


def choose_threshold(
    confidence: NDArray[np.float64], wrong: NDArray[np.bool_], *, target: float, level: float
) -> Thresholds:
    """Find the loosest threshold whose bound holds, testing strict to loose and stopping at the first failure.

    The sequence of tests is fixed by the number of rows alone (fixed-sequence testing; Angelopoulos et al. 2021), so
    the bound holds for the threshold that comes out. It begins with a tenth of the rows, or where an error-free set would
    pass: among fewer, one stray label would end the search.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked, misses = confidence[order], np.cumsum(wrong[order])
    least = max(int(np.ceil(np.log(1 - level) / np.log(1 - target))), len(ranked) // 10)
    best = Thresholds()
    for size in np.unique(np.linspace(least, len(ranked), STEPS).astype(int)) if len(ranked) >= least else ():
        bound = upper_bound(int(misses[size - 1]), int(size), level)
        if bound > target:
            break
        value = float(ranked[size - 1])
        best = Thresholds(pool=value, answered=int(size), wrong=int(misses[size - 1]), upper_bound=bound)
    return best


def choose_thresholds(
    confidence: NDArray[np.float64], themes: Sequence[str], wrong: NDArray[np.bool_], policy: Policy
) -> Thresholds:
    """Choose the pool's threshold, and a stricter one for each theme that is shown to be worse than the target there.

    Args:
        confidence: of the first theme of each row that no doubt holds back, shape (n,).
        themes: predicted theme of each row.
        wrong: whether it was the wrong one.
        policy: `error_target`, `error_level` and `theme_own_threshold` are used.
    """
    pool = choose_threshold(confidence, wrong, target=policy.error_target, level=policy.error_level)
    if pool.pool is None:
        return pool
    names = np.asarray(themes)
    own: dict[str, float] = {}
    for theme in sorted(set(themes)):
        rows = names == theme
        answered = rows & (confidence >= pool.pool)
        if rows.sum() < policy.theme_own_threshold:
            continue
        if lower_bound(int(wrong[answered].sum()), int(answered.sum()), policy.error_level) > policy.error_target:
            own[theme] = _cleaner(confidence[answered], wrong[answered], policy.error_target)
    return replace(pool, own=own)


def _cleaner(confidence: NDArray[np.float64], wrong: NDArray[np.bool_], target: float) -> float:
    """Give the lowest threshold above which no more than `target` of the rows are wrong; 1 (never) where there is none."""
    order = np.argsort(-confidence, kind="stable")
    shares = np.cumsum(wrong[order]) / np.arange(1, len(order) + 1)
    clean = np.flatnonzero(shares <= target)
    return float(confidence[order[clean[-1]]]) if len(clean) else 1.0
