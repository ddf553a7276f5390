"""A second linear model for few labels, which knows from a dictionary what characters have to do with each other.

Most words of a new text stand in no labelled text, but their characters do, or others of their kind: the words that a
dictionary lists tell that 诗 goes with what 歌 and 颂 go with. A ridge regression on n-grams and on such relations is
added to the classifier's own weights, unless leaving out each labelled row in turn says that the relations harm: they
help with abstracts and headlines, and harm with letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.characters import characters_of
from nlp.features import inverse_document_frequency, kind_weights, named_characters, weigh_matrix
from nlp.fitting import Examples, Fitted
from nlp.hashing import Hashes
from nlp.lexicon import han_words

Floats = NDArray[np.float64]

DIMENSIONS = 100
REACH = 3
CONTEXT_POWER = 0.75
SHARE = 0.4
"""How much relations of characters count beside n-grams; by cross-validation."""
RIDGE = 1.0
LEAST_ROWS = 200
MOST_ROWS = 2_000
"""With fewer labelled rows, leaving out one says too little; with more of them and the themes' own words, or with more
unlabelled texts, these tell what goes together, and better than the dictionary."""
TOLERANCE = 0.01
"""Share of the rows by which relations may seem to harm: leaving out one is only as sure as that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Vectors of the characters that have a column: `columns` (n,), `vectors` (n, DIMENSIONS) of length 1."""

    columns: NDArray[np.intp]
    vectors: Floats


def serves(n_labelled: int, n_hints: int, n_unlabelled: int) -> bool:
    """Tell whether so many texts leave something for the dictionary to tell."""
    return n_labelled >= LEAST_ROWS and n_labelled + n_hints <= MOST_ROWS and 0 < n_unlabelled <= MOST_ROWS


@lru_cache(maxsize=1)
def characters() -> tuple[Hashes, Floats]:
    """Give the n-gram of each character of the dictionary's words, and its vector.

    Vectors are the strongest directions of the positive pointwise mutual information between characters and what stands
    before and after them in a word (Levy, Goldberg and Dagan 2015).
    """
    from sklearn.utils.extmath import randomized_svd

    words = han_words()
    batch = characters_of(list(words))
    lengths = np.diff(batch.bounds)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    weights = np.log1p(np.array([*words.values()], np.float64))
    codes, place = np.unique(batch.codes, return_inverse=True)
    pairs = []
    for step in range(1, REACH + 1):
        first = np.flatnonzero((owners[step:] == owners[:-step]) & (batch.codes[step:] > 0))
        side = 2 * (step > 1)
        pairs.append((place[first], place[first + step] * 4 + side, weights[owners[first]]))
        pairs.append((place[first + step], place[first] * 4 + side + 1, weights[owners[first]]))
    met, beside, weight = (np.concatenate(column) for column in zip(*pairs, strict=True))
    table = sparse.coo_array((weight, (met, beside)), shape=(len(codes), 4 * len(codes))).tocsr().tocoo()
    often = table.sum(axis=1)
    around = table.sum(axis=0) ** CONTEXT_POWER
    information = np.log(table.data * around.sum() / (often[table.row] * around[table.col]))
    telling = information > 0
    matrix = sparse.csr_array((information[telling], (table.row[telling], table.col[telling])), shape=table.shape)
    left, strength, _ = randomized_svd(matrix, DIMENSIONS, n_iter=4, random_state=0)
    vectors = left * np.sqrt(strength)
    lengths = np.linalg.norm(vectors, axis=1)
    kept = np.flatnonzero(lengths > 0)
    return named_characters()[0][codes[kept]], vectors[kept] / lengths[kept, None]


def kin_of(columns: Hashes) -> Kin:
    """Find the characters among columns, whose hashes rise."""
    hashes, vectors = characters()
    place = np.minimum(np.searchsorted(columns, hashes), len(columns) - 1)
    held = columns[place] == hashes
    return Kin(columns=place[held], vectors=vectors[held])


def add_kinship(
    fitted: Fitted, examples: Examples, n_labelled: int, unlabelled: sparse.csr_array, hashes: Hashes, kin: Kin
) -> Fitted:
    """Add the second model to the first, as strong as it on unlabelled texts; or give the first as it is.

    Args:
        fitted: the first model.
        examples: rows to learn from; the first `n_labelled` of them decide whether relations help.
        unlabelled: more rows over the same columns, at least one.
        hashes: the n-grams of all columns.
        kin: the characters among them.
    """
    chosen = np.union1d(fitted.chosen, kin.columns)
    known, more = examples.counts[:, chosen], unlabelled[:, chosen]
    idf = inverse_document_frequency(sparse.csr_array(sparse.vstack([known, more], format="csr")))
    idf = idf * kind_weights(hashes[chosen])
    rows, others = weigh_matrix(known, idf), weigh_matrix(more, idf)
    places = np.searchsorted(chosen, kin.columns)
    mean = others[:, places].mean(axis=0) @ kin.vectors
    related = rows[:, places] @ kin.vectors - mean
    targets = np.full((len(examples.truth), fitted.weights.shape[1]), -1.0)
    targets[np.arange(len(targets)), examples.truth] = 1.0
    usual = targets.mean(axis=0)
    alike, akin = (rows @ rows.T).toarray() + RIDGE * np.eye(len(targets)), SHARE * (related @ related.T)
    truth = examples.truth[:n_labelled]
    gained = _right(alike + akin, targets - usual, truth) - _right(alike, targets - usual, truth)
    if gained < -TOLERANCE * n_labelled:
        return fitted
    dual = np.linalg.solve(alike + akin, targets - usual)
    directions = SHARE * (related.T @ dual)
    weights = rows.T @ dual
    weights[places] += kin.vectors @ directions
    bias = usual - mean @ directions
    own = np.zeros_like(weights)
    own[np.searchsorted(chosen, fitted.chosen)] = fitted.weights
    scale = _spread(others @ own + fitted.bias) / _spread(others @ weights + bias)
    return Fitted(
        chosen=chosen,
        idf=idf,
        weights=np.asarray(own + scale * weights, np.float32),
        bias=np.asarray(fitted.bias + scale * bias, np.float32),
    )


def _right(kernel: Floats, targets: Floats, truth: NDArray[np.intp]) -> int:
    """Count the first rows whose theme is found by a ridge regression without them."""
    inverse = np.linalg.inv(kernel)
    scores = targets - inverse @ targets / np.diag(inverse)[:, None]
    return int((scores[: len(truth)].argmax(axis=1) == truth).sum())


def _spread(scores: Floats) -> float:
    return max(float((scores - scores.mean(axis=1, keepdims=True)).std()), 1e-12)
