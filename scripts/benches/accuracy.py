"""Themes: ours beside common baselines in the same folds, as lines of a Markdown table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.stats import t
from sklearn.metrics import accuracy_score, f1_score

from nlp.calibration import expected_calibration_error
from nlp.taxonomy import Taxonomy
from nlp.training import train
from scripts.benches.baselines import BASELINES
from scripts.benches.texts import FOLDS, Labelled, folds_of, own_corpus, read, words_of

SHOTS = (5, 10, 20, 50, 100)
HEADLINES = (3_000, 6_000, 12_000, 24_000)
SEEDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One measurement: `known` texts are learnt, `more` are unlabelled, `asked` are scored."""

    known: Labelled
    asked: Labelled
    more: list = field(default_factory=list)
    taxonomy: Taxonomy | None = None


def run(folder: Path | None) -> None:
    """Print one line for each set: macro-F1, accuracy and, for ours, top-3, calibration error, coverage."""
    print("| 数据 | 方法 | 宏平均 F1 | 正确率 | 前三 | ECE | 自动占比 | 自动正确率 |")
    print("|---|---|---|---|---|---|---|---|")
    own, held, taxonomy = own_corpus()
    measure("本项目样本，五折", list(crossed(own, taxonomy)))
    measure("本项目留出样本", [Split(known=own, asked=held, taxonomy=taxonomy)])
    if folder is None:
        return
    messages = read(folder / "messages" / "labelled.csv")
    unlabelled = read(folder / "messages" / "unlabelled.csv").writings
    measure("messages，全部标注，五折", list(crossed(messages, None)))
    for shots in SHOTS:
        measure(f"messages，每主题 {shots} 条", list(few(messages, unlabelled, shots)))
    for name in ("csldcp", "iflytek", "tnews"):
        measure(f"{name}，开发集五折", list(halves(folder / "few_label", name)))
    headlines = read(folder / "headlines" / "toutiao_train.csv")
    measure("toutiao，五折", list(crossed(headlines, None)))
    for size in HEADLINES:
        measure(f"toutiao，用 {size} 条", [grown(headlines, size)])


def crossed(texts: Labelled, taxonomy: Taxonomy | None) -> Iterator[Split]:
    """Leave each fold out in turn."""
    folds = folds_of(texts)
    for fold in range(FOLDS):
        known, asked = texts.part(np.flatnonzero(folds != fold)), texts.part(np.flatnonzero(folds == fold))
        yield Split(known=known, asked=asked, taxonomy=taxonomy)


def few(texts: Labelled, unlabelled: list, shots: int) -> Iterator[Split]:
    """Keep `shots` labels a theme from four folds, take the other texts of these as unlabelled, score the fifth."""
    for seed in range(SEEDS):
        folds = folds_of(texts, seed)
        rows = np.random.default_rng(seed).permutation(np.flatnonzero(folds != 0))
        themes = np.array(texts.themes)
        kept = np.concatenate([rows[themes[rows] == theme][:shots] for theme in sorted(set(texts.themes))])
        more = texts.part(np.setdiff1d(rows, kept)).writings + unlabelled
        yield Split(known=texts.part(kept), asked=texts.part(np.flatnonzero(folds == 0)), more=more)


def grown(texts: Labelled, size: int) -> Split:
    """Keep `size` labelled texts of four folds, score the fifth."""
    folds = folds_of(texts)
    rows = np.random.default_rng(0).permutation(np.flatnonzero(folds != 0))[:size]
    return Split(known=texts.part(rows), asked=texts.part(np.flatnonzero(folds == 0)))


def halves(folder: Path, name: str) -> Iterator[Split]:
    """Score each fifth of the development texts with the rest of them as unlabelled texts."""
    known, asked = read(folder / f"{name}_train.csv"), read(folder / f"{name}_dev.csv")
    folds = folds_of(asked)
    for fold in range(FOLDS):
        more = asked.part(np.flatnonzero(folds != fold)).writings
        yield Split(known=known, asked=asked.part(np.flatnonzero(folds == fold)), more=more)


def measure(name: str, splits: list[Split]) -> None:
    """Print a line for each baseline and for ours."""
    for label, baseline in BASELINES.items():
        figures = []
        for split in splits:
            found = baseline(words_of(split.known), split.known.themes, words_of(split.asked))
            figures.append(scores_of(split.asked.themes, found))
        show(name, label, figures)
    show(name, "(d) 本项目", [ours(split) for split in splits])


def scores_of(truth: list[str], found: list[str]) -> list[float]:
    """Give macro-F1 and accuracy."""
    return [float(f1_score(truth, found, average="macro", zero_division=0)), float(accuracy_score(truth, found))]


def ours(split: Split) -> list[float]:
    """Give macro-F1, accuracy, top-3, calibration error, share answered automatically, and how much of that was right."""
    model = train(split.known.writings, split.known.themes, taxonomy=split.taxonomy, unlabelled=split.more)
    predictions = model.predict(split.asked.writings, reasons=False)
    truth = split.asked.themes
    right = np.array([one.theme == theme for one, theme in zip(predictions, truth, strict=True)])
    confidence = np.array([float(one.confidence or 0.0) for one in predictions])
    top3 = [theme in [each.theme for each in one.ranked[:3]] for one, theme in zip(predictions, truth, strict=True)]
    least = np.array([2.0 if (of := model.thresholds.of(one.theme)) is None else of for one in predictions])
    auto = confidence >= least
    precision = float(right[auto].mean()) if auto.any() else float("nan")
    error = expected_calibration_error(confidence, right)
    found = [one.theme or "" for one in predictions]
    return [*scores_of(truth, found), float(np.mean(top3)), error, float(auto.mean()), precision]


def show(name: str, label: str, figures: list[list[float]]) -> None:
    """Print one line: means over the measurements, with half of the 95 % interval where there are several."""
    table = np.array(figures)
    cells = []
    for column in table.T:
        half = (
            float(t.ppf(0.975, len(column) - 1) * column.std(ddof=1) / len(column) ** 0.5) if len(column) > 1 else 0.0
        )
        cells.append(f"{column.mean():.3f}" + (f" ±{half:.3f}" if len(column) > 1 else ""))
    print("| " + " | ".join([name, label, *cells, *["" for _ in range(6 - len(cells))]]) + " |", flush=True)
