"""The theme classifier as it serves: numbers in, ranked themes with confidences and reasons out.

Serving needs numpy alone. How the numbers come about is `nlp.training`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from nlp.calibration import Calibrator
from nlp.characters import Characters, characters_of
from nlp.domain import Confidence, Evidence, Prediction, ThemeConfidence, Writing
from nlp.encoding import Encoded, Joint, join
from nlp.explain import explain
from nlp.features import CHUNK, Linear
from nlp.hashing import Hashes, range_hashes
from nlp.segment import Segmented, UserWord, segment_arrays
from nlp.selection import Thresholds
from nlp.text import Copies, Normalised, copies_of

RANKED = 5
"""How many themes a prediction ranks at most."""

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
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
        for chunk in _chunks(writings):
            copies = _copies(chunk)
            result.extend(self.rank(copies.fields, self._encoded(copies.characters), reasons=reasons))
            if progress:
                progress(len(result))
        return result

    def confidences(self, writings: Sequence[Writing]) -> NDArray[np.float64]:
        """Give the confidence in every theme for each writing: shape (n, classes), in the order of `classes`."""
        parts = [np.zeros((0, len(self.classes)))]
        for chunk in _chunks(writings):
            parts.append(self.calibrator.confidences(self._encoded(_copies(chunk).characters).scores))
        return np.concatenate(parts)

    def read(self, fields: Sequence[Normalised]) -> Encoded:
        """Segment one chunk of normalised titles and texts (in turn), find and weigh its n-grams, and score it."""
        return self._encoded(characters_of([part.text for part in fields]))

    def _encoded(self, batch: Characters) -> Encoded:
        return self._joint.encode(self.segment(batch))

    def segment(self, batch: Characters) -> Segmented:
        """Segment one chunk of normalised titles and texts (in turn)."""
        return segment_arrays(batch, self.words, self.engine)

    def rank(self, fields: Sequence[Normalised], encoded: Encoded, *, reasons: bool = True) -> list[Prediction]:
        """Rank the themes of one chunk that `read` has encoded."""
        best, sure = self.calibrator.rank(encoded.scores, RANKED)
        found: list[tuple[Evidence, ...]] = [()] * len(best)
        if reasons and len(best):
            found = explain(encoded, best, fields, self._unspoken_hashes)
        return [
            Prediction(
                ranked=self._ranked(themes, own) if features else (),
                model_version=self.version,
                evidence=evidence,
                known_features=features,
            )
            for themes, own, evidence, features in zip(
                best.tolist(), sure.tolist(), found, encoded.features.tolist(), strict=True
            )
        ]

    @cached_property
    def _joint(self) -> Joint:
        return join(self.linear)

    def _ranked(self, themes: list[int], confidences: list[float]) -> tuple[ThemeConfidence, ...]:
        return tuple(map(_theme_confidence, map(self.classes.__getitem__, themes), confidences))

    @cached_property
    def _unspoken_hashes(self) -> Hashes:
        words = characters_of(sorted(self.unspoken))
        return np.unique(range_hashes(words.codes, words.bounds[:-1], words.bounds[1:] - 1))


@lru_cache(maxsize=1 << 16)
def _theme_confidence(theme: str, confidence: float) -> ThemeConfidence:
    """Make a record; most confidences are small, and come again and again."""
    return ThemeConfidence(theme=theme, confidence=Confidence(confidence))


def _chunks(writings: Sequence[Writing]) -> Iterator[Sequence[Writing]]:
    for begin in range(0, len(writings), CHUNK):
        yield writings[begin : begin + CHUNK]


def _copies(writings: Sequence[Writing]) -> Copies:
    return copies_of([part for writing in writings for part in (writing.title, writing.text)])
