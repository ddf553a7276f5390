import numpy as np
from scipy import sparse

from nlp.folds import deal, near_duplicates


def counts(rows: list[set[int]], width: int = 400) -> sparse.csr_array:
    table = np.zeros((len(rows), width), np.float32)
    for number, row in enumerate(rows):
        table[number, sorted(row)] = 1.0
    return sparse.csr_array(table)


def random() -> np.random.Generator:
    return np.random.default_rng(3)


def test_equal_texts_share_a_group_even_without_any_known_word() -> None:
    groups = near_duplicates(["a", "b", "a"], counts([set(), set(), set()]), random())
    assert groups[0] == groups[2] != groups[1]


def test_nearly_equal_rows_share_a_group_and_others_do_not() -> None:
    rows = [set(range(100)), set(range(2, 100)), set(range(100, 200)), set(range(100, 200)) | {7}, set(range(60, 140))]
    groups = near_duplicates(list("abcde"), counts(rows), random())
    assert groups[0] == groups[1]
    assert groups[2] == groups[3]
    assert len(set(groups.tolist())) == 3


def test_what_everybody_says_pairs_nobody() -> None:
    rows = [set(range(10)) | {10 + number} for number in range(80)]
    assert len(set(near_duplicates(list(range(80)), counts(rows), random()).tolist())) == 80


def test_groups_stay_together_and_themes_are_spread() -> None:
    truth = np.array([0] * 50 + [1] * 25)
    groups = np.concatenate([np.repeat(np.arange(25), 2), np.arange(25, 50)])
    folds = deal(groups, truth, 5, random())
    assert all(len(set(folds[groups == group].tolist())) == 1 for group in groups)
    assert np.bincount(folds[truth == 1]).tolist() == [5] * 5
    assert np.bincount(folds[truth == 0]).tolist() == [10] * 5


def test_a_theme_that_is_one_group_is_spread_all_the_same() -> None:
    groups, truth = np.array([0] * 8 + list(range(1, 9))), np.array([0] * 8 + [1] * 8)
    folds = deal(groups, truth, 4, np.random.default_rng(0))
    assert np.bincount(folds[:8], minlength=4).tolist() == [2, 2, 2, 2]
    few = deal(np.array([0, 0, 0, 1, 2, 3]), np.array([0, 0, 0, 1, 1, 1]), 4, np.random.default_rng(0))
    assert len(set(few[:3].tolist())) == 1
