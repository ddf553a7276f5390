"""Several matters in one text: secondary themes named, and false alarms; and the weights of `nlp.turns`, fitted anew."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from nlp.classifier import ThemeClassifier
from nlp.domain import OTHER_THEME, Doubt, Judgement, Writing
from nlp.judging import Judge
from nlp.passages import cuts_of
from nlp.text import normalise
from nlp.training import train
from nlp.turns import Signs, Turn, read_passages, turns_of
from scripts.benches.texts import DATA, FOLDS, folds_of, own_corpus, read
from service.knowledge import load_knowledge, training_files

DAY = date(2026, 11, 24)
CORPUS = DATA / "corpus"
TRAINING, WRITTEN, HELD_WRITTEN, HELD = "训练文件（折外）", "matters.csv", "heldout-matters.csv", "heldout.csv"
ALIKE, UNLIKE = 140, 120
"""Texts that are made of several in each fold: of one theme, so that length alone tells nothing, and of two themes."""
MADE = 0.2
"""What a turn counts for where two texts were joined: no person wrote it."""
ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A written text with the themes of its matters, the first theme first, and the file that it stands in."""

    writing: Writing
    themes: tuple[str, ...]
    group: str

    @property
    def several(self) -> bool:
        """Tell whether secondary themes are marked."""
        return len(self.themes) > 1


def run(folder: Path | None) -> None:
    """Print one line for each part of the corpus, and the share of collected texts that are flagged."""
    judged = [
        (case, one)
        for model, cases in _unseen()
        for case, one in zip(cases, _judge(model).judge([case.writing for case in cases], DAY), strict=True)
    ]
    for group in (TRAINING, WRITTEN, HELD_WRITTEN, HELD):
        print(_told(group, [(case, one) for case, one in judged if case.group == group]))
    print(_told("合计", judged))
    if folder is not None:
        texts = read(folder / "messages" / "labelled.csv")
        folds = folds_of(texts)
        known, asked = texts.part(np.flatnonzero(folds != 0)), texts.part(np.flatnonzero(folds == 0))
        found = _judge(train(known.writings, known.themes)).judge(asked.writings, DAY)
        print(f"多件事：messages 一折 {len(asked)} 篇中标为多件事的 {np.mean([_flagged(one) for one in found]):.3f}")


def _flagged(judgement: Judgement) -> bool:
    return Doubt.SEVERAL_MATTERS in judgement.decision.doubts


def _told(group: str, judged: list[tuple[Case, Judgement]]) -> str:
    marked = [(case, one) for case, one in judged if case.several]
    others = [one for case, one in judged if not case.several]
    hits = wanted = said = 0
    for case, one in marked:
        true = set(case.themes) - {one.prediction.theme}
        if one.prediction.theme not in case.themes:
            true = set(case.themes[1:])
        named = set(one.prediction.secondary)
        hits, wanted, said = hits + len(true & named), wanted + len(true), said + len(named)
    line = (
        f"多件事：{group}，标了的 {len(marked)} 篇中看出 {sum(_flagged(one) for _, one in marked)} 篇；"
        f"说出的次要主题召回 {hits / max(wanted, 1):.2f}，精确 {hits / max(said, 1):.2f}"
    )
    if others:
        line += f"；未标的 {len(others)} 篇中误报 {sum(map(_flagged, others))} 篇"
    return line


def _judge(model: ThemeClassifier) -> Judge:
    knowledge = load_knowledge(DATA)
    return Judge(taxonomy=knowledge.taxonomy, policy=knowledge.policy, model=model)


def _unseen() -> Iterator[tuple[ThemeClassifier, list[Case]]]:
    """Give models, each with texts that it has not seen."""
    own, _, taxonomy = own_corpus()
    policy = load_knowledge(DATA).policy
    cases = [case for path in training_files(DATA) for case in _cases(path, TRAINING)]
    folds = folds_of(own)
    for fold in range(FOLDS):
        known = own.part(np.flatnonzero(folds != fold))
        model = train(known.writings, known.themes, taxonomy=taxonomy, policy=policy)
        yield model, [cases[row] for row in np.flatnonzero(folds == fold)]
    model = train(own.writings, own.themes, taxonomy=taxonomy, policy=policy)
    yield model, [case for name in (WRITTEN, HELD_WRITTEN, HELD) for case in _cases(CORPUS / name, name)]


