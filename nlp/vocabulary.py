"""From 64-bit hashes to columns: an open-addressing table that a batch of hashes is looked up in at once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlp.hashing import Hashes

FEW = 100_000
"""Hashes of some dozens of texts."""
TAG_SHIFT = np.uint64(3)
TAG_TAKEN = np.uint8(0x80)


class Vocabulary:
    """Columns of known n-grams: an open-addressing table with linear probing.

    `slots` holds columns, or -1; a hash begins to look at slot ``hash >> shift``. `tags` holds a byte of the hash for
    each slot, 0 where it is empty: most look-ups are for what is unknown, and end in this small table.
    """

    def __init__(self, hashes: Hashes, slots_each: int = 3) -> None:
        """Build the table.

        Args:
            hashes: column j stands for ``hashes[j]``.
            slots_each: least number of slots for each column; fewer save memory and take longer.

        Raises:
            ValueError: if two columns have the same hash.
        """
        self._order = np.argsort(hashes, kind="stable")
        self._ordered = hashes[self._order]
        if (self._ordered[1:] == self._ordered[:-1]).any():
            raise ValueError("hashes of a vocabulary must be different")
        self.hashes = hashes
        self._bits = max(4, (slots_each * len(hashes) - 1).bit_length())
        self.shift = np.uint64(64 - self._bits)

    @cached_property
    def slots(self) -> NDArray[np.int32]:
        """Columns, or -1."""
        slots = np.full(1 << self._bits, -1, np.int32)
        self._fill(slots)
        return slots

    @cached_property
    def tags(self) -> NDArray[np.uint8]:
        """A byte of the hash for each slot, 0 where it is empty."""
        tags = np.zeros(1 << self._bits, np.uint8)
        taken = np.flatnonzero(self.slots >= 0)
        tags[taken] = (self.hashes[self.slots[taken]] >> TAG_SHIFT).astype(np.uint8) | TAG_TAKEN
        return tags

    def __len__(self) -> int:
        """Count the columns."""
        return len(self.hashes)

    def find(self, hashes: Hashes) -> NDArray[np.int32]:
        """Give the column of each hash, -1 where it is unknown, without the table; fast where hashes rise."""
        if not len(self):
            return np.full(len(hashes), -1, np.int32)
        places = np.minimum(np.searchsorted(self._ordered, hashes), len(self) - 1)
        return np.where(self._ordered[places] == hashes, self._order[places], -1).astype(np.int32)

    def _fill(self, slots: NDArray[np.int32]) -> None:
        pending = np.arange(len(self.hashes))
        places = (self.hashes >> self.shift).astype(np.int64)
        while len(pending):
            free = slots[places] < 0
            taken, first = np.unique(places[free], return_index=True)
            winners = np.flatnonzero(free)[first]
            slots[taken] = pending[winners]
            left = np.ones(len(pending), bool)
            left[winners] = False
            pending, places = pending[left], (places[left] + 1) & (len(slots) - 1)

    def lookup(self, hashes: Hashes) -> NDArray[np.int32]:
        """Give the column of each hash, -1 where it is unknown.

        Few are looked up without the table, which takes longer to build than to go without it.
        """
        if len(hashes) <= FEW and "slots" not in self.__dict__:
            return self.find(hashes)
        places = (hashes >> self.shift).astype(np.int64)
        columns = self.slots[places]
        pending = np.flatnonzero(columns >= 0)
        pending = pending[self.hashes[columns[pending]] != hashes[pending]]
        while len(pending):
            places[pending] = (places[pending] + 1) & (len(self.slots) - 1)
            columns[pending] = self.slots[places[pending]]
            pending = pending[columns[pending] >= 0]
            pending = pending[self.hashes[columns[pending]] != hashes[pending]]
        return columns
