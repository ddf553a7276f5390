import numpy as np
import pytest

from nlp.quantify import theme_shares

KNOWN = np.array([0.4, 0.4, 0.2])


def drawn(shares: list[float], n: int, seed: int) -> np.ndarray:
    """Draw confidences that are calibrated under KNOWN for texts whose themes have other shares."""
    random = np.random.default_rng(seed)
    themes = random.choice(3, size=n, p=shares)
    seen = np.zeros((n, 3))
    seen[np.arange(n), themes] = 1.2
    seen += random.normal(size=(n, 3))
    likelihoods = np.exp(1.2 * seen)
    weights = likelihoods * KNOWN
    return weights / weights.sum(axis=1, keepdims=True)


def test_shares_far_from_the_training_data_are_found_where_counting_fails() -> None:
    confidences = drawn([0.1, 0.1, 0.8], 4000, 1)
    counted = np.bincount(confidences.argmax(axis=1), minlength=3) / 4000
    found = np.array([one.share for one in theme_shares(confidences, KNOWN)])
    truth = np.array([0.1, 0.1, 0.8])
    assert np.abs(found - truth).mean() < 0.5 * np.abs(counted - truth).mean()
    assert found.sum() == pytest.approx(1.0)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = 0
    for seed in range(40):
        one = theme_shares(drawn([0.2, 0.3, 0.5], 300, seed), KNOWN, seed=seed)[2]
        held += one.low <= 0.5 <= one.high
    assert 33 <= held <= 40


def test_a_theme_without_labelled_rows_has_no_share() -> None:
    shares = theme_shares(np.array([[0.5, 0.3, 0.2]]), np.array([0.5, 0.5, 0.0]))
    assert shares[2].share == 0.0


def test_nothing_to_count_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one text"):
        theme_shares(np.zeros((0, 3)), KNOWN)
    with pytest.raises(ValueError, match="known themes"):
        theme_shares(np.ones((2, 2)) / 2, KNOWN)
