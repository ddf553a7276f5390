import numpy as np
import pytest

from nlp.calibration import Calibrator, expected_calibration_error, fit_calibrator


def test_confidences_are_shares() -> None:
    shares = Calibrator(scale=3.0, offsets=np.zeros(3)).confidences(np.array([[1.0, 0.0, -1.0], [1e4, -1e4, 0.0]]))
    assert shares.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert (shares >= 0).all()


def test_fitting_recovers_the_scale_that_made_the_labels() -> None:
    random = np.random.default_rng(0)
    scores = random.normal(size=(20_000, 4))
    shares = Calibrator(scale=2.5, offsets=np.zeros(4)).confidences(scores)
    truth = (shares.cumsum(axis=1) < random.random((20_000, 1))).sum(axis=1)
    fitted = fit_calibrator(scores, truth)
    assert fitted.scale == pytest.approx(2.5, rel=0.05)
    confident = fitted.confidences(scores)
    right = confident.argmax(axis=1) == truth
    assert expected_calibration_error(confident.max(axis=1), right) < 0.02


def test_a_theme_without_rows_breaks_nothing() -> None:
    scores = np.random.default_rng(1).normal(size=(50, 3))
    fitted = fit_calibrator(scores, np.array([0, 1] * 25))
    assert np.isfinite(fitted.confidences(scores)).all()


def test_error_of_false_confidence_is_its_gap() -> None:
    confidence, right = np.full(100, 0.92), np.arange(100) < 60
    assert expected_calibration_error(confidence, right) == pytest.approx(0.32)
    assert expected_calibration_error(np.zeros(0), np.zeros(0, bool)) == 0.0
