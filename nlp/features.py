"""Word and character n-grams of title and body as sparse rows, whole batches at a time on arrays.

An n-gram is a 64-bit number: a polynomial over mixed code points, so that the hash of any range of a batch comes from
two prefix sums; field and kind are mixed in afterwards, and the lowest bits name the kind. A `Vocabulary` maps those
numbers to columns through an open-addressing table. No string and no Python loop per n-gram is involved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.segment import Segmented, UserWord, character_kinds, segment_arrays

WORD_SIZES = (1, 2)
CHARACTER_SIZES = (1, 2, 3)
FIELDS = ("title", "text")
CHUNK = 256
"""Texts that are turned into arrays at once; bounds the memory of a batch of any length."""

KIND_WEIGHTS = np.array([1.0, 0.5, 1.2, 1.0, 0.6], np.float32)
"""What an n-gram of each kind counts: words, word pairs, runs of 1, 2, 3 characters; by cross-validation. Rare n-grams
have the highest inverse document frequencies and would otherwise take most of a row's length from the telling ones."""

_KIND_BITS = np.uint64(7)
_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
_BASE_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrences:
    """Every n-gram of a batch: `rows` (row of the batch), half-open character range in `codes`, `hashes`."""

    n_rows: int
    rows: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    hashes: Hashes


