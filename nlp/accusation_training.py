"""Training the second detector of accusations, `nlp.accusation`, on written cases and look-alikes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.accusation import AccusationModel
from nlp.counting import Reading, candidates, count
from nlp.domain import Writing
from nlp.errors import TrainingDataError
from nlp.features import Linear
from nlp.fitting import Examples, Fitted, Task, fit
from nlp.segment import UserWord
from nlp.vocabulary import Vocabulary

LEAST_OCCURRENCES = 2
FOLDS = 10
RECALL = 0.9
"""Share of the written accusations that this detector finds by itself, out of fold."""
HINTED = 0.97
"""Share of them that at least hint at one: the others are left to the plain words of misconduct."""


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

    The threshold is the score that a share of RECALL of the accusations exceeds out of fold: one that is missed may reach
    the accused, a false alarm costs two people a look. A text without a word that speaks for one never is. `hint` is the
    score that a share of HINTED exceeds.

    Raises:
        TrainingDataError: one of the two kinds is missing.
    """
    if len(set(accuses)) < 2:
        raise TrainingDataError("检举控告样本中缺少正例或反例，无法训练。请检查 data/accusations/。")
    everything = [*writings, *ordinary]
    truth = np.array([*map(int, accuses), *(0 for _ in ordinary)])
    reading = Reading(words=words, engine=engine)
    hashes = candidates(everything, (), reading, LEAST_OCCURRENCES)
    counts = count(everything, Vocabulary(hashes), reading)
    scores = np.zeros(len(truth))
    fold_of = np.random.default_rng(seed).permutation(len(truth)) % FOLDS
    for fold in range(FOLDS):
        known, asked = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        scores[asked] = _fit(counts[known], truth[known], seed).scores(counts[asked])[:, 1]
    fitted = _fit(counts, truth, seed)
    linear = Linear(
        vocabulary=Vocabulary(hashes[fitted.chosen]),
        idf=fitted.idf,
        weights=fitted.weights[:, 1:],
        bias=fitted.bias[1:],
    )
    threshold, hint = np.quantile(scores[truth == 1], [1.0 - RECALL, 1.0 - HINTED]).tolist()
    return AccusationModel(linear=linear, threshold=max(float(fitted.bias[1]), threshold), hint=hint)


def _fit(counts: sparse.csr_array, truth: NDArray[np.intp], seed: int) -> Fitted:
    examples = Examples(counts=counts, truth=truth, trust=np.ones(len(truth)))
    return fit(Task(examples=examples, background=counts[:0], n_themes=2, seed=seed))
