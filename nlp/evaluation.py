"""What a model is worth on labelled rows: figures that an office can act on, with exact intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.calibration import expected_calibration_error
from nlp.domain import Judgement, Routing
from nlp.selection import upper_bound

LEVEL = 0.95

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeFigures:
    """One theme: `n` labelled rows, precision, recall and F1 with exact 95 % intervals; `enough` unless 样本不足."""

    n: int
    precision: float
    recall: float
    f1: float
    precision_ci: Interval
    recall_ci: Interval
    enough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoFigures:
    """Automatic answers: share of all rows, share of right themes, exact upper bound of the share of wrong ones.

    `department_precision` is the share of automatic answers with the right lead department; None where the taxonomy
    has no departments or nothing was automatic.
    """

    coverage: float
    precision: float | None
    upper_bound: float
    department_precision: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Every figure of one evaluation; shares are in [0, 1]."""

    n: int
    accuracy: float
    macro_f1: float
    top2: float
    top3: float
    ece: float
    auto: AutoFigures
    department_accuracy: float | None
    per_theme: dict[str, ThemeFigures]
    doubts: dict[str, int]


def exact_interval(hits: int, n: int) -> Interval:
    """Give the exact two-sided 95 % interval of a share (Clopper and Pearson 1934); (0, 1) where n is 0."""
    if n == 0:
        return (0.0, 1.0)
    from scipy.stats import binomtest

    found = binomtest(hits, n).proportion_ci(LEVEL, method="exact")
    return (round(float(found.low), 4), round(float(found.high), 4))


def evaluate(
    judgements: Sequence[Judgement],
    truth: Sequence[str],
    true_leads: Sequence[str | None] | None,
    examples: dict[str, int],
    few: int,
) -> Evaluation:
    """Compare judgements with the true themes.

    Args:
        judgements: what was said of each row.
        truth: its true theme id.
        true_leads: the lead department that its true theme and text ask for, or None without departments.
        examples: training rows per theme; a theme with fewer than `few` is marked.
        few: see above.
    """
    first = [judgement.prediction.theme or "" for judgement in judgements]
    right = np.array([one == other for one, other in zip(first, truth, strict=True)], bool)
    per_theme = {
        theme: _theme(theme, first, truth, examples.get(theme, 0) >= few)
        for theme in sorted(set(truth) | (set(first) - {""}))
    }
    leads = None if true_leads is None else _leads_right(judgements, true_leads)
    confidence = np.array([judgement.prediction.confidence or 0.0 for judgement in judgements], np.float64)
    doubts = Counter(doubt.value for judgement in judgements for doubt in judgement.decision.doubts)
    n = len(truth)
    return Evaluation(
        n=n,
        accuracy=_share(right),
        macro_f1=round(float(np.mean([figures.f1 for figures in per_theme.values()])), 4) if n else 0.0,
        top2=_top(judgements, truth, 2),
        top3=_top(judgements, truth, 3),
        ece=round(expected_calibration_error(confidence, right), 4),
        auto=_auto(judgements, right, leads),
        department_accuracy=None if leads is None else _share(leads),
        per_theme=per_theme,
        doubts=dict(sorted(doubts.items())),
    )


def _share(hits: NDArray[np.bool_]) -> float:
    return round(float(hits.mean()), 4) if len(hits) else 0.0


def _top(judgements: Sequence[Judgement], truth: Sequence[str], depth: int) -> float:
    found = [
        theme in [one.theme for one in judgement.prediction.ranked[:depth]]
        for judgement, theme in zip(judgements, truth, strict=True)
    ]
    return _share(np.array(found, bool))


def _leads_right(judgements: Sequence[Judgement], true_leads: Sequence[str | None]) -> NDArray[np.bool_]:
    pairs = zip(judgements, true_leads, strict=True)
    return np.array([judgement.decision.lead == lead for judgement, lead in pairs], bool)


def _auto(judgements: Sequence[Judgement], right: NDArray[np.bool_], leads: NDArray[np.bool_] | None) -> AutoFigures:
    rows = np.array([judgement.decision.routing is Routing.AUTO for judgement in judgements], bool)
    answered, wrong = int(rows.sum()), int((~right[rows]).sum())
    return AutoFigures(
        coverage=_share(rows),
        precision=_share(right[rows]) if answered else None,
        upper_bound=round(upper_bound(wrong, answered, LEVEL), 4),
        department_precision=None if leads is None or not answered else _share(leads[rows]),
    )


def _theme(theme: str, first: Sequence[str], truth: Sequence[str], enough: bool) -> ThemeFigures:
    said = sum(one == theme for one in first)
    true = sum(one == theme for one in truth)
    hits = sum(one == other == theme for one, other in zip(first, truth, strict=True))
    return ThemeFigures(
        n=true,
        precision=round(hits / said, 4) if said else 0.0,
        recall=round(hits / true, 4) if true else 0.0,
        f1=round(2 * hits / (said + true), 4) if said + true else 0.0,
        precision_ci=exact_interval(hits, said),
        recall_ci=exact_interval(hits, true),
        enough=enough,
    )
