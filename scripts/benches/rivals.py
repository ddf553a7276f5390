"""What ours is timed against: the usual pipelines, from raw texts to themes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jieba
import rjieba
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC

from nlp.features import CHARACTER_SIZES

Cut = Callable[[str], Sequence[str]]


class Pipeline:
    """A segmenter, a vectoriser, a linear machine."""

    def __init__(self, cut: Cut, vectoriser: Any) -> None:
        """Take the parts."""
        self.cut, self.vectoriser, self.machine = cut, vectoriser, LinearSVC(random_state=0)

    def fit(self, texts: Sequence[str], themes: Sequence[str]) -> None:
        """Segment and train."""
        self.machine.fit(self.vectoriser.fit_transform(self.words(texts)), themes)

    def predict(self, texts: Sequence[str]) -> int:
        """Predict the theme of each text."""
        return len(self.machine.predict(self.vectoriser.transform(self.words(texts))))

    def words(self, texts: Sequence[str]) -> list[str]:
        """Segment."""
        return [" ".join(self.cut(text)) for text in texts]


class FastText:
    """fastText with word pairs, 25 epochs, two threads; segmented by jieba."""

    def __init__(self, cut: Cut) -> None:
        """Take a segmenter."""
        self.cut, self.model = cut, None

    def words(self, texts: Sequence[str]) -> list[str]:
        """Segment."""
        return [" ".join(self.cut(text)).replace("\n", " ") for text in texts]

    def fit(self, texts: Sequence[str], themes: Sequence[str]) -> None:
        """Segment and train."""
        self.fit_words(self.words(texts), themes)

    def fit_words(self, words: Sequence[str], themes: Sequence[str]) -> None:
        """Train on segmented texts."""
        import fasttext

        names = sorted(set(themes))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "train.txt"
            lines = (f"__label__{names.index(theme)} {one}" for one, theme in zip(words, themes, strict=True))
            path.write_text("\n".join(line.replace("\r", " ") for line in lines), "utf-8")
            self.model = fasttext.train_supervised(
                str(path), epoch=25, lr=0.5, wordNgrams=2, minCount=1, thread=2, verbose=0, bucket=200_000, seed=0
            )

    def predict(self, texts: Sequence[str]) -> int:
        """Predict the theme of each text."""
        return self.predict_words(self.words(texts))

    def predict_words(self, words: Sequence[str]) -> int:
        """Predict the theme of each segmented text."""
        return len(self.model.predict(list(words))[0])  # type: ignore[attr-defined]


def default() -> Pipeline:
    """(a) jieba + TfidfVectorizer + LinearSVC."""
    jieba.setLogLevel(60)
    jieba.initialize()
    return Pipeline(jieba.lcut, TfidfVectorizer())


def fast_words() -> Pipeline:
    """(b) the same with rjieba."""
    return Pipeline(rjieba.cut, TfidfVectorizer())


def ngrams() -> Pipeline:
    """(c) (b) with the n-grams of our model."""
    words, characters = TfidfVectorizer(), TfidfVectorizer(analyzer="char", ngram_range=CHARACTER_SIZES)
    return Pipeline(rjieba.cut, make_union(words, characters))
