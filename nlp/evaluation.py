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


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often rows of theme `true` were taken for theme `said`, and how many of these were automatic answers."""

    true: str
    said: str
    n: int
    automatic: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePoint:
    """If all rows from this confidence on were answered: their share, the share of right ones, the exact error bound."""

    confidence: float
    coverage: float
    precision: float
    upper_bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Misroute:
    """A wrong first theme, by its row."""

    row: int
    true: str
    said: str
    confidence: float
    automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What to look at: confusions by cost, coverage against precision, the wrong answers with the highest confidence."""

    accuracy_ci: Interval
    confusions: list[Confusion]
    curve: list[CoveragePoint]
    misroutes: list[Misroute]


COVERAGES = tuple(step / 20 for step in range(1, 21))


def findings(judgements: Sequence[Judgement], truth: Sequence[str]) -> Findings:
    """Find what an office can act on; a confusion costs more the more of it goes out without a person."""
    wrong = [
        Misroute(
            row=row,
            true=theme,
            said=judgement.prediction.theme or "",
            confidence=float(judgement.prediction.confidence or 0.0),
            automatic=judgement.decision.routing is Routing.AUTO,
        )
        for row, (judgement, theme) in enumerate(zip(judgements, truth, strict=True))
        if judgement.prediction.theme != theme
    ]
    pairs = Counter((one.true, one.said) for one in wrong)
    automatic = Counter((one.true, one.said) for one in wrong if one.automatic)
    confusions = [
        Confusion(true=true, said=said, n=n, automatic=automatic[true, said]) for (true, said), n in pairs.items()
    ]
    return Findings(
        accuracy_ci=exact_interval(len(truth) - len(wrong), len(truth)),
        confusions=sorted(confusions, key=lambda one: (-one.automatic, -one.n, one.true, one.said)),
        curve=_curve(judgements, {one.row for one in wrong}),
        misroutes=sorted(wrong, key=lambda one: (-one.automatic, -one.confidence, one.row)),
    )


def _curve(judgements: Sequence[Judgement], wrong: set[int]) -> list[CoveragePoint]:
    confidence = np.array([judgement.prediction.confidence or 0.0 for judgement in judgements], np.float64)
    order = np.argsort(-confidence, kind="stable")
    misses = np.cumsum([row in wrong for row in order])
    points = []
    for coverage in COVERAGES:
        answered = round(coverage * len(order))
        if answered:
            missed = int(misses[answered - 1])
            points.append(
                CoveragePoint(
                    confidence=round(float(confidence[order[answered - 1]]), 4),
                    coverage=coverage,
                    precision=round(1 - missed / answered, 4),
                    upper_bound=round(upper_bound(missed, answered, LEVEL), 4),
                )
            )
    return points


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
