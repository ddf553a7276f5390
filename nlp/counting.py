"""From many writings to n-grams worth a column, and to rows of counts, chunk by chunk with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.domain import Writing
from nlp.features import CHUNK, count_known, known, occurrences
from nlp.hashing import Hashes
from nlp.segment import Segmented, UserWord, segment_arrays
from nlp.text import copies_of
from nlp.vocabulary import Vocabulary

LEAST_OCCURRENCES = 2

Report = Callable[[str, int, int], None]
"""Progress: what is being done, how many steps are done, how many there are."""


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How writings are read: user dictionary, segmenter, and whom to tell of the progress."""

    words: tuple[UserWord, ...] = ()
    engine: str
    report: Report = silent


def _chunks(writings: Sequence[Writing]) -> list[Sequence[Writing]]:
    return [writings[begin : begin + CHUNK] for begin in range(0, len(writings), CHUNK)]


def tokens_of(writings: Sequence[Writing], reading: Reading) -> Segmented:
    """Normalise and segment one chunk of writings: titles and texts in turn."""
    parts = [part for one in writings for part in (one.title, one.text)]
    return segment_arrays(copies_of(parts).characters, reading.words, reading.engine)


def candidates(
    writings: Sequence[Writing], hints: Sequence[Writing], reading: Reading, least: int = LEAST_OCCURRENCES
) -> Hashes:
    """List the hashes that occur at least `least` times, or in a theme's own words; sorted."""
    found: list[Hashes] = []
    times: list[NDArray[np.int64]] = []
    chunks = _chunks(writings)
    for done, chunk in enumerate(chunks, start=1):
        hashes, counts = np.unique(_hashes(chunk, reading), return_counts=True)
        found.append(hashes)
        times.append(counts)
        reading.report("统计词语", done, len(chunks))
    hashes, place = np.unique(np.concatenate(found), return_inverse=True)
    frequent = hashes[np.bincount(place, np.concatenate(times)) >= least]
    if not len(frequent):
        return frequent
    kept = np.union1d(frequent, _hashes(hints, reading)) if hints else frequent
    return np.asarray(kept, np.uint64)


def _hashes(writings: Sequence[Writing], reading: Reading) -> Hashes:
    return occurrences(tokens_of(writings, reading)).hashes


def count(writings: Sequence[Writing], vocabulary: Vocabulary, reading: Reading, stage: str = "") -> sparse.csr_array:
    """Count the n-grams of `vocabulary` in each writing: shape (n, columns)."""
    parts: list[Any] = [sparse.csr_array((0, len(vocabulary)), dtype=np.float32)]
    chunks = _chunks(writings)
    for done, chunk in enumerate(chunks, start=1):
        rows, _ = count_known(known(occurrences(tokens_of(chunk, reading)), vocabulary), len(chunk), len(vocabulary))
        parts.append(rows.matrix())
        reading.report(stage, done, len(chunks))
    return sparse.csr_array(sparse.vstack(parts, format="csr"))