def _mix(values: Hashes) -> Hashes:
    """Finalise hashes with the mixer of splitmix64 (Steele, Lea, Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@lru_cache(maxsize=2)
def _powers(size: int) -> tuple[Hashes, Hashes]:
    ahead, back = np.full(size, _BASE), np.full(size, _BASE_INVERSE)
    ahead[0] = back[0] = np.uint64(1)
    return np.cumprod(ahead, dtype=np.uint64), np.cumprod(back, dtype=np.uint64)


def _range_hasher(codes: NDArray[np.uint32]) -> tuple[Hashes, Hashes]:
    """Give prefix sums and inverse powers: hash of [s, e) is (sums[e] - sums[s]) * back[s], modulo 2^64."""
    ahead, back = _powers(1 << max(12, int(len(codes) + 1).bit_length()))
    sums = np.zeros(len(codes) + 1, np.uint64)
    values = _mix(codes.astype(np.uint64) + np.uint64(0x5851F42D4C957F2D))
    np.cumsum(values * ahead[: len(codes)], out=sums[1:])
    return sums, back


def _named(hashes: Hashes, kind: int, own: bool) -> Hashes:
    """Mix in the kind and put its number into the lowest bits; `own` are those that count for the first field alone."""
    salt = _mix(np.array([(int(own) << 8) + kind], np.uint64))[0]
    return np.asarray((_mix(hashes ^ salt) & ~_KIND_BITS) | np.uint64(kind), np.uint64)


def occurrences(batch: Segmented, n_fields: int = len(FIELDS)) -> Occurrences:
    """List all n-grams of a batch whose texts are the fields of its rows in turn (title, body, title, body, …).

    An n-gram is the same wherever it stands, and once more a feature of its own in the title: what a title says weighs
    more, and with few examples nothing may be learnt twice.
    """
    found: list[tuple[NDArray[Any], ...]] = []
    for kind, (owners, starts, ends, hashes) in enumerate([*_words(batch), *_characters(batch)]):
        title = owners % n_fields == 0
        found.append((owners, starts, ends, _named(hashes, kind, False)))
        found.append((owners[title], starts[title], ends[title], _named(hashes[title], kind, True)))
    owners, starts, ends, hashes = (np.concatenate(column) for column in zip(*found, strict=True))
    rows = (owners // n_fields).astype(np.int32)
    return Occurrences(
        n_rows=(len(batch.bounds) - 1) // n_fields, rows=rows, starts=starts, ends=ends, hashes=hashes.astype(np.uint64)
    )


_Part = tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], Hashes]


def _words(batch: Segmented) -> list[_Part]:
    """List words and pairs of neighbouring words: owner, range, hash."""
    sums, back = _range_hasher(batch.codes)
    whole = (sums[batch.ends] - sums[batch.starts]) * back[batch.starts]
    pair = np.flatnonzero(batch.owners[1:] == batch.owners[:-1]) if len(whole) else np.zeros(0, np.int64)
    joined = _mix(whole[pair]) * np.uint64(3) + whole[pair + 1] if len(pair) else whole[:0]
    return [
        (batch.owners, batch.starts, batch.ends, whole),
        (batch.owners[pair], batch.starts[pair], batch.ends[pair + 1], joined),
    ]


def _characters(batch: Segmented) -> list[_Part]:
    """List runs of characters with a Han one and no separator inside, a part for each size: owner, range, hash.

    Runs of letters and digits alone are known as words; pieces of them would tie any Latin text to some theme.
    """
    sums, back = _range_hasher(batch.codes)
    kinds = character_kinds(batch.codes)
    inside = kinds > 0
    han = np.concatenate([[0], np.cumsum(kinds == 1)])
    places = np.flatnonzero(inside)
    owners = (np.searchsorted(batch.bounds, places, side="right") - 1).astype(np.int32)
    parts: list[_Part] = []
    for size in CHARACTER_SIZES:
        if size > 1:
            fits = places + size - 1 < batch.bounds[owners + 1]
            places, owners = places[fits], owners[fits]
            held = inside[places + size - 1]
            places, owners = places[held], owners[held]
        telling = han[places + size] > han[places]
        starts = places[telling]
        hashes = (sums[starts + size] - sums[starts]) * back[starts]
        parts.append((owners[telling], starts, starts + size, hashes))
    return parts


def rows_of(titles: Sequence[str], bodies: Sequence[str], words: tuple[UserWord, ...], engine: str) -> Segmented:
    """Segment normalised titles and bodies into one batch, the fields of each row side by side."""
    fields = [field for row in zip(titles, bodies, strict=True) for field in row]
    return segment_arrays(fields, words, engine)


class Vocabulary:
    """Columns of known n-grams: an open-addressing table of 64-bit hashes with linear probing.

    The table is at most a quarter full, so that nearly every look-up ends at its first or second slot.
    """

    def __init__(self, hashes: Hashes) -> None:
        """Build the table; column j stands for ``hashes[j]``.

        Raises:
            ValueError: if two columns have the same hash, or one is 0 (which marks an empty slot).
        """
        if len(np.unique(hashes)) != len(hashes) or (hashes == 0).any():
            raise ValueError("hashes of a vocabulary must be different and not zero")
        self.hashes = hashes
        bits = max(4, int(4 * len(hashes)).bit_length())
        self._shift = np.uint64(64 - bits)
        self._mask = np.int64((1 << bits) - 1)
        self._keys = np.zeros(1 << bits, np.uint64)
        self._columns = np.full(1 << bits, -1, np.int32)
        self._fill()

    def __len__(self) -> int:
        """Count the columns."""
        return len(self.hashes)

    def _fill(self) -> None:
        pending = np.arange(len(self.hashes))
        slots = (self.hashes >> self._shift).astype(np.int64)
        while len(pending):
            free = self._keys[slots] == 0
            taken, first = np.unique(slots[free], return_index=True)
            winners = np.flatnonzero(free)[first]
            self._keys[taken] = self.hashes[pending[winners]]
            self._columns[taken] = pending[winners]
            left = np.ones(len(pending), bool)
            left[winners] = False
            pending, slots = pending[left], (slots[left] + 1) & self._mask

    def lookup(self, hashes: Hashes) -> NDArray[np.int32]:
        """Give the column of each hash, -1 where it is unknown."""
        slots = (hashes >> self._shift).astype(np.int64)
        keys = self._keys[slots]
        columns = np.where(keys == hashes, self._columns[slots], np.int32(-1))
        pending = np.flatnonzero((keys != hashes) & (keys != 0))
        while len(pending):
            slots[pending] = (slots[pending] + 1) & self._mask
            keys = self._keys[slots[pending]]
            wanted = hashes[pending]
            hit = keys == wanted
            columns[pending[hit]] = self._columns[slots[pending[hit]]]
            pending = pending[~hit & (keys != 0)]
        return columns


def count_rows(found: Occurrences, vocabulary: Vocabulary) -> sparse.csr_array:
    """Count known n-grams: CSR of shape (n_rows, len(vocabulary)), float32, columns sorted within a row."""
    columns = vocabulary.lookup(found.hashes)
    known = columns >= 0
    ones = np.ones(int(known.sum()), np.float32)
    shape = (found.n_rows, len(vocabulary))
    counts = sparse.coo_array((ones, (found.rows[known], columns[known])), shape=shape).tocsr()
    counts.sum_duplicates()
    return counts


def weigh(counts: sparse.csr_array, idf: NDArray[np.float32]) -> sparse.csr_array:
    """Turn counts into TF-IDF rows: (1 + ln tf) * idf, each row of Euclidean length 1 (or empty)."""
    rows = counts.copy()
    rows.data = (1.0 + np.log(rows.data)) * idf[rows.indices]
    squares = np.concatenate([[0.0], np.cumsum(rows.data.astype(np.float64) ** 2)])
    lengths = np.sqrt(np.maximum(squares[rows.indptr[1:]] - squares[rows.indptr[:-1]], 1e-30))
    rows.data = (rows.data / np.repeat(lengths, np.diff(rows.indptr))).astype(np.float32)
    return rows


def kind_weights(hashes: Hashes) -> NDArray[np.float32]:
    """Give what each n-gram counts for its kind: shape (n,), greater than 0."""
    return np.asarray(KIND_WEIGHTS[(hashes & _KIND_BITS).astype(np.int64)], np.float32)


def inverse_document_frequency(counts: sparse.csr_array) -> NDArray[np.float32]:
    """Compute ln((1 + n) / (1 + df)) + 1 for each column (the smoothed form of scikit-learn)."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    return (np.log((1 + counts.shape[0]) / (1 + frequency)) + 1.0).astype(np.float32)
