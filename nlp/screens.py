"""Which texts regular expressions may match, found for all texts and expressions at once from pairs of characters.

A large expression tried at every place of a text costs more than reading the text; but it can begin only with certain
pairs of characters, which a table finds in nanoseconds. What a screen lets through is matched as ever, so results do not
change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

# The standard library's own parser. What of its tree is not known here is taken to begin with anything.
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp import kernels
from nlp.characters import Characters

LONGEST = 2
"""How many first characters of a match are looked at."""
MOST_HEADS = 6_000
"""An expression that can begin in more ways is tried with fewer characters, so that tables stay small."""
_PAIR_BITS = 18
SPACES = frozenset(character for character in map(chr, range(0x3001)) if character.isspace())

Head = tuple[str, bool]
"""How a match may begin, and whether that is all that the part matches, so that what follows it comes next."""
_ANYTHING: frozenset[Head] = frozenset({("", False)})


def heads_of(expression: str) -> frozenset[str]:
    """List the beginnings, of at most LONGEST characters, that every match of an expression has one of.

    >>> sorted(heads_of("公[章款]|假账?"))
    ['假', '假账', '公款', '公章']
    """
    tree = _parser.parse(expression)
    for longest in range(LONGEST, 0, -1):
        heads = frozenset(head for head, _ in _sequence(list(tree), longest))
        if len(heads) <= MOST_HEADS:
            return heads
    return frozenset({""})


def _sequence(items: Sequence[Any], longest: int) -> frozenset[Head]:
    found: frozenset[Head] = frozenset({("", True)})
    for item in items:
        open_heads = [head for head, whole in found if whole and len(head) < longest]
        if not open_heads:
            break
        closed = {(head, whole) for head, whole in found if not (whole and len(head) < longest)}
        added = _item(item, longest)
        found = frozenset(closed | {_joined(head, *more, longest) for head in open_heads for more in added})
    return found


def _joined(head: str, more: str, whole: bool, longest: int) -> Head:
    both = head + more
    return both[:longest], whole and len(both) <= longest


def _item(item: Any, longest: int) -> frozenset[Head]:
    kind, value = item
    if kind is sre.LITERAL:
        return frozenset({(chr(value), True)})
    if kind is sre.IN:
        return _members(value)
    if kind is sre.BRANCH:
        return frozenset().union(*(_sequence(list(branch), longest) for branch in value[1]))
    if kind is sre.SUBPATTERN:
        return _sequence(list(value[3]), longest)
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        least, most, inner = value
        rounds = range(min(least, longest), min(most, longest) + 1)
        return frozenset().union(*(_sequence(list(inner) * times, longest) for times in rounds))
    if kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return frozenset({("", True)})
    return _ANYTHING


def _members(members: Sequence[Any]) -> frozenset[Head]:
    characters: set[str] = set()
    for kind, value in members:
        if kind is sre.LITERAL:
            characters.add(chr(value))
        elif kind is sre.RANGE and value[1] - value[0] < 256:
            characters.update(map(chr, range(value[0], value[1] + 1)))
        elif kind is sre.CATEGORY and value is sre.CATEGORY_SPACE:
            characters.update(SPACES)
        else:
            return _ANYTHING
    return frozenset((character, True) for character in characters)


def alternatives(expression: str) -> list[str]:
    """Split an expression at its outermost bars."""
    parts, depth, inside, begin, place = [], 0, False, 0, 0
    while place < len(expression):
        character = expression[place]
        if character == "\\":
            place += 1
        elif inside:
            inside = character != "]"
        elif character == "[":
            inside = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            parts.append(expression[begin:place])
            begin = place + 1
        place += 1
    return [*parts, expression[begin:]]


def sure_of(expression: str) -> frozenset[str]:
    """List texts of at most LONGEST characters that are matches wherever they stand; not all of them need be found.

    >>> sorted(sure_of("公[章款]|假账?|(?<!不)贪污|干部"))
    ['假', '假账', '公款', '公章', '干部']
    """
    found: set[str] = set()
    for alternative in alternatives(expression):
        found.update(_texts(list(_parser.parse(alternative))) or ())
    return frozenset(text for text in found if 1 <= len(text) <= LONGEST)


def _texts(items: Sequence[Any]) -> frozenset[str] | None:
    """List what items match, of at most LONGEST characters or one more; None if they are not plain enough."""
    found = frozenset({""})
    for item in items:
        added = _plain(*item)
        if added is None:
            return None
        found = frozenset((one + more)[: LONGEST + 1] for one in found for more in added)
    return found


def _plain(kind: Any, value: Any) -> frozenset[str] | None:
    if kind is sre.LITERAL:
        return frozenset({chr(value)})
    if kind is sre.IN:
        members = _members(value)
        return None if members == _ANYTHING else frozenset(character for character, _ in members)
    if kind is sre.SUBPATTERN:
        return _texts(list(value[3]))
    if kind is sre.BRANCH:
        branches = [_texts(list(branch)) for branch in value[1]]
        return frozenset().union(*(branch for branch in branches if branch))
    if kind is sre.MAX_REPEAT and value[:2] == (0, 1):
        inner = _texts(list(value[2]))
        return None if inner is None else inner | {""}
    return None


class Rules:
    """A large expression, tried only where one of its alternatives can begin, and then only with those that can."""

    def __init__(self, expression: str) -> None:
        """Take an expression without groups that capture, and without flags."""
        self.expression = expression
        self._parts: dict[tuple[int, ...], re.Pattern[str] | None] = {(): None}
        self._by_pair: dict[str, re.Pattern[str] | None] = {}

    @cached_property
    def heads(self) -> frozenset[str]:
        """How a match may begin."""
        return frozenset(self._by_head)

    @cached_property
    def longest(self) -> int:
        """Most characters of a match."""
        return int(_parser.parse(self.expression).getwidth()[1])

    @cached_property
    def _alternatives(self) -> list[str]:
        return alternatives(self.expression)

    @cached_property
    def _by_head(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, alternative in enumerate(self._alternatives):
            for head in heads_of(alternative):
                found.setdefault(head, []).append(number)
        return found

    def _fitting(self, pair: str) -> re.Pattern[str] | None:
        numbers = tuple(
            sorted({number for size in range(LONGEST + 1) for number in self._by_head.get(pair[:size], ())})
        )
        if numbers not in self._parts:
            self._parts[numbers] = re.compile("|".join(self._alternatives[number] for number in numbers))
        return self._parts[numbers]

    def match(self, text: str, place: int, end: int) -> re.Match[str] | None:
        """Match at one place of a text, and not beyond `end`."""
        pair = text[place : place + LONGEST]
        try:
            pattern = self._by_pair[pair]
        except KeyError:
            pattern = self._by_pair[pair] = self._fitting(pair)
        return pattern.match(text, place, end) if pattern is not None else None


class Screen:
    """Finds where expressions may begin, in all texts of a batch."""

    def __init__(self, heads: Sequence[frozenset[str]], sure: Mapping[int, frozenset[str]] | None = None) -> None:
        """Build the tables.

        Args:
            heads: how the matches of each expression may begin, see `heads_of`; at most 31.
            sure: what always matches, see `sure_of`, by the number of the expression.
        """
        self.heads, self._sure = heads, sure or {}

    @cached_property
    def _marks(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Marks of single characters, and of pairs by their slots."""
        singles, pairs = np.zeros(1 << 16, np.int32), np.zeros(1 << _PAIR_BITS, np.int32)
        for number, own in enumerate(self.heads):
            bit = np.int32(1 << number)
            if "" in own:
                singles |= bit
            singles[[ord(head) & 0xFFFF for head in own if len(head) == 1]] |= bit
            whole = "".join(head for head in own if len(head) == LONGEST).encode("utf-32-le", "surrogatepass")
            codes = np.frombuffer(whole, "<u4")
            pairs[_slot(codes[::2], codes[1::2])] |= bit
        return singles, pairs

    @cached_property
    def tables(self) -> ScreenTables:
        """What the compiled passes look up."""
        singles = self._marks[0].astype(np.int64)
        pairs: dict[str, int] = {}
        for number, own in enumerate(self.heads):
            for head in own:
                if len(head) == LONGEST:
                    pairs[head] = pairs.get(head, 0) | 1 << number
        for number, texts in self._sure.items():
            for text in texts:
                if len(text) == 1:
                    singles[ord(text)] |= 1 << SURE + number
                else:
                    pairs[text] = pairs.get(text, 0) | 1 << SURE + number
        for pair in pairs:
            singles[ord(pair[0]) & 0xFFFF] |= MAY_BE_PAIR
        return ScreenTables(singles, *_keyed(pairs))

    def look(self, batch: Characters) -> Looked:
        """Mark the places of a batch."""
        if loops := kernels.loaded():
            return Looked(batch, *loops.look(batch.codes, batch.bounds, *self.tables))
        singles, pairs = self._marks
        marks = singles[batch.codes & 0xFFFF]
        marks[:-1] |= pairs[_slot(batch.codes[:-1], batch.codes[1:])]
        marks[batch.bounds[1:] - 1] = 0
        places = np.flatnonzero(marks)
        whole = np.bitwise_or.reduceat(marks, batch.bounds[:-1]).astype(np.int64)
        return Looked(batch, places, marks[places], places.searchsorted(batch.bounds), whole)


