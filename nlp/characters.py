"""Texts as one array of characters, and tables that sort characters by the array.

A Python loop over characters costs more than all the rest of a judgement; an array costs a few nanoseconds each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

CODE_POINTS = 0x110000
CODE_BITS = 21
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Characters:
    """A batch of texts.

    `codes` holds the code points of all texts end to end (uint32), each text followed by a line end that belongs to
    none; text i is ``codes[bounds[i]:bounds[i + 1] - 1]``.
    """

    codes: NDArray[np.uint32]
    bounds: NDArray[np.int64]

    def text(self, number: int) -> str:
        """Give one of the texts."""
        codes = self.codes[self.bounds[number] : self.bounds[number + 1] - 1]
        return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")

    def joined(self, each: int) -> Characters:
        """Take so many texts in a row as one, with a line for each."""
        return Characters(self.codes, self.bounds[::each].copy())

    def owners(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the text that each place of `codes` lies in."""
        return np.asarray(self.bounds.searchsorted(places, side="right") - 1, np.int64)

    def count(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count, for each text, the places, which rise, that lie in it."""
        return _steps(places.searchsorted(self.bounds))


def _steps(edges: NDArray[np.int64]) -> NDArray[np.int64]:
    return edges[1:] - edges[:-1]


def characters_of(texts: Sequence[str]) -> Characters:
    """Lay texts end to end; unpaired surrogates are kept as they are."""
    whole = "\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass")
    ends = accumulate((len(text) + 1 for text in texts), initial=0)
    return Characters(np.frombuffer(whole, "<u4"), np.array(list(ends), np.int64))


class Table:
    """Looks characters up by the array; the rule is asked once for each character, when that is first met."""

    def __init__(self, rule: Callable[[str], int]) -> None:
        """Make an empty table.

        Args:
            rule: gives the value of a character, not 0 and within int32.
        """
        self._rule = rule
        self.values = np.zeros(CODE_POINTS, np.int32)

    def __call__(self, codes: NDArray[np.uint32]) -> NDArray[np.int32]:
        """Give the value of each code point."""
        values = self.values[codes]
        if not values.all():
            self.learn(codes)
            values = self.values[codes]
        return values

    def learn(self, codes: NDArray[np.uint32]) -> None:
        """Ask the rule of what is new among code points."""
        for code in np.unique(codes[self.values[codes] == 0]).tolist():
            self.values[code] = self._rule(chr(code))

    def known(self, codes: NDArray[np.uint32], work: Callable[[], _Found | None]) -> _Found:
        """Do compiled work that reads `values`, and once more where it gives None for what was new among `codes`."""
        found = work()
        if found is None:
            self.learn(codes)
            found = work()
        assert found is not None  # noqa: S101 - nothing is new any more
        return found
