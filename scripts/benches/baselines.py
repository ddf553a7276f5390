"""What ours is measured against, each on the same words: themes predicted for texts, from labelled ones."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.svm import LinearSVC

Words = list[str]
Baseline = Callable[[Words, list[str], Words], list[str]]


def default_svm(known: Words, themes: list[str], asked: Words) -> list[str]:
    """Fit TfidfVectorizer and LinearSVC at their defaults."""
    vectoriser = TfidfVectorizer()
    machine = LinearSVC(random_state=0).fit(vectoriser.fit_transform(known), themes)
    return list(machine.predict(vectoriser.transform(asked)))


def fasttext(known: Words, themes: list[str], asked: Words) -> list[str]:
    """Fit fastText with word pairs, 25 epochs, learning rate 0.5, one thread (so that it repeats)."""
    import fasttext as library

    names = sorted(set(themes))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        lines = (f"__label__{names.index(theme)} {words}" for words, theme in zip(known, themes, strict=True))
        path.write_text("\n".join(line.replace("\r", " ") for line in lines), "utf-8")
        model = library.train_supervised(
            str(path), epoch=25, lr=0.5, wordNgrams=2, minCount=1, thread=1, verbose=0, bucket=200_000, seed=0
        )
    found, _ = model.predict([words.replace("\n", " ") for words in asked])
    return [names[int(labels[0].removeprefix("__label__"))] if labels else names[0] for labels in found]


def naive_bayes_svm(known: Words, themes: list[str], asked: Words, smoothing: float = 1.0) -> list[str]:
    """Fit NB-SVM on binary words and word pairs, one theme against the rest (Wang and Manning 2012)."""
    vectoriser = CountVectorizer(binary=True, ngram_range=(1, 2), token_pattern=r"\S+", min_df=2)  # noqa: S106 - a pattern
    rows, others = vectoriser.fit_transform(known), vectoriser.transform(asked)
    names, truth = sorted(set(themes)), np.array(themes)
    scores = np.zeros((len(asked), len(names)))
    for column, name in enumerate(names):
        mine = truth == name
        within = np.asarray(rows[mine].sum(axis=0)).ravel() + smoothing
        without = np.asarray(rows[~mine].sum(axis=0)).ravel() + smoothing
        ratio = np.log((within / within.sum()) / (without / without.sum()))
        machine = LinearSVC(C=0.1, random_state=0).fit(rows.multiply(ratio).tocsr(), mine)
        scores[:, column] = machine.decision_function(others.multiply(ratio).tocsr())
    return [names[column] for column in scores.argmax(axis=1)]


BASELINES: dict[str, Baseline] = {
    "(a) jieba + TF-IDF + LinearSVC": default_svm,
    "(b) fastText": fasttext,
    "(c) NB-SVM": naive_bayes_svm,
}
