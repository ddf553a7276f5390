import numpy as np
from scipy import sparse

from nlp.self_training import LEAST_CONFIDENT, embed, guess

RANDOM = np.random.default_rng(0)


def texts(n: int, words: range, width: int = 40) -> sparse.csr_array:
    """Draw texts of eight words each."""
    table = np.zeros((n, width), np.float32)
    for row in table:
        row[RANDOM.choice(np.array(words), 8, replace=False)] = 1.0
    return sparse.csr_array(table)


def both(n: int) -> sparse.csr_array:
    return sparse.csr_array(sparse.vstack([texts(n, range(20)), texts(n, range(20, 40))], format="csr"))


def test_two_labels_are_enough_for_two_clear_topics() -> None:
    labelled, unlabelled = both(1), both(60)
    space = embed(labelled, sparse.csr_array((0, 40), dtype=np.float32), unlabelled, seed=0)
    assert space.hints.shape[0] == 0
    assert np.allclose(np.linalg.norm(space.unlabelled, axis=1), 1.0)
    rows, themes = guess(space.labelled, np.eye(2), space.unlabelled, np.zeros((120, 2)))
    assert (themes == (rows >= 60)).mean() > 0.95
    assert len(rows) == round(120 * (1 - LEAST_CONFIDENT))


def test_the_linear_scores_have_a_say() -> None:
    vectors = np.tile([1.0, 0.0], (10, 1))
    scores = np.where(np.arange(10)[:, None] < 5, [[1.0, -1.0]], [[-1.0, 1.0]])
    rows, themes = guess(np.eye(2), np.eye(2), vectors, scores)
    assert set(themes[rows < 5]) == {0}
