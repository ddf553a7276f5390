import numpy as np
import pytest

from nlp.calibration import TRUST_FEATURES, Calibrator, expected_calibration_error, fit_calibrator


def trust(themes: int, share: float = 1.0, intercept: float = 0.0, product: float = 0.0) -> np.ndarray:
    """Give trust that leaves the first share as it is, unless told otherwise."""
    found = np.zeros(TRUST_FEATURES + 1 + 2 * themes)
    found[[0, 5, TRUST_FEATURES]] = share, product, intercept
    return found


def test_confidences_are_shares() -> None:
    shares = Calibrator(scale=3.0, offsets=np.zeros(3), trust=trust(3)).confidences(
        np.array([[1.0, 0.0, -1.0], [1e4, -1e4, 0.0]])
    )
    assert shares.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert (shares >= 0).all()


def test_fitting_recovers_the_scale_that_made_the_labels() -> None:
    random = np.random.default_rng(0)
    scores = random.normal(size=(20_000, 4))
    shares = Calibrator(scale=2.5, offsets=np.zeros(4), trust=trust(4)).confidences(scores)
    truth = (shares.cumsum(axis=1) < random.random((20_000, 1))).sum(axis=1)
    fitted = fit_calibrator(scores, truth)
    assert fitted.scale == pytest.approx(2.5, rel=0.05)
    confident = fitted.confidences(scores)
    right = confident.argmax(axis=1) == truth
    assert expected_calibration_error(confident.max(axis=1), right) < 0.02


def test_the_order_of_themes_stays_whatever_the_trust() -> None:
    random = np.random.default_rng(2)
    scores = random.normal(size=(200, 5))
    plain = Calibrator(scale=1.0, offsets=np.zeros(5), trust=trust(5)).confidences(scores)
    for intercept in (-30.0, 0.0, 30.0):
        doubting = Calibrator(scale=1.0, offsets=np.zeros(5), trust=trust(5, 0.0, intercept)).confidences(scores)
        assert doubting.sum(axis=1) == pytest.approx(np.ones(200))
        assert (doubting.argmax(axis=1) == plain.argmax(axis=1)).all()
        assert (np.argsort(-doubting[:, 1:], axis=1) == np.argsort(-plain[:, 1:], axis=1)).mean() > 0.5


def test_products_of_scores_count_nothing_where_no_theme_fits() -> None:
    scores = np.array([[-0.9, -1.0, -1.1], [0.9, -1.0, -1.1]])
    plain = Calibrator(scale=1.0, offsets=np.zeros(3), trust=trust(3)).confidences(scores)
    bold = Calibrator(scale=1.0, offsets=np.zeros(3), trust=trust(3, product=2.0)).confidences(scores)
    assert bold[0] == pytest.approx(plain[0])
    assert bold[1, 0] > plain[1, 0]


def test_a_theme_that_others_are_taken_for_is_trusted_less() -> None:
    random = np.random.default_rng(6)
    scores = np.full((2000, 3), -1.0)
    said = np.arange(2000) % 2
    scores[np.arange(2000), said] = 1.0
    wrong = (said == 1) & (random.random(2000) < 0.4)
    confident = fit_calibrator(scores, np.where(wrong, 2, said)).confidences(scores).max(axis=1)
    assert confident[said == 0].mean() > 0.95
    assert confident[said == 1].mean() < 0.8


def test_trust_falls_where_several_themes_claim_a_text() -> None:
    random = np.random.default_rng(4)
    scores = np.full((4000, 6), -1.0)
    scores[:, 0], scores[:, 1] = 1.0, 0.2
    crowded = np.arange(4000) % 2 == 0
    scores[crowded, 2:] = 0.1
    truth = np.where(random.random(4000) < np.where(crowded, 0.4, 0.02), 3, 0)
    confident = fit_calibrator(scores, truth).confidences(scores)[:, 0]
    assert confident[crowded].mean() == pytest.approx(0.6, abs=0.05)
    assert confident[~crowded].mean() == pytest.approx(0.98, abs=0.02)


def test_two_themes_are_enough() -> None:
    scores = np.random.default_rng(1).normal(size=(50, 2))
    assert fit_calibrator(scores, np.array([0, 1] * 25)).confidences(scores).shape == (50, 2)


def test_a_theme_without_rows_breaks_nothing() -> None:
    scores = np.random.default_rng(1).normal(size=(50, 3))
    fitted = fit_calibrator(scores, np.array([0, 1] * 25))
    assert np.isfinite(fitted.confidences(scores)).all()


def test_error_of_false_confidence_is_its_gap() -> None:
    confidence, right = np.full(100, 0.92), np.arange(100) < 60
    assert expected_calibration_error(confidence, right) == pytest.approx(0.32)
    assert expected_calibration_error(np.zeros(0), np.zeros(0, bool)) == 0.0
