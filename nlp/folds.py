"""Folds for cross-validation in which exact and near duplicates stay together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

SKETCH = 8
SHARED = 6
FEW_ROWS = 50
"""Two texts are near duplicates if SHARED of the SKETCH smallest hashes of their n-grams are the same (bottom-k
sketches, Broder 1997): about three quarters of their telling n-grams in common. N-grams of more than FEW_ROWS texts tell
nothing, and would pair everything with everything."""


def near_duplicates(
    texts: Sequence[Hashable], counts: sparse.csr_array, random: np.random.Generator
) -> NDArray[np.intp]:
    """Group rows that are equal or nearly so: the number of its group for each row, shape (n,).

    Args:
        texts: what is equal in equal rows.
        counts: n-grams of each row; only where they are not zero matters, and only those of few rows.
        random: draws the hashes.
    """
    n = len(texts)
    sketch = _sketches(counts, random)
    shared = sparse.coo_array(sketch @ sketch.T)
    alike = shared.data >= SHARED
    first: dict[Hashable, int] = {}
    equal = np.array([first.setdefault(text, row) for row, text in enumerate(texts)], np.intp)
    ends = (np.concatenate([shared.row[alike], np.arange(n)]), np.concatenate([shared.col[alike], equal]))
    graph = sparse.coo_array((np.ones(len(ends[0]), np.int8), ends), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], np.intp)


def _sketches(counts: sparse.csr_array, random: np.random.Generator) -> sparse.csr_array:
    """Mark the SKETCH n-grams of each row that come first in a random order, of those that few rows have."""
    n, width = counts.shape
    frequency = np.bincount(counts.indices, minlength=width)
    rare = (frequency > 1) & (frequency <= FEW_ROWS)
    order = random.permutation(width)
    rows = []
    for row in range(n):
        present = counts.indices[counts.indptr[row] : counts.indptr[row + 1]]
        drawn = order[present[rare[present]]]
        rows.append(np.partition(drawn, SKETCH)[:SKETCH] if len(drawn) > SKETCH else drawn)
    places = (np.repeat(np.arange(n), [len(row) for row in rows]), np.concatenate([*rows, np.zeros(0, np.int64)]))
    return sparse.csr_array((np.ones(len(places[0]), np.int16), places), shape=(n, width))


def deal(
    groups: NDArray[np.intp], truth: NDArray[np.intp], n_folds: int, random: np.random.Generator
) -> NDArray[np.intp]:
    """Deal rows to folds theme by theme; rows of one group share a fold. Shape (n,), values 0 … n_folds - 1.

    A group of `n_folds` rows or more that is most of a theme (rows written by one template) is dealt row by row: in one
    fold, it would leave the others nothing to know the theme by.
    """
    groups = np.where(
        _is_most_of_a_theme(groups, truth, n_folds), groups.max(initial=0) + 1 + np.arange(len(groups)), groups
    )
    fold_of: dict[int, int] = {}
    folds = np.zeros(len(truth), np.intp)
    next_fold = 0
    shuffled = random.permutation(len(truth))
    for index in shuffled[np.argsort(truth[shuffled], kind="stable")]:
        group = int(groups[index])
        if group not in fold_of:
            fold_of[group] = next_fold
            next_fold = (next_fold + 1) % n_folds
        folds[index] = fold_of[group]
    return folds


def _is_most_of_a_theme(groups: NDArray[np.intp], truth: NDArray[np.intp], least: int) -> NDArray[np.bool_]:
    """Tell which rows are of a group that has more than half of the rows of their theme, and `least` of them."""
    _, place, of_both = np.unique(np.stack([groups, truth]), axis=1, return_inverse=True, return_counts=True)
    together = of_both[place.ravel()]
    return np.asarray((together >= least) & (2 * together > np.bincount(truth)[truth]), bool)
