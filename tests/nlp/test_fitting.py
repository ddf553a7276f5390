import numpy as np
import pytest
from scipy import sparse

from nlp import fitting
from nlp.fitting import KEPT, MAX_FEATURES, Examples, Task, fit, fit_once, select_columns, stack

TABLE = np.array([[1, 0, 1, 0, 1, 0]] * 4 + [[0, 1, 1, 0, 0, 1]] * 4, np.float32)


def examples(trust: float = 1.0) -> Examples:
    return Examples(counts=sparse.csr_array(TABLE), truth=np.array([0] * 4 + [2] * 4), trust=np.full(8, trust))


def task(own: Examples, background: np.ndarray = TABLE[:0]) -> Task:
    return Task(examples=own, background=sparse.csr_array(background), n_themes=3, seed=0)


def test_columns_that_tell_themes_apart_are_chosen_and_unseen_ones_never() -> None:
    assert select_columns(examples(), 3).tolist() == [0, 1, 4, 5]
    assert MAX_FEATURES == 65_536 > KEPT


def test_what_is_fitted_separates_and_a_theme_without_rows_stays_lowest() -> None:
    fitted = fit(task(examples()))
    scores = fitted.scores(sparse.csr_array(TABLE))
    assert scores.argmax(axis=1).tolist() == [0] * 4 + [2] * 4
    assert (scores[:, 1] == -1.0).all()


def test_rows_that_are_trusted_less_move_less() -> None:
    contrary = Examples(counts=sparse.csr_array(TABLE[:4]), truth=np.array([2] * 4), trust=np.full(4, 0.05))
    fitted = fit(task(stack([examples(), contrary])))
    assert fitted.scores(sparse.csr_array(TABLE[:1])).argmax() == 0


def test_background_counts_for_document_frequencies() -> None:
    alone = fit(task(examples()))
    among = fit(task(examples(), TABLE[:4]))
    place = alone.chosen.tolist().index(0)
    other = alone.chosen.tolist().index(1)
    assert alone.idf[place] == pytest.approx(alone.idf[other])
    assert among.idf[place] < among.idf[other]


def test_the_second_fit_keeps_the_columns_that_matter_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "KEPT", 3)
    first, second = fit_once(task(examples())), fit(task(examples()))
    apart = np.abs(first.weights - first.weights.mean(axis=1, keepdims=True)).max(axis=1) * first.idf
    stays = np.isin(first.chosen, second.chosen)
    assert stays.sum() == len(second.chosen) == 3
    assert apart[~stays].max() <= apart[stays].min()
    assert second.scores(sparse.csr_array(TABLE)).argmax(axis=1).tolist() == [0] * 4 + [2] * 4
