"""The past cases most like a text, by words and characters: an inverted index over hashed n-grams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.counting import Reading, tokens_of
from nlp.domain import Writing
from nlp.features import CHUNK, occurrences
from nlp.segment import UserWord, default_engine

BUCKET_BITS = 22
TITLE_WEIGHT = 0.5
"""What the likeness of the titles counts beside that of the whole texts: a title says what the matter is."""
KEPT = 64
"""How many n-grams of a past case are kept, those that weigh most; bounds memory and time whatever its length."""
COMMON = 0.05
"""N-grams in a larger share of many cases tell nothing and are skipped."""
MANY = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A past case by its place in the index, and its likeness in (0, 1]."""

    place: int
    likeness: float


class SimilarIndex:
    """Finds past cases; built once from all of them, and added to until it is built anew."""

    def __init__(self, writings: Sequence[Writing], words: tuple[UserWord, ...] = ()) -> None:
        """Index raw titles and texts; their places are their positions here."""
        self._words = words
        self._size = len(writings)
        chunks = [writings[at : at + CHUNK] for at in range(0, max(1, len(writings)), CHUNK)]
        counted = [_bucket_counts(chunk, words) for chunk in chunks]
        frequency = sum((np.bincount(part.indices, minlength=1 << BUCKET_BITS) for part in counted), start=np.int64(0))
        self._idf = (np.log((1 + self._size) / (1 + frequency)) + 1.0).astype(np.float32)
        if self._size > MANY:
            self._idf[frequency > COMMON * self._size] = 0.0
        rows = [_strongest(self._rows(chunk, counts)) for chunk, counts in zip(chunks, counted, strict=True)]
        self._postings = sparse.csr_array(sparse.vstack(rows, format="csr")).tocsc()
        self._later = sparse.csr_array(rows[0][:0])

    def __len__(self) -> int:
        """Count the past cases."""
        return self._size + int(self._later.shape[0])

    def add(self, writings: Sequence[Writing]) -> None:
        """Add later cases, whose places follow on; what is rare is still told by the cases that it was built from."""
        if writings:
            rows = _strongest(self._rows(writings, _bucket_counts(writings, self._words)))
            self._later = sparse.csr_array(sparse.vstack([self._later, rows], format="csr"))

    def nearest(self, writing: Writing, *, count: int = 5, without: int | None = None) -> list[Neighbour]:
        """Give the past cases most like a text, the most alike first; only such as share something with it.

        Args:
            writing: a raw title and text.
            count: how many at most.
            without: the place of the text itself, if it is one of the past cases.
        """
        if not len(self):
            return []
        asked = self._rows([writing], _bucket_counts([writing], self._words))
        likeness = np.concatenate([self._likeness(asked), _products(self._later, asked)])
        if without is not None:
            likeness[without] = 0.0
        best = np.argpartition(-likeness, min(count, len(likeness) - 1))[:count]
        ordered = best[np.argsort(-likeness[best], kind="stable")]
        return [
            Neighbour(place=int(place), likeness=round(min(1.0, float(likeness[place])), 4))
            for place in ordered
            if likeness[place] > 0
        ]

    def _rows(self, writings: Sequence[Writing], whole: sparse.csr_array) -> sparse.csr_array:
        titles = _bucket_counts([Writing(title=one.title) for one in writings], self._words)
        both = _weighed(whole, self._idf) + TITLE_WEIGHT * _weighed(titles, self._idf)
        return _unit(sparse.csr_array(both))

    def _likeness(self, asked: sparse.csr_array) -> NDArray[np.float64]:
        postings = self._postings
        begins, ends = postings.indptr[asked.indices], postings.indptr[asked.indices + 1]
        lengths = ends - begins
        offsets = np.repeat(begins - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
        entries = np.arange(int(lengths.sum())) + offsets
        weights = postings.data[entries] * np.repeat(asked.data, lengths)
        return np.asarray(np.bincount(postings.indices[entries], weights, self._size), np.float64)


def shared_part(first: Writing, second: Writing) -> float:
    """Tell which part of the shorter of two texts stands in the other, by runs of three characters, in [0, 1].

    Unlike the likeness it does not fall when one text says more, or has a title that the other lacks.

    >>> shared_part(Writing(text="路灯不亮请修"), Writing(title="反映", text="村口路灯不亮，请修一修"))
    1.0
    """
    one, other = (_runs(writing) for writing in (first, second))
    return round(len(one & other) / max(1, min(len(one), len(other))), 4)


def _runs(writing: Writing) -> set[str]:
    plain = "".join(character for character in writing.title + writing.text if character.isalnum())
    return {plain[at : at + 3] for at in range(len(plain) - 2)}


def _products(rows: sparse.csr_array, asked: sparse.csr_array) -> NDArray[np.float64]:
    """Multiply few rows with one by looking their columns up in its own, which needs no table as wide as all columns."""
    order = np.argsort(asked.indices)
    columns, weights = asked.indices[order], asked.data[order]
    if not len(columns):
        return np.zeros(rows.shape[0])
    places = np.minimum(np.searchsorted(columns, rows.indices), len(columns) - 1)
    shared = columns[places] == rows.indices
    products = rows.data[shared] * weights[places[shared]]
    return np.asarray(np.bincount(_rows_of(rows)[shared], products, rows.shape[0]), np.float64)


def _bucket_counts(writings: Sequence[Writing], words: tuple[UserWord, ...]) -> sparse.csr_array:
    found = occurrences(tokens_of(writings, Reading(words=words, engine=default_engine())))
    buckets = (found.hashes >> np.uint64(64 - BUCKET_BITS)).astype(np.int32)
    shape = (found.n_rows, 1 << BUCKET_BITS)
    counts = sparse.coo_array((np.ones(len(buckets), np.float32), (found.rows, buckets)), shape=shape).tocsr()
    counts.sum_duplicates()
    return counts


def _weighed(counts: sparse.csr_array, idf: NDArray[np.float32]) -> sparse.csr_array:
    """Weigh counts as (1 + ln tf) * idf² and scale rows to length 1: what is rare tells matters apart, not themes."""
    rows = counts.copy()
    rows.data = (1.0 + np.log(rows.data)) * idf[rows.indices] ** 2
    rows.eliminate_zeros()
    return _unit(rows)


def _unit(rows: sparse.csr_array) -> sparse.csr_array:
    owners = _rows_of(rows)
    lengths = np.sqrt(np.bincount(owners, rows.data.astype(np.float64) ** 2, rows.shape[0]))
    data = (rows.data / np.maximum(lengths, 1e-12)[owners]).astype(np.float32)
    return sparse.csr_array((data, rows.indices, rows.indptr), shape=rows.shape)


def _strongest(rows: sparse.csr_array) -> sparse.csr_array:
    """Keep the KEPT heaviest entries of each row, scaled to length 1 again."""
    owners = _rows_of(rows)
    order = np.lexsort((-rows.data, owners))
    rank = np.arange(len(order)) - np.repeat(rows.indptr[:-1], np.diff(rows.indptr))
    kept = np.sort(order[rank < KEPT])
    places = (owners[kept], rows.indices[kept])
    return _unit(sparse.coo_array((rows.data[kept], places), shape=rows.shape).tocsr())


def _rows_of(rows: sparse.csr_array) -> NDArray[np.int64]:
    return np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
