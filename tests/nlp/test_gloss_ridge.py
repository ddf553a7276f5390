"""A model learns from a dictionary which words mean alike."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from nlp import gloss_ridge
from nlp.fitting import Examples, Fitted, Task, fit
from nlp.gloss_ridge import FEW_ROWS, LEAST_SHARE, MOST_SHARE, Lesson, Meanings, add_glosses
from nlp.glosses import Entries

SEEN, LIKE_FIRST, LIKE_SECOND = (0, 1), 2, 3
"""Columns: two words that texts have, and one like each of them that no text has."""


def lesson(rows: int = 6, rarity: np.ndarray | None = None) -> Lesson:
    counts = np.zeros((2 * rows, 4), np.float32)
    counts[:rows, 0] = counts[rows:, 1] = 1
    names = np.zeros((2, 4), np.float32)
    truth = np.repeat([0, 1], rows)
    examples = Examples(
        counts=sparse.csr_array(np.vstack([counts, names])),
        truth=np.concatenate([truth, [0, 1]]),
        trust=np.ones(2 * rows + 2),
    )
    vectors = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], np.float32)
    entries = Entries(hashes=np.arange(4, dtype=np.uint64), vectors=vectors, rarity=rarity)
    meanings = [Meanings(columns=np.arange(4), entries=entries)]
    return Lesson(examples=examples, labelled=2 * rows, others=sparse.csr_array(counts), seen=1.0, meanings=meanings)


def fitted_on(given: Lesson) -> Fitted:
    labelled = Examples(
        counts=given.examples.counts[: given.labelled],
        truth=given.examples.truth[: given.labelled],
        trust=given.examples.trust[: given.labelled],
    )
    return fit(Task(examples=labelled, background=sparse.csr_array((0, 4), dtype=np.float32), n_themes=2, seed=0))


@pytest.mark.parametrize(
    "rarity", [None, np.array([1, 1, 5, 5], np.float32)], ids=["as texts say", "as Chinese has it"]
)
def test_a_word_that_no_text_has_counts_like_the_one_it_is_like(rarity: np.ndarray | None) -> None:
    given = lesson(rarity=rarity)
    known = add_glosses(fitted_on(given), given)
    assert known.chosen.tolist() == [0, 1, 2, 3]
    asked = sparse.csr_array(np.eye(4, dtype=np.float32))
    assert known.scores(asked).argmax(axis=1).tolist() == [0, 1, 0, 1]
    assert (known.weights[LIKE_FIRST] * [1, -1] > 0).all()
    assert (known.weights[LIKE_SECOND] * [-1, 1] > 0).all()


def test_what_is_like_nothing_says_nothing() -> None:
    given = lesson()
    (kind,) = given.meanings
    apart = np.hstack([kind.entries.vectors, np.zeros((4, 1), np.float32)])
    apart[LIKE_FIRST] = [0, 0, 1]
    entries = replace(kind.entries, vectors=apart)
    known = add_glosses(fitted_on(given), replace(given, meanings=[replace(kind, entries=entries)]))
    np.testing.assert_allclose(known.weights[LIKE_FIRST], 0.0, atol=1e-6)
    assert (known.weights[LIKE_SECOND] * [-1, 1] > 0).all()


def test_it_weighs_as_much_as_it_has_seen() -> None:
    given = lesson()
    base = fitted_on(given)
    whole, half = add_glosses(base, given), add_glosses(base, replace(given, seen=0.5))
    np.testing.assert_allclose(half.weights[LIKE_FIRST], 0.5 * whole.weights[LIKE_FIRST], rtol=1e-5)
    nothing = add_glosses(base, replace(given, seen=0.0))
    np.testing.assert_allclose(nothing.weights[list(SEEN)], base.weights, rtol=1e-6)
    np.testing.assert_allclose(nothing.weights[[LIKE_FIRST, LIKE_SECOND]], 0.0)


def test_few_rows_do_not_let_it_weigh_more_than_the_machines() -> None:
    assert gloss_ridge._share(1.0, FEW_ROWS) == MOST_SHARE
    assert gloss_ridge._share(1.0, FEW_ROWS - 1) == 1.0
    assert gloss_ridge._share(-1.0, FEW_ROWS) == LEAST_SHARE
    assert gloss_ridge._share(gloss_ridge.GAIN, FEW_ROWS) == 2.0


def test_leaving_out_one_row_is_what_fitting_without_it_gives() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(12, 5))
    truth = random.integers(0, 3, 12)
    kernel, wanted = rows @ rows.T + 0.5 * np.eye(12), np.eye(3)[truth]
    right = 0
    for out in range(12):
        rest = np.delete(np.arange(12), out)
        dual = np.linalg.solve(kernel[np.ix_(rest, rest)], wanted[rest])
        right += (rows[out] @ rows[rest].T @ dual).argmax() == truth[out]
    assert gloss_ridge._solve(kernel, wanted, truth)[1] == pytest.approx(right / 12)