def join(screens: Sequence[Screen]) -> Screen:
    """Join screens, of which nothing surely matches, so that one pass marks for all of them; see `Looked.of`."""
    return Screen([heads for screen in screens for heads in screen.heads])


SURE = 32
"""Number of the first of the bits that tell what surely matches."""
MAY_BE_PAIR = 1 << 31


class ScreenTables(NamedTuple):
    """Marks of single characters, and of pairs in an open-addressing table: keys, marks."""

    singles: NDArray[np.int64]
    keys: NDArray[np.int64]
    values: NDArray[np.int64]


def _keyed(pairs: Mapping[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    size = 1 << (4 * len(pairs) + 1).bit_length()
    keys, values = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for pair, marks in pairs.items():
        key = (ord(pair[0]) << 21 | ord(pair[1])) + 1
        place = (key ^ key >> 17) & size - 1
        while keys[place]:
            place = place + 1 & size - 1
        keys[place], values[place] = key, marks
    return keys, values


class Near(NamedTuple):
    """Places of the expression `number` count only with a place of another so many before, or fewer than so many behind."""

    number: int
    before: int
    behind: int


@lru_cache(maxsize=8)
def _columns(rules: tuple[Near, ...], first: int) -> tuple[NDArray[np.int64], ...]:
    """Give the marks of rules, how far before, and how far behind, as the compiled pass takes them."""
    numbers, before, behind = np.array(rules, np.int64).T.copy()
    return 1 << first + numbers, before, behind


class Looked:
    """A batch in which a screen has marked where expressions may begin."""

    def __init__(
        self, batch: Characters, places: NDArray[np.int64], marks: NDArray[np.int32], edges: NDArray[np.int64],
        whole: NDArray[np.int64] | None, first: int = 0,
    ) -> None:  # fmt: skip
        """Keep what was marked.

        Args:
            batch: the batch.
            places: where something is marked; they rise. Text i has those from ``edges[i]`` to ``edges[i + 1]``.
            marks: a bit for each expression at each of the places.
            edges: see `places`.
            whole: the bits of each text: those of all its places, and from SURE on those of what surely matches;
                None for those of all its places alone.
            first: bit of the expression number 0.
        """
        self._batch, self._places, self._marks, self._edges = batch, places, marks, edges
        self._whole, self._first = whole, first
        self._listed: dict[int, tuple[list[int], list[int]]] = {}

    def of(self, screens: Sequence[Screen], number: int) -> Looked:
        """Give what one of several screens that were joined has marked."""
        first = self._first + sum(len(screen.heads) for screen in screens[:number])
        return Looked(self._batch, self._places, self._marks, self._edges, self._whole, first)

    def parted(self, batch: Characters) -> Looked:
        """Take each text as several, as `batch` parts the same characters; a line end between two is in the first."""
        edges = self._places.searchsorted(batch.bounds)
        return Looked(batch, self._places, self._marks, edges, None, self._first)

    @cached_property
    def texts(self) -> list[int]:
        """The bits of each text."""
        whole = self._of_places() if self._whole is None else self._whole
        return list((whole >> self._first).tolist())

    def _of_places(self) -> NDArray[np.int64]:
        whole, begins, ends = np.zeros(len(self._edges) - 1, np.int64), self._edges[:-1], self._edges[1:]
        marked = np.flatnonzero(ends > begins)
        whole[marked] = np.bitwise_or.reduceat(self._marks, begins[marked]) if len(marked) else 0
        return whole

    def _bit(self, number: int) -> int:
        return 1 << self._first + number

    def marked(self, number: int) -> NDArray[np.int64]:
        """Give the places of the whole batch where one of the expressions may begin; they rise."""
        return np.asarray(self._places[self._marks & np.int32(self._bit(number)) != 0], np.int64)

    def keep_near(self, wanted: int, rules: tuple[Near, ...]) -> list[int]:
        """Drop the marks of some expressions that none of the expression `wanted` is near; give what each text has left."""
        if loops := kernels.loaded():
            bits, before, behind = _columns(rules, self._first)
            left = loops.near(
                self._places, self._marks, self._edges, self._batch.bounds, self._bit(wanted), bits, before, behind
            )
            return list((left >> self._first).tolist())
        others = np.zeros(len(self._batch.codes) + 1, np.int32)
        others[self.marked(wanted) + 1] = 1
        others = np.cumsum(others, dtype=np.int32)
        owners = self._batch.owners(self._places)
        for rule in rules:
            begin = np.maximum(self._places - rule.before, self._batch.bounds[owners])
            end = np.minimum(self._places + rule.behind, self._batch.bounds[owners + 1] - 1)
            self._marks[others[end] <= others[begin]] &= ~np.int32(self._bit(rule.number))
        every = np.int32(sum(self._bit(rule.number) for rule in rules))
        counts = [self._marks[first:last] & every for first, last in pairwise(self._edges.tolist())]
        return [int(np.bitwise_or.reduce(marks)) >> self._first if len(marks) else 0 for marks in counts]

    def following(self, after: int, ahead: int) -> list[int]:
        """List texts with a place of the expression `after` directly behind one of `ahead`."""
        if loops := kernels.loaded():
            found = loops.following(self._places, self._marks, self._edges, self._bit(after), self._bit(ahead))
            return list(np.flatnonzero(found).tolist())
        behind = np.intersect1d(self.marked(after), self.marked(ahead) + 1, assume_unique=True)
        behind = np.setdiff1d(behind, self._batch.bounds, assume_unique=True)
        return list(np.unique(self._batch.owners(behind)).tolist())

    def places(self, number: int, text: int) -> list[int]:
        """Give the places in one text, as offsets into it, where one of the expressions may begin; they rise."""
        if number not in self._listed:
            found, ends = self._place(number)
            self._listed[number] = found.tolist(), ends.tolist()
        offsets, edges = self._listed[number]
        return offsets[edges[text] : edges[text + 1]]

    def _place(self, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if loops := kernels.loaded():
            found, ends = loops.places_in(self._places, self._marks, self._edges, self._batch.bounds, self._bit(number))
            return found, ends
        found = self.marked(number)
        ends = found.searchsorted(self._batch.bounds)
        return found - self._batch.bounds[:-1].repeat(ends[1:] - ends[:-1]), ends

    def holds(self, rules: Rules, number: int, text: str, of: int) -> bool:
        """Tell whether rules, which are one of the expressions, match anywhere in a text, which is one of the batch."""
        bits = self.texts[of]
        if not bits & 1 << number or bits & 1 << SURE + number:
            return bits & 1 << SURE + number != 0
        end = len(text)
        return any(rules.match(text, place, end) for place in self.places(number, of))


def _slot(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return (first * np.uint32(0x9E3779B1) ^ second * np.uint32(0x85EBCA6B)) >> np.uint32(32 - _PAIR_BITS)
