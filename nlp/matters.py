"""Several matters in one text (一事一报): whether a text turns to a further matter, and the themes of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from nlp.classifier import ThemeClassifier
from nlp.domain import Prediction, ThemeConfidence
from nlp.encoding import Encoded
from nlp.passages import cuts_of
from nlp.turns import Reading, Turn, read_passages, turns_of

LEAST_SCORE = -2.0
"""Log-odds of its likeliest turn from which a text is said to hold several matters."""
UNSURE, STANDS_OUT = 0.002, 1.5
"""A text is looked at, whatever its words, if its second theme has this confidence, and so many times the third's."""
HARDLY = 0.03
"""Least confidence in the theme on either side of the turn; what is less is about nothing known."""
FURTHER_SURE = 0.5
"""Least confidence in the theme of a third or later matter."""
LIKELY, NEARLY = 0.1, 0.2
"""The next theme on a side of the turn is named too, if it has this confidence, and this share of the first one's."""


def find_matters(
    model: ThemeClassifier, encoded: Encoded, texts: Sequence[str], predictions: Sequence[Prediction]
) -> dict[int, tuple[str, ...]]:
    """Name the themes of those texts of a chunk that hold several matters, in their order.

    Args:
        model: that encoded the chunk; two themes or more.
        encoded: the chunk.
        texts: the normalised bodies.
        predictions: of the whole texts.
    """
    reading = read_passages(model, encoded, cuts_of(texts, unsure(predictions)))
    if reading is None:
        return {}
    found: dict[int, tuple[str, ...]] = {}
    for number, turns in turns_of(reading, LEAST_SCORE).items():
        best = max(turns, key=lambda turn: turn.score)
        if best.score >= LEAST_SCORE and (themes := _themes(reading, number, best)):
            found[number] = tuple(model.classes[theme] for theme in themes)
    return found


def unsure(predictions: Sequence[Prediction]) -> list[int]:
    """Number the predictions that leave room for a second theme."""
    return [number for number, one in enumerate(predictions) if _stands_out(one.ranked)]


def _stands_out(ranked: Sequence[ThemeConfidence]) -> bool:
    if len(ranked) < 2 or ranked[1].confidence < UNSURE:
        return False
    return len(ranked) == 2 or ranked[1].confidence >= STANDS_OUT * ranked[2].confidence


def _themes(reading: Reading, number: int, turn: Turn) -> list[int]:
    """Name the themes around a turn, those of other parts that begin like a further matter, and close seconds."""
    begin, end = reading.bounds(number)
    opened = [*reading.cuts[number].opened(), end - begin]
    parts = np.array([(0, turn.passage), (turn.passage, end - begin), *pairwise(opened)], np.int64) + begin
    before, after, *others = reading.confidences(parts[:, 0], parts[:, 1])
    if before[turn.first] < HARDLY or after[turn.then] < HARDLY:
        return []
    themes = [turn.first, turn.then]
    themes += [int(part.argmax()) for part in others if part.max() >= FURTHER_SURE]
    for side in (before, after):
        first, second = np.argsort(-side, kind="stable")[:2].tolist()
        if side[second] >= max(LIKELY, NEARLY * side[first]):
            themes.append(second)
    return list(dict.fromkeys(theme for theme in themes if theme != reading.other))
