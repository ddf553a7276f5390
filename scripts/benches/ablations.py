"""What each ingredient of the classifier is worth: accuracy and macro-F1 with one of them taken out at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np

from nlp import fitting, training
from nlp.counting import Reading, count
from nlp.segment import default_engine
from nlp.taxonomy import Taxonomy
from nlp.vocabulary import Vocabulary
from scripts.benches.accuracy import Split, crossed, few, halves, scores_of, show
from scripts.benches.texts import own_corpus, read

SHOTS = (5, 50)

_machine = fitting._machine


def without_ratios(rows, mine, cost, **how):  # type: ignore[no-untyped-def]
    """Stand in for the machine on rows scaled by log-count ratios, so that the plain one alone is left."""
    weights, bias = _machine(rows, mine, fitting.COST, **how)
    return (weights, bias) if cost == fitting.COST else (weights * 0.0, 0.0)


def no_hints(taxonomy: Taxonomy | None, themes: object) -> list:
    """Give no pseudo-examples."""
    return []


VARIANTS: dict[str, Callable[[], AbstractContextManager]] = {
    "全部": nullcontext,
    "不挑列": lambda: patch.object(fitting, "KEPT", fitting.MAX_FEATURES),
    "没有 NB-SVM": lambda: patch.object(fitting, "_machine", without_ratios),
    "没有主题自己的话": lambda: patch.object(training, "_hints", no_hints),
}
LOOKED_UP: dict[str, Callable[[], AbstractContextManager]] = {
    "全部": nullcontext,
    "不查词典": lambda: patch.object(training, "FEW_EACH", 0),
}


def run(folder: Path | None) -> None:
    """Print one line for each set and variant: macro-F1 and accuracy."""
    print("| 数据 | 去掉什么 | 宏平均 F1 | 正确率 | | | | |\n|---|---|---|---|---|---|---|---|")
    own, _, taxonomy = own_corpus()
    compare("本项目样本，五折", list(crossed(own, taxonomy)))
    bare = Taxonomy(themes=tuple(replace(theme, terms=()) for theme in taxonomy.themes))
    show("本项目样本，五折", "没有说法（terms）", [measured(split) for split in crossed(own, bare)])
    if folder is None:
        return
    messages = read(folder / "messages" / "labelled.csv")
    unlabelled = read(folder / "messages" / "unlabelled.csv").writings
    compare("messages，全部标注，五折", list(crossed(messages, None)))
    dictionary(folder)
    for shots in SHOTS:
        splits = list(few(messages, unlabelled, shots))[:3]
        compare(f"messages，每主题 {shots} 条，三个种子", splits)
        alone = [Split(known=split.known, asked=split.asked) for split in splits]
        show(f"messages，每主题 {shots} 条，三个种子", "没有未标注文本", [measured(split) for split in alone])


def dictionary(folder: Path) -> None:
    """Print what a dictionary is worth where examples are few, with and without unlabelled texts."""
    messages = read(folder / "messages" / "labelled.csv")
    unlabelled = read(folder / "messages" / "unlabelled.csv").writings
    for shots in (5, 10):
        splits = list(few(messages, unlabelled, shots))
        compare(f"messages，每主题 {shots} 条", splits, LOOKED_UP)
        alone = [Split(known=split.known, asked=split.asked) for split in splits]
        compare(f"messages，每主题 {shots} 条，没有未标注文本", alone, LOOKED_UP)
    for name in ("csldcp", "iflytek", "tnews"):
        compare(f"{name}，开发集五折", list(halves(folder / "few_label", name)), LOOKED_UP)


def compare(
    name: str, splits: list[Split], variants: Mapping[str, Callable[[], AbstractContextManager]] = VARIANTS
) -> None:
    """Print a line for each variant."""
    for label, taken_out in variants.items():
        with taken_out():
            show(name, label, [measured(split) for split in splits])


def measured(split: Split) -> list[float]:
    """Train and give macro-F1 and accuracy; folds for calibration are of no interest here, and are not made."""
    recipe = training.Recipe()
    data = training._prepare(split.known.writings, split.known.themes, split.taxonomy, split.more, recipe)
    fitted = training._fit(data, np.arange(len(split.known)))
    reading = Reading(engine=default_engine())
    scores = fitted.scores(count(split.asked.writings, Vocabulary(data.hashes), reading, ""))
    return scores_of(split.asked.themes, [data.classes[column] for column in scores.argmax(axis=1)])
