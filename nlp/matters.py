"""Several matters in one text (一事一报): whether a text turns to a further matter, and the themes of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from nlp.characters import characters_of
from nlp.classifier import ThemeClassifier
from nlp.domain import Prediction, ThemeConfidence
from nlp.encoding import Encoded, Joint
from nlp.passage_scores import Floats
from nlp.passages import Cut, cuts_of
from nlp.screens import Looked
from nlp.text import Normalised
from nlp.turns import Reading, read_passages, turns_of

LEAST_SCORE = -1.5
"""Log-odds of its likeliest turn from which a text is said to hold several matters."""
UNSURE, STANDS_OUT = 0.002, 1.2
"""A text is looked at, whatever its words, if its second theme has this confidence, and so many times the third's."""
HARDLY = 0.03
"""Least confidence in a theme on either side of the turn; what is less is about nothing known."""
FURTHER_SURE = 0.5
"""Least confidence in the theme of a third or later matter."""
LIKELY, NEARLY = 0.07, 0.10
"""The next theme on a side of the turn is named too, if it has this confidence, and this share of the first one's."""


def find_matters(
    model: ThemeClassifier,
    encoded: Encoded,
    fields: Sequence[Normalised],
    predictions: Sequence[Prediction],
    looked: Looked | None = None,
) -> dict[int, tuple[str, ...]]:
    """Name the themes of those texts of a chunk that hold several matters, in their order.

    Args:
        model: that encoded the chunk; two themes or more.
        encoded: the chunk.
        fields: the titles and bodies of the chunk in turn.
        predictions: of the whole texts.
        looked: see `nlp.passages.cuts_of`.
    """
    cuts = cuts_of([field.text for field in fields], unsure(predictions), looked)
    reading = read_passages(model, encoded, cuts)
    if reading is None:
        return {}
    best = {number: max(turns, key=lambda turn: turn.score) for number, turns in turns_of(reading, LEAST_SCORE).items()}
    turned = {number: turn for number, turn in best.items() if turn.score >= LEAST_SCORE}
    if not turned:
        return {}
    sides = _read_sides(model, encoded.joint, [(reading.cuts[number], turn.passage) for number, turn in turned.items()])
    if reading.other is not None:
        sides[:, reading.other] = 0.0
    return {
        number: tuple(model.classes[theme] for theme in _themes(reading, number, sides[2 * place : 2 * place + 2]))
        for place, number in enumerate(turned)
    }


def unsure(predictions: Sequence[Prediction]) -> list[int]:
    """Number the predictions that leave room for a second theme."""
    return [number for number, one in enumerate(predictions) if _stands_out(one.ranked)]


def _stands_out(ranked: Sequence[ThemeConfidence]) -> bool:
    if len(ranked) < 2 or ranked[1].confidence < UNSURE:
        return False
    return len(ranked) == 2 or ranked[1].confidence >= STANDS_OUT * ranked[2].confidence


def _read_sides(model: ThemeClassifier, joint: Joint, turned: Sequence[tuple[Cut, int]]) -> Floats:
    """Read what stands before a passage of a text and what from it on as texts of their own, the first with the title.

    Gives the confidences in every theme: two rows for each.
    """
    edges = [(cut, cut.edges[passage]) for cut, passage in turned]
    fields = [part for cut, edge in edges for part in (cut.title, cut.text[:edge], "", cut.text[edge:])]
    encoded = joint.encode(model.segment(characters_of(fields)))
    return model.calibrator.confidences(encoded.scores)


def _themes(reading: Reading, number: int, sides: Floats) -> list[int]:
    """Name the themes of both sides, those of other parts that begin like a further matter, and close seconds."""
    if sides.max(axis=1).min() < HARDLY:
        return []
    begin, end = reading.bounds(number)
    parts = np.array([*pairwise([*reading.cuts[number].opened(), end - begin])], np.int64).reshape(-1, 2) + begin
    themes = [int(side.argmax()) for side in sides]
    themes += [int(part.argmax()) for part in reading.confidences(*parts.T) if part.max() >= FURTHER_SURE]
    for side in sides:
        first, second = np.argsort(-side, kind="stable")[:2].tolist()
        if side[second] >= max(LIKELY, NEARLY * side[first]):
            themes.append(second)
    return list(dict.fromkeys(theme for theme in themes if theme != reading.other))
