import numpy as np
import pytest
from scipy import sparse

from nlp.features import kind_weights
from nlp.fitting import MAX_FEATURES, Examples, fit, select_columns, stack

HASHES = np.arange(8, 8 * 7, 8, dtype=np.uint64)
TABLE = np.array([[1, 0, 1, 0, 1, 0]] * 4 + [[0, 1, 1, 0, 0, 1]] * 4, np.float32)


def examples(trust: float = 1.0) -> Examples:
    return Examples(counts=sparse.csr_array(TABLE), truth=np.array([0] * 4 + [2] * 4), trust=np.full(8, trust))


def nothing() -> sparse.csr_array:
    return sparse.csr_array((0, 6), dtype=np.float32)


def test_columns_that_tell_themes_apart_are_chosen_and_unseen_ones_never() -> None:
    assert select_columns(examples(), 3).tolist() == [0, 1, 4, 5]
    assert MAX_FEATURES == 65_536


def test_what_is_fitted_separates_and_a_theme_without_rows_stays_lowest() -> None:
    fitted = fit(examples(), nothing(), HASHES, 3, seed=0)
    scores = fitted.scores(sparse.csr_array(TABLE))
    assert scores.argmax(axis=1).tolist() == [0] * 4 + [2] * 4
    assert (scores[:, 1] == -1.0).all()


def test_rows_that_are_trusted_less_move_less() -> None:
    contrary = Examples(counts=sparse.csr_array(TABLE[:4]), truth=np.array([2] * 4), trust=np.full(4, 0.05))
    fitted = fit(stack([examples(), contrary]), nothing(), HASHES, 3, seed=0)
    assert fitted.scores(sparse.csr_array(TABLE[:1])).argmax() == 0


def test_background_counts_for_document_frequencies() -> None:
    alone = fit(examples(), nothing(), HASHES, 3, seed=0)
    among = fit(examples(), sparse.csr_array(TABLE[:4]), HASHES, 3, seed=0)
    place = alone.chosen.tolist().index(0)
    other = alone.chosen.tolist().index(1)
    assert alone.idf[place] == pytest.approx(alone.idf[other])
    assert among.idf[place] < among.idf[other]


def test_the_kind_of_an_ngram_stands_in_its_lowest_bits() -> None:
    words, pairs = kind_weights(np.array([16, 17], np.uint64)).tolist()
    assert words > pairs > 0
