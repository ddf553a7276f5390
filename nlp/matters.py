"""Several matters in one text (一事一报): the parts that an addition opens, and the themes that they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nlp.characters import characters_of
from nlp.screens import SPACES, Looked, Rules, Screen, heads_of

SHORTEST = 8
"""Characters that a part has at least; a shorter one belongs to its neighbour."""
FIRST_SURE = 0.3
"""Least confidence in the first part's theme."""
FEW_PARTS = 3
"""A text of more parts is more often one matter told at length, and needs higher confidences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """Least confidences for a further theme; chosen by cross-validation on the written corpus.

    `plainly`: of a part that a plain addition opens; `hardly`: in the next best theme of such a part, if its best is the
    first part's own or `other`; `maybe`: of a part that might as well continue the same matter.
    """

    plainly: float
    hardly: float
    maybe: float


SHORT_TEXT = Needed(plainly=0.2, hardly=0.03, maybe=0.5)
LONG_TEXT = Needed(plainly=0.7, hardly=0.7, maybe=0.9)

_PLAIN = (
    "另外|此外|还有(?!的|些)|再就是|再有|再者|再说|再一个|另反映|另有|另，|另请|另建议|"
    "顺便|顺带|也顺|二盼|第二件|同时反映"
)
_MAYBE = "另|还有|同时|二是"
_STOPS = frozenset("。；;！？!?\n")
_OPENS = rf"{_PLAIN}|二是|[（(][二三四五六2-6][）)]"
_EDGE = Rules(rf"[。；;！？!?\n]|{_OPENS}")
_OPENS_PLAINLY = re.compile(rf"\s*(?:{_PLAIN})")
_MAY_OPEN = re.compile(rf"\s*(?:{_MAYBE}|[二三四五六][、.．]|[2-6][、.．)）](?!\d)|[（(][二三四五六2-6][）)])")

_SCREEN = Screen(
    [
        heads_of(_OPENS),
        heads_of(rf"{_MAYBE}|[二三四五六][、.．]|[2-6][、.．)）]"),
        _STOPS | SPACES,
        _EDGE.heads,
    ]
)
_OPENING, _AFTER_STOP, _STOP, _AT_EDGE = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a text as a half-open range of it; `opens` tells whether it begins like a further matter."""

    start: int
    end: int
    opens: bool
    plainly: bool


def all_parts(texts: Sequence[str]) -> dict[int, list[Part]]:
    """Cut those of many texts in which a further matter may begin: number of the text → its parts."""
    if not texts:
        return {}
    batch = characters_of(texts)
    looked = _SCREEN.look(batch)
    candidates = looked.following(_OPENING, _AFTER_STOP, _STOP)
    return {number: parts for number in candidates.tolist() if (parts := _parts(texts[number], looked, number))}


def parts_of(text: str) -> list[Part]:
    """Cut a text where a further matter may begin; nothing unless at least one part begins like one."""
    return _parts(text, _SCREEN.look(characters_of([text])), 0)


def _edges(text: str, places: Sequence[int]) -> Iterator[int]:
    """Give where parts may begin: after a stop, and before what opens a matter."""
    done = 0
    for place in places:
        if text[place] in _STOPS:
            yield place + 1
        elif place >= done and (match := _EDGE.match(text, place, len(text))):
            done = match.end()
            yield place


def _parts(text: str, looked: Looked, number: int) -> list[Part]:
    edges = [0]
    for edge in _edges(text, looked.places(_AT_EDGE, number)):
        if edge - edges[-1] >= SHORTEST and len(text[edges[-1] : edge].strip()) >= SHORTEST:
            edges.append(edge)
    if len(edges) > 1 and len(text[edges[-1] :].strip()) < SHORTEST:
        edges.pop()
    edges.append(len(text))
    parts = []
    for start, end in pairwise(edges):
        piece = text[start:end]
        plainly = start > 0 and _OPENS_PLAINLY.match(piece) is not None
        opens = plainly or (start > 0 and _MAY_OPEN.match(piece) is not None)
        parts.append(Part(start=start, end=end, opens=opens, plainly=plainly))
    return parts if any(part.opens for part in parts) else []


def themes_of(parts: Sequence[Part], confidences: NDArray[np.float64], other: int | None) -> tuple[int, ...]:
    """Name the themes of a text that holds several matters, the first part's first; nothing where it holds one.

    Args:
        parts: of the text, see `parts_of`.
        confidences: in every theme for each part, shape (parts, themes), two themes or more.
        other: column of the theme `other`, which is never named.
    """
    known = confidences.copy()
    if other is not None:
        known[:, other] = 0.0
    first = int(known[0].argmax())
    if known[0, first] < FIRST_SURE:
        return ()
    named = [first]
    needed = SHORT_TEXT if len(parts) <= FEW_PARTS else LONG_TEXT
    for row, part in enumerate(parts):
        theme, least = _added(part, known[row], first, other is not None and confidences[row].argmax() == other, needed)
        if part.opens and theme != first and known[row, theme] >= least and theme not in named:
            named.append(theme)
    return tuple(named) if len(named) > 1 else ()


def _added(
    part: Part, confidences: NDArray[np.float64], first: int, is_other: bool, needed: Needed
) -> tuple[int, float]:
    """Give the theme that a part may add, and the confidence that it needs."""
    theme = int(confidences.argmax())
    if not part.plainly:
        return theme, needed.maybe
    if theme != first:
        return theme, needed.hardly if is_other else needed.plainly
    rest = confidences.copy()
    rest[first] = 0.0
    return int(rest.argmax()), needed.hardly