def _cases(path: Path, group: str) -> list[Case]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Case(
                writing=Writing(title=row["title"], text=row["text"]),
                themes=(row["theme"], *filter(None, row["secondary"].split(";"))),
                group=group,
            )
            for row in csv.DictReader(stream)
        ]


def fit(_: Path | None) -> None:
    """Print the weights of the signs of a turn, by logistic regression.

    In a marked text the likeliest turn between two of its themes is one; no turn is one in an unmarked text, or in
    several texts of one theme that were joined.
    """
    written: list[list[Signs]] = []
    made: list[list[Signs]] = []
    bad: list[Signs] = []
    random = np.random.default_rng(0)
    for model, seen in _unseen():
        cases = [case for case in seen if case.group in (TRAINING, WRITTEN)]
        ordinary = [case for case in cases if not case.several and case.themes[0] != OTHER_THEME]
        joined = list(_joined(ordinary, random)) if ordinary else []
        for kind, texts in ((written, cases), (made, joined)):
            for case, signs in _right(model, texts):
                if not case.several:
                    bad += signs
                elif signs:
                    kind.append(signs)
    weights, bias = _fitted(written, made, bad)
    for name, weight in zip(Signs._fields, weights, strict=True):
        print(f"    {name}={weight:.2f},")
    print(f"BIAS = {bias:.2f}")


def _right(model: ThemeClassifier, cases: list[Case]) -> Iterator[tuple[Case, list[Signs]]]:
    """Give with each case the signs of the turns between two of its themes; of all if it has one theme."""
    for case, turns in zip(cases, _turns(model, [case.writing for case in cases]), strict=True):
        themes = [{model.classes[turn.first], model.classes[turn.then]} for turn in turns]
        kept = [not case.several or of_turn <= {*case.themes} for of_turn in themes]
        yield case, [turn.signs for turn, right in zip(turns, kept, strict=True) if right]


def _joined(cases: list[Case], random: np.random.Generator) -> Iterator[Case]:
    """Join two to four texts of one theme, and two of different themes."""
    by_theme: dict[str, list[Case]] = {}
    for case in cases:
        by_theme.setdefault(case.themes[0], []).append(case)
    groups = [own for own in by_theme.values() if len(own) >= 4]
    for _ in range(ALIKE):
        own = groups[int(random.integers(len(groups)))]
        picked = random.choice(len(own), int(random.integers(2, 5)), replace=False)
        yield _one_of([own[place] for place in picked])
    for _ in range(UNLIKE):
        first, then = random.choice(len(groups), 2, replace=False)
        pair = [groups[place][int(random.integers(len(groups[place])))] for place in (first, then)]
        yield _one_of(pair)


def _one_of(cases: list[Case]) -> Case:
    themes = tuple(dict.fromkeys(case.themes[0] for case in cases))
    texts = [case.writing.text if case.writing.text[-1:] in "。！？" else f"{case.writing.text}。" for case in cases]
    return Case(writing=Writing(title=cases[0].writing.title, text="".join(texts)), themes=themes, group=TRAINING)


def _fitted(written: list[list[Signs]], made: list[list[Signs]], bad: list[Signs]) -> tuple[np.ndarray, float]:
    mean, spread = np.mean(bad, axis=0), np.maximum(np.std(bad, axis=0), 1e-9)
    good = [*written, *made]
    counts = [1.0] * len(written) + [MADE] * len(made) + [1.0] * len(bad)
    truth = [1] * len(good) + [0] * len(bad)
    chosen = [max(turns, key=lambda signs: signs.gain + 6 * signs.added) for turns in good]
    for _ in range(ROUNDS):
        rows = (np.array([*chosen, *bad]) - mean) / spread
        model = LogisticRegression(C=0.3, max_iter=1_000).fit(rows, truth, sample_weight=counts)
        weights = model.coef_[0] / spread
        chosen = [max(turns, key=lambda signs: float(np.dot(weights, signs))) for turns in good]
    return weights, float(model.intercept_[0] - mean @ weights)


def _turns(model: ThemeClassifier, writings: list[Writing]) -> list[list[Turn]]:
    """Give all turns of each text."""
    fields = normalise([part for writing in writings for part in (writing.title, writing.text)])
    cuts = cuts_of([field.text for field in fields], range(len(writings)))
    reading = read_passages(model, model.read(fields), cuts)
    turns: list[list[Turn]] = [[] for _ in writings]
    if reading is not None:
        for number, found in turns_of(reading, -np.inf).items():
            turns[number] = found
    return turns
