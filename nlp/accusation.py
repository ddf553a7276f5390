"""The second detector of accusations (检举控告, failure class 0): a linear model beside the rules.

Either detector is enough to restrict a submission; see `nlp.accusation_rules` for the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.counting import Reading, candidates, count
from nlp.domain import Writing
from nlp.errors import TrainingDataError
from nlp.features import Linear, Vocabulary, inverse_document_frequency, weigh_matrix
from nlp.segment import Segmented, UserWord

PREFIX = "accusation_"
LEAST_OCCURRENCES = 5
COST = 3.0
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AccusationModel:
    """Scores writings; a score above `threshold` restricts. `linear.weights` has shape (columns, 1)."""

    linear: Linear
    threshold: float

    def flags(self, tokens: Segmented) -> NDArray[np.bool_]:
        """Say for each row of a batch of titles and texts whether it looks like an accusation."""
        return np.asarray(self.linear.scores(self.linear.encode(tokens).rows)[:, 0] > self.threshold, bool)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the numbers that an artefact keeps."""
        return {
            f"{PREFIX}hashes": self.linear.vocabulary.hashes,
            f"{PREFIX}idf": self.linear.idf,
            f"{PREFIX}weights": self.linear.weights,
            f"{PREFIX}bias": self.linear.bias,
        }


def train_accusation_model(
    writings: Sequence[Writing],
    accuses: Sequence[bool],
    ordinary: Sequence[Writing] = (),
    *,
    words: tuple[UserWord, ...] = (),
    engine: str = "rjieba",
    seed: int = 0,
) -> AccusationModel:
    """Train on written cases and look-alikes, with ordinary submissions as further look-alikes.

    The threshold is the highest score that a look-alike reaches out of fold: letters that are written in the manner of
    the cases, but accuse nobody, score up to there, and each false alarm must be released by two people.

    Raises:
        TrainingDataError: one of the two kinds is missing.
    """
    if len(set(accuses)) < 2:
        raise TrainingDataError("检举控告样本中缺少正例或反例，无法训练。请检查 data/accusations/。")
    everything = [*writings, *ordinary]
    truth = np.array([*accuses, *(False for _ in ordinary)])
    reading = Reading(words=words, engine=engine)
    vocabulary = Vocabulary(candidates(everything, (), reading, LEAST_OCCURRENCES))
    counts = count(everything, vocabulary, reading)
    scores = np.zeros(len(truth))
    fold_of = np.random.default_rng(seed).permutation(len(truth)) % FOLDS
    for fold in range(FOLDS):
        linear = _fit(counts[fold_of != fold], truth[fold_of != fold], vocabulary, seed)
        scores[fold_of == fold] = _scores(linear, counts[fold_of == fold])
    innocent = scores[: len(writings)][~truth[: len(writings)]]
    threshold = float(innocent.max())
    return AccusationModel(linear=_fit(counts, truth, vocabulary, seed), threshold=threshold)


def _scores(linear: Linear, counts: Any) -> NDArray[np.float64]:
    return np.asarray(weigh_matrix(counts, linear.idf) @ linear.weights[:, 0] + linear.bias[0], np.float64)


def _fit(counts: Any, truth: NDArray[np.bool_], vocabulary: Vocabulary, seed: int) -> Linear:
    from sklearn.svm import LinearSVC

    idf = inverse_document_frequency(counts)
    machine = LinearSVC(C=COST, random_state=seed).fit(weigh_matrix(counts, idf), truth)
    return Linear(
        vocabulary=vocabulary,
        idf=idf,
        weights=machine.coef_.T.astype(np.float32),
        bias=machine.intercept_.astype(np.float32),
    )
