"""Words and runs of characters of title and body, whole batches at a time on arrays.

An n-gram is a 64-bit number: a polynomial over mixed code points, into which field and kind are mixed afterwards. A
`Vocabulary` maps those numbers to columns through an open-addressing table. No string and no Python loop per n-gram is
involved. This is the plain way; `nlp.encoding` takes the compiled one where it can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlp.characters import characters_of
from nlp.hashing import OFFSET, Hashes, mix, range_hasher
from nlp.segment import Segmented, UserWord, segment_arrays
from nlp.vocabulary import Vocabulary

if TYPE_CHECKING:
    from scipy import sparse

CHARACTER_SIZES = (1, 2)
"""Pairs of words and runs of three characters are worth nothing beside these (docs/judgement.md)."""
FIELDS = ("title", "text")
CHUNK = 256
"""Texts that are turned into arrays at once; bounds the memory of a batch of any length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrences:
    """Every n-gram of a batch: `rows` (row of the batch), half-open character range in `codes`, `hashes`."""

    n_rows: int
    rows: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    hashes: Hashes


def named(hashes: Hashes, kind: int, own: bool) -> Hashes:
    """Name n-grams by their kind: 0 for words, else how many characters. `own` are those of the first field alone."""
    return mix(hashes ^ salts()[int(own), kind])


@lru_cache(maxsize=1)
def salts() -> Hashes:
    """Give the number that is mixed into the n-grams of each kind, those of any field and the title's own: (2, 3)."""
    return mix(np.array([[(own << 8) + kind for kind in (0, *CHARACTER_SIZES)] for own in (0, 1)], np.uint64))


def named_characters() -> list[Hashes]:
    """Give the n-gram of each single character below U+10000 in any field, and in the title."""
    plain = mix(np.arange(1 << 16, dtype=np.uint64) + OFFSET)
    return [named(plain, 1, own) for own in (False, True)]


def occurrences(batch: Segmented, n_fields: int = len(FIELDS)) -> Occurrences:
    """List all n-grams of a batch whose texts are the fields of its rows in turn (title, body, title, body, …).

    An n-gram is the same wherever it stands, and once more a feature of its own in the title: what a title says weighs
    more, and with few examples nothing may be learnt twice.
    """
    found: list[tuple[NDArray[Any], ...]] = []
    words = (batch.owners, batch.starts, batch.ends, batch.words)
    for kind, (owners, starts, ends, hashes) in enumerate([words, *_characters(batch)]):
        title = owners % n_fields == 0
        found.append((owners, starts, ends, named(hashes, kind, False)))
        found.append((owners[title], starts[title], ends[title], named(hashes[title], kind, True)))
    owners, starts, ends, hashes = (np.concatenate(column) for column in zip(*found, strict=True))
    rows = (owners // n_fields).astype(np.int32)
    return Occurrences(
        n_rows=(len(batch.bounds) - 1) // n_fields, rows=rows, starts=starts, ends=ends, hashes=hashes.astype(np.uint64)
    )


_Part = tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], Hashes]


def _characters(batch: Segmented) -> list[_Part]:
    """List runs of characters with a Han one and no separator inside, a part for each size: owner, range, hash.

    Runs of letters and digits alone are known as words; pieces of them would tie any Latin text to some theme.
    """
    sums, back = range_hasher(batch.codes)
    inside = batch.kinds > 0
    han = np.concatenate([[0], np.cumsum(batch.kinds == 1)])
    places = np.flatnonzero(inside)
    counts = np.diff(np.searchsorted(places, batch.bounds))
    owners = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    parts: list[_Part] = []
    for size in CHARACTER_SIZES:
        held = inside[places + size - 1]  # a text ends with a separator, so no run leaves it
        places, owners = places[held], owners[held]
        telling = han[places + size] > han[places]
        starts = places[telling]
        hashes = (sums[starts + size] - sums[starts]) * back[starts]
        parts.append((owners[telling], starts, starts + size, hashes))
    return parts


