"""The theme classifier as it serves: numbers in, ranked themes with confidences and reasons out.

Serving needs numpy and scipy alone. How the numbers come about is `nlp.training`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp import explain
from nlp.calibration import Calibrator
from nlp.domain import Confidence, Evidence, Prediction, ThemeConfidence, Writing
from nlp.features import CHUNK, Occurrences, Vocabulary, count_rows, occurrences, weigh
from nlp.segment import Segmented, UserWord, segment_arrays
from nlp.selection import Thresholds
from nlp.text import Normalised, normalise

RANKED = 5
"""How many themes a prediction ranks at most."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """A linear model over a vocabulary: `weights` has shape (columns, classes), `bias` (classes,), `idf` (columns,)."""

    vocabulary: Vocabulary
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, rows: sparse.csr_array) -> NDArray[np.float64]:
        """Score TF-IDF rows: shape (n, classes)."""
        return np.asarray(rows @ self.weights + self.bias, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """One chunk as every linear model reads it: its tokens and the n-grams found in them."""

    tokens: Segmented
    found: Occurrences


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeClassifier:
    """Sorts writings into themes.

    `classes` are theme ids in the order of the columns of `linear.weights`; `examples` counts the labelled rows that
    each was trained on; `version` names the artefact; `words` is the user dictionary, `engine` the segmenter that it was
    trained with (another engine gives the same tokens).
    """

    classes: tuple[str, ...]
    linear: Linear
    calibrator: Calibrator
    thresholds: Thresholds
    examples: dict[str, int]
    engine: str
    words: tuple[UserWord, ...] = ()
    unspoken: Collection[str] = ()
    version: str = ""
    metrics: dict[str, float] = field(default_factory=dict)

    @staticmethod
    def fit(writings: Sequence[Writing], themes: Sequence[str], **options: object) -> ThemeClassifier:
        """Train; see `nlp.training.train`, which this calls and which imports scikit-learn."""
        from nlp.training import train

        return train(writings, themes, **options)  # type: ignore[arg-type]

    def predict(
        self, writings: Sequence[Writing], *, reasons: bool = True, progress: Progress | None = None
    ) -> list[Prediction]:
        """Rank the themes of each writing, in the same order.

        A writing in which nothing is known to the model gets an empty ranking.

        Args:
            writings: raw titles and texts; they are normalised here.
            reasons: whether to find the words that spoke for the first theme.
            progress: called with the number of writings done so far.
        """
        result: list[Prediction] = []
        for begin in range(0, len(writings), CHUNK):
            chunk = writings[begin : begin + CHUNK]
            fields = normalise([part for writing in chunk for part in (writing.title, writing.text)])
            result.extend(self.rank(fields, self.read(fields), reasons=reasons))
            if progress:
                progress(len(result))
        return result

    def confidences(self, writings: Sequence[Writing]) -> NDArray[np.float64]:
        """Give the confidence in every theme for each writing: shape (n, classes), in the order of `classes`."""
        parts = [np.zeros((0, len(self.classes)))]
        for begin in range(0, len(writings), CHUNK):
            chunk = writings[begin : begin + CHUNK]
            fields = normalise([part for writing in chunk for part in (writing.title, writing.text)])
            rows = weigh(count_rows(self.read(fields).found, self.linear.vocabulary), self.linear.idf)
            parts.append(self.calibrator.confidences(self.linear.scores(rows)))
        return np.concatenate(parts)

    def read(self, fields: Sequence[Normalised]) -> Encoded:
        """Segment one chunk of normalised titles and texts (in turn) and list its n-grams."""
        tokens = segment_arrays([part.text for part in fields], self.words, self.engine)
        return Encoded(tokens=tokens, found=occurrences(tokens))

    def rank(self, fields: Sequence[Normalised], encoded: Encoded, *, reasons: bool = True) -> list[Prediction]:
        """Rank the themes of one chunk that `read` has encoded."""
        tokens, found = encoded.tokens, encoded.found
        counts = count_rows(found, self.linear.vocabulary)
        rows = weigh(counts, self.linear.idf)
        confidences = self.calibrator.confidences(self.linear.scores(rows))
        best = np.argsort(-confidences, axis=1, kind="stable")[:, :RANKED]
        known = np.diff(rows.indptr)
        evidence: list[tuple[Evidence, ...]] = [()] * len(known)
        if reasons and len(known):
            columns = self.linear.vocabulary.lookup(found.hashes)
            themes = explain.Explained(weights=self.linear.weights, first=best[:, 0])
            weights = explain.word_weights(tokens, found, columns, rows, counts, themes)
            evidence = explain.evidence(tokens, weights, fields, self.unspoken)
        return [
            self._prediction(confidences[row], best[row], evidence[row], int(known[row])) for row in range(len(known))
        ]

    def _prediction(
        self, confidences: NDArray[np.float64], best: NDArray[np.intp], evidence: tuple[Evidence, ...], known: int
    ) -> Prediction:
        ranked = tuple(
            ThemeConfidence(theme=self.classes[index], confidence=Confidence(round(float(confidences[index]), 4)))
            for index in best
        )
        return Prediction(
            ranked=ranked if known else (), model_version=self.version, evidence=evidence, known_features=known
        )
