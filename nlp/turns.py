"""Where texts may turn to something else, and what speaks for each such turn or against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nlp.classifier import ThemeClassifier
from nlp.domain import OTHER_THEME
from nlp.encoding import Encoded
from nlp.passage_scores import Floats, PassageScores, Places, score_passages
from nlp.passages import Cut, Opening

_LEAST, _SOFT = 1e-4, 1e-3
"""The least of confidences, or what is added to them, before logarithms are taken."""


class Signs(NamedTuple):
    """What speaks for a turn, or against it.

    `gain`: logarithm of how much likelier two themes are than one; `after`: log-odds of the theme after the turn;
    `foretold`: logarithm of the confidence in it before the turn; `many`: logarithm of the number of places where the
    text might turn; `added`, `numbered`: how the passage begins; `shared`: share of what follows that was said
    before, too; the others as in `Cut`.
    """

    gain: float
    after: float
    foretold: float
    many: float
    added: float
    numbered: float
    shared: float
    wishing: float
    asked_before: float
    complaining: float
    listed: float


WEIGHTS = Signs(
    gain=0.60,
    after=0.20,
    foretold=-0.31,
    many=-1.22,
    added=3.33,
    numbered=1.68,
    shared=-7.82,
    wishing=-2.08,
    asked_before=1.50,
    complaining=0.82,
    listed=-2.63,
)
BIAS = -6.82
"""Logistic regression on the turns of the written corpus: `python scripts/bench.py matters-fit`."""


_KNOWN_FIRST = 6
"""So many signs are known for all turns of a chunk at once; the others are looked up where these leave hope."""


class Turn(NamedTuple):
    """A place where a text may turn to something else: before `passage` it is about `first`, from there about `then`."""

    passage: int
    first: int
    then: int
    signs: Signs

    @property
    def score(self) -> float:
        """Log-odds that a further matter begins here."""
        return BIAS + float(np.dot(WEIGHTS, self.signs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The texts of a chunk that were cut, by number, where the passages of each begin, and what a model thinks of them."""

    cuts: Mapping[int, Cut]
    begins: Places
    scores: PassageScores

    @property
    def other(self) -> int | None:
        """Column of the theme `other`."""
        classes = self.scores.model.classes
        return classes.index(OTHER_THEME) if OTHER_THEME in classes else None

    def confidences(self, begins: Places, ends: Places) -> Floats:
        """Give the confidences for runs of passages, none in `other`, which is no matter."""
        confidences = self.scores.confidences(begins, ends)
        if self.other is not None:
            confidences[:, self.other] = 0.0
        return confidences


def read_passages(model: ThemeClassifier, encoded: Encoded, cuts: Mapping[int, Cut]) -> Reading | None:
    """Read the passages of the bodies of a chunk; nothing if there are none."""
    if not cuts:
        return None
    places = encoded.tokens.bounds
    edges = [np.array(cut.edges, np.int64) + places[2 * number + 1] for number, cut in cuts.items()]
    starts, ends = (np.concatenate([own[piece] for own in edges]) for piece in (slice(None, -1), slice(1, None)))
    begins = np.concatenate([[0], np.cumsum([len(cut) for cut in cuts.values()])]).astype(np.int64)
    return Reading(cuts=cuts, begins=begins, scores=score_passages(model, encoded, starts, ends))


def turns_of(reading: Reading, least: float) -> Iterator[tuple[int, list[Turn]]]:
    """Give for each text, by number, the turns whose score may reach `least`."""
    sizes = np.diff(reading.begins)
    owners = np.repeat(np.arange(len(sizes)), sizes - 1)
    passages = np.delete(np.arange(reading.begins[-1]), reading.begins[:-1])
    before = reading.confidences(reading.begins[owners], passages)
    after = reading.confidences(passages, reading.begins[owners + 1])
    pairs = _pairs(before, after)
    openings = np.concatenate([cut.openings[1:] for cut in reading.cuts.values()])
    signs = _first_signs(before, after, pairs, sizes[owners] - 1, openings)
    hopeful = np.flatnonzero(BIAS + signs @ WEIGHTS[:_KNOWN_FIRST] + _most_to_come() >= least)
    edges = hopeful.searchsorted(np.searchsorted(owners, np.arange(len(sizes) + 1)))
    for row, (number, cut) in enumerate(reading.cuts.items()):
        yield (
            number,
            [
                _turn(reading, row, cut, int(passages[place]), pairs[place].tolist(), signs[place].tolist())
                for place in hopeful[edges[row] : edges[row + 1]]
            ],
        )


def _most_to_come() -> float:
    return sum(max(weight, 0.0) for weight in WEIGHTS[_KNOWN_FIRST:])


def _pairs(before: Floats, after: Floats) -> Places:
    """Give the likeliest two different themes before and after each turn: shape (turns, 2)."""
    pairs = np.stack([before.argmax(axis=1), after.argmax(axis=1)], axis=1)
    same = np.flatnonzero(pairs[:, 0] == pairs[:, 1])
    rows, themes = np.arange(len(same)), pairs[same, 0]
    sides = np.stack([before[same], after[same]])
    best = sides[:, rows, themes].copy()
    sides[:, rows, themes] = -1.0
    others = sides.argmax(axis=2)
    gains = sides.max(axis=2) * best[::-1]
    side = gains.argmax(axis=0)
    pairs[same, side] = others[side, rows]
    return pairs


def _first_signs(before: Floats, after: Floats, pairs: Places, turns: Places, openings: Places) -> Floats:
    rows = np.arange(len(pairs))
    of_first, of_then = before[rows, pairs[:, 0]], after[rows, pairs[:, 1]]
    one = np.log(np.maximum(before, _LEAST) * np.maximum(after, _LEAST)).max(axis=1)
    gain = np.log(np.maximum(of_first, _LEAST) * np.maximum(of_then, _LEAST)) - one
    foretold = np.log(before[rows, pairs[:, 1]] + _SOFT)
    opened = [openings == Opening.ADDED, openings == Opening.NUMBERED]
    return np.stack([gain, _log_odds(of_then), foretold, np.log(turns), *opened], axis=1)


def _log_odds(confidences: Floats) -> Floats:
    return np.asarray(np.log(confidences + _SOFT) - np.log(1.0 - confidences + _SOFT), np.float64)


def _turn(reading: Reading, row: int, cut: Cut, place: int, pair: Sequence[int], known: Sequence[float]) -> Turn:
    begin = int(reading.begins[row])
    passage = place - begin
    gain, after, foretold, many, added, numbered = known
    signs = Signs(
        gain=gain,
        after=after,
        foretold=foretold,
        many=many,
        added=added,
        numbered=numbered,
        shared=reading.scores.shared(begin, place, int(reading.begins[row + 1])),
        wishing=not cut.openings[passage] and cut.wishing(passage),
        asked_before=cut.asked_before(passage),
        complaining=cut.complaining(passage),
        listed=not cut.openings[passage] and cut.listed(passage),
    )
    return Turn(passage=passage, first=pair[0], then=pair[1], signs=signs)
