"""Where texts may turn to something else, and what speaks for each such turn or against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import mul
from typing import NamedTuple

import numpy as np

from nlp import kernels
from nlp.classifier import ThemeClassifier
from nlp.domain import OTHER_THEME
from nlp.encoding import Encoded
from nlp.passage_scores import Floats, PassageScores, Places, score_passages
from nlp.passages import Cut, Opening

LEAST, SOFT = 1e-4, 1e-3
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
    asking_twice: float
    placed: float
    counted: float


WEIGHTS = Signs(
    gain=0.58,
    after=0.17,
    foretold=-0.32,
    many=-1.11,
    added=2.79,
    numbered=1.54,
    shared=-6.99,
    wishing=-2.27,
    asked_before=0.67,
    complaining=0.79,
    listed=-2.31,
    asking_twice=0.65,
    placed=1.40,
    counted=3.07,
)
BIAS = -6.59
"""Logistic regression on the turns of the written corpus: `python scripts/bench.py matters-fit`."""


KNOWN_FIRST = 7
"""So many signs are known for all turns of a chunk at once; the others are looked up where these leave hope."""
_FIRST_WEIGHTS = np.array(WEIGHTS[:KNOWN_FIRST])
_MOST_TO_COME = sum(max(weight, 0.0) for weight in WEIGHTS[KNOWN_FIRST:])


class Turn(NamedTuple):
    """A place where a text may turn to something else: before `passage` it is about `first`, from there about `then`."""

    passage: int
    first: int
    then: int
    signs: Signs

    @property
    def score(self) -> float:
        """Log-odds that a further matter begins here."""
        weighed: map[float] = map(mul, WEIGHTS, self.signs)
        return BIAS + sum(weighed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The texts of a chunk that were cut, by number, where the passages of each begin, and what a model thinks of them."""

    cuts: Mapping[int, Cut]
    begins: Places
    scores: PassageScores
    loops: kernels.Loops | None

    @property
    def other(self) -> int | None:
        """Column of the theme `other`."""
        classes = self.scores.model.classes
        return classes.index(OTHER_THEME) if OTHER_THEME in classes else None

    def bounds(self, number: int) -> tuple[int, int]:
        """Give where the passages of a text begin, and where they end."""
        row = list(self.cuts).index(number)
        begin, end = self.begins[row : row + 2].tolist()
        return begin, end

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
    sizes = np.array([len(cut) for cut in cuts.values()], np.int64)
    begins = np.concatenate([sizes[:1] * 0, np.cumsum(sizes)])
    places = encoded.tokens.bounds[2 * np.array(list(cuts), np.int64) + 1].repeat(sizes)
    starts, ends = (
        np.fromiter(chain.from_iterable(cut.edges[piece] for cut in cuts.values()), np.int64, len(places)) + places
        for piece in (slice(None, -1), slice(1, None))
    )
    scores = score_passages(model, encoded, starts, ends, begins)
    return Reading(cuts=cuts, begins=begins, scores=scores, loops=encoded.loops)


def turns_of(reading: Reading, least: float) -> dict[int, list[Turn]]:
    """Give the turns whose score may reach `least`, by the number of the text; only texts that have any."""
    openings = np.fromiter(chain.from_iterable(cut.openings for cut in reading.cuts.values()), np.int64)
    hopeful = least - BIAS - _MOST_TO_COME
    places, pairs, signs = (
        _compiled(reading, openings, hopeful) if reading.loops else _plain(reading, openings, hopeful)
    )
    found: dict[int, list[Turn]] = {}
    if len(places):
        numbers = list(reading.cuts)
        owners = np.searchsorted(reading.begins, places, side="right") - 1
        uncounted = ~np.fromiter((cut.counted for cut in reading.cuts.values()), bool)[owners]
        kept = np.flatnonzero(signs @ _FIRST_WEIGHTS - WEIGHTS.counted * uncounted >= hopeful)
        places, pairs, signs, owners = places[kept], pairs[kept], signs[kept], owners[kept]
        first = (places - reading.begins[owners]).tolist()
        for row, passage, pair, known in zip(owners.tolist(), first, pairs.tolist(), signs.tolist(), strict=True):
            found.setdefault(numbers[row], []).append(_turn(reading.cuts[numbers[row]], passage, pair, known))
    return found


_Found = tuple[Places, Places, Floats]


def _compiled(reading: Reading, openings: Places, least: float) -> _Found:
    scores, calibrator = reading.scores, reading.scores.model.calibrator
    other = -1 if reading.other is None else reading.other
    found: _Found = reading.loops.find_turns(  # type: ignore[union-attr]
        scores.products, scores.squares, scores.again, reading.begins, openings, scores.model.linear.bias,
        calibrator.scale, calibrator.offsets, calibrator.trust, other, _FIRST_WEIGHTS, least,
    )  # fmt: skip
    return found


def _plain(reading: Reading, openings: Places, least: float) -> _Found:
    """Find the turns whose first signs weigh at least so much: passages, pairs of themes, signs."""
    sizes = np.diff(reading.begins)
    owners = np.repeat(np.arange(len(sizes)), sizes - 1)
    passages = np.delete(np.arange(reading.begins[-1]), reading.begins[:-1])
    before = reading.confidences(reading.begins[owners], passages)
    after = reading.confidences(passages, reading.begins[owners + 1])
    pairs = _pairs(before, after)
    signs = _first_signs(before, after, pairs, sizes[owners] - 1, openings[passages], reading.scores.again[passages])
    kept = np.flatnonzero(signs @ _FIRST_WEIGHTS >= least)
    return passages[kept], pairs[kept], signs[kept]


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


def _first_signs(
    before: Floats, after: Floats, pairs: Places, turns: Places, openings: Places, again: Floats
) -> Floats:
    rows = np.arange(len(pairs))
    of_first, of_then = before[rows, pairs[:, 0]], after[rows, pairs[:, 1]]
    one = np.log(np.maximum(before, LEAST) * np.maximum(after, LEAST)).max(axis=1)
    gain = np.log(np.maximum(of_first, LEAST) * np.maximum(of_then, LEAST)) - one
    foretold = np.log(before[rows, pairs[:, 1]] + SOFT)
    opened = [openings == Opening.ADDED, openings == Opening.NUMBERED]
    return np.stack([gain, _log_odds(of_then), foretold, np.log(turns), *opened, again], axis=1)


def _log_odds(confidences: Floats) -> Floats:
    return np.asarray(np.log(confidences + SOFT) - np.log(1.0 - confidences + SOFT), np.float64)


def _turn(cut: Cut, passage: int, pair: Sequence[int], known: Sequence[float]) -> Turn:
    signs = Signs(
        **dict(zip(Signs._fields, known, strict=False)),
        wishing=not cut.openings[passage] and cut.wishing(passage),
        asked_before=cut.asked_before(passage),
        complaining=cut.complaining(passage),
        listed=not cut.openings[passage] and cut.listed(passage),
        asking_twice=cut.asking_twice(passage),
        placed=cut.placed(passage),
        counted=cut.counted,
    )
    return Turn(passage=passage, first=pair[0], then=pair[1], signs=signs)