def rows_of(titles: Sequence[str], bodies: Sequence[str], words: tuple[UserWord, ...], engine: str) -> Segmented:
    """Segment normalised titles and bodies into one batch, the fields of each row side by side."""
    fields = [field for row in zip(titles, bodies, strict=True) for field in row]
    return segment_arrays(characters_of(fields), words, engine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Sparse rows in CSR form, no column twice in a row: `width` columns, `data` float32."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    data: NDArray[np.float32]
    width: int

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.indptr) - 1

    def matrix(self) -> sparse.csr_array:
        """Give the same rows as scipy knows them."""
        from scipy import sparse

        parts = (self.data, self.indices, self.indptr.astype(np.int32))
        matrix = sparse.csr_array(parts, shape=(len(self), self.width), copy=True)
        matrix.sort_indices()
        return matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The n-grams of a batch that a vocabulary knows: `rows`, character ranges in the batch's `codes`, `columns`.

    Rows rise; within a row they stand by kind.
    """

    rows: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    columns: NDArray[np.int32]

    def part(self, kept: NDArray[Any], rows: NDArray[np.int32]) -> Known:
        """Take some, and name their `rows` anew."""
        return Known(rows=rows, starts=self.starts[kept], ends=self.ends[kept], columns=self.columns[kept])


def known(found: Occurrences, vocabulary: Vocabulary) -> Known:
    """Keep the n-grams that a vocabulary knows; fields and order are those of `occurrences`."""
    columns = vocabulary.lookup(found.hashes)
    places = np.flatnonzero(columns >= 0)
    places = places[np.argsort(found.rows[places], kind="stable")]
    starts, ends = found.starts[places].astype(np.int32), found.ends[places].astype(np.int32)
    return Known(rows=found.rows[places], starts=starts, ends=ends, columns=columns[places])


def count_known(found: Known, n_rows: int, width: int) -> tuple[Rows, NDArray[np.int64]]:
    """Count n-grams in each row, in the order in which they are first met.

    The second result is the place in ``data`` where each n-gram of `found` is counted.
    """
    keys, first, entries, times = np.unique(
        found.rows.astype(np.int64) * width + found.columns, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, keys // width)) if width else first
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    indptr = np.searchsorted(keys, np.arange(n_rows + 1, dtype=np.int64) * width)
    indices = found.columns[first[order]]
    return Rows(indptr=indptr, indices=indices, data=times[order].astype(np.float32), width=width), place[entries]


@dataclass(frozen=True, kw_only=True)
class Linear:
    """A linear model over a vocabulary: `weights` has shape (columns, classes), `bias` (classes,), `idf` (columns,)."""

    vocabulary: Vocabulary
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    @cached_property
    def mean(self) -> NDArray[np.float32]:
        """Mean weight of each column over the classes."""
        return np.asarray(self.weights.mean(axis=1), np.float32)

    def scores(self, rows: Rows) -> NDArray[np.float32]:
        """Score TF-IDF rows: shape (n, classes)."""
        scores = np.zeros((len(rows), len(self.bias)), np.float32)
        filled = np.flatnonzero(np.diff(rows.indptr))
        if len(filled):
            products = rows.data[:, None] * self.weights[rows.indices]
            scores[filled] = np.add.reduceat(products, rows.indptr[filled], axis=0)
        return scores + self.bias


def weigh(counts: Rows, idf: NDArray[np.float32]) -> Rows:
    """Turn counts into TF-IDF rows: (1 + ln tf) * idf, each row of Euclidean length 1 (or empty)."""
    data = _weighed(counts.indptr, counts.indices, counts.data, idf)
    return Rows(indptr=counts.indptr, indices=counts.indices, data=data, width=counts.width)


def weigh_matrix(counts: sparse.csr_array, idf: NDArray[np.float32]) -> sparse.csr_array:
    """Do as `weigh`, on the matrices of training."""
    rows = counts.copy()
    rows.data = _weighed(rows.indptr, rows.indices, rows.data, idf)
    return rows


def _weighed(indptr: Any, indices: Any, counts: Any, idf: NDArray[np.float32]) -> NDArray[np.float32]:
    data = (1.0 + np.log(counts)) * idf[indices]
    squares = np.concatenate([[0.0], np.cumsum(data.astype(np.float64) ** 2)])
    lengths = np.sqrt(np.maximum(squares[indptr[1:]] - squares[indptr[:-1]], 1e-30))
    return np.asarray(data / np.repeat(lengths, np.diff(indptr)), np.float32)


def inverse_document_frequency(counts: sparse.csr_array) -> NDArray[np.float32]:
    """Compute ln((1 + n) / (1 + df)) + 1 for each column (the smoothed form of scikit-learn)."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    return (np.log((1 + counts.shape[0]) / (1 + frequency)) + 1.0).astype(np.float32)
