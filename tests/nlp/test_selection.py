import numpy as np
import pytest
from scipy.stats import binom

from nlp.policy import Policy
from nlp.selection import choose_threshold, choose_thresholds, upper_bound


def test_bound_is_where_so_few_errors_would_be_rare() -> None:
    bound = upper_bound(3, 400)
    assert binom.cdf(3, 400, bound) == pytest.approx(0.05, abs=1e-6)
    assert upper_bound(0, 0) == 1.0


def test_without_errors_everything_is_answered() -> None:
    confidence = np.linspace(0.5, 0.99, 500)
    chosen = choose_threshold(confidence, np.zeros(500, bool), target=0.02, level=0.95)
    assert chosen.pool == pytest.approx(0.5)
    assert chosen.upper_bound <= 0.02


def test_too_few_rows_never_answer() -> None:
    chosen = choose_threshold(np.full(100, 0.99), np.zeros(100, bool), target=0.02, level=0.95)
    assert chosen.pool is None
    assert chosen.of("any") is None


def test_the_search_stops_at_the_first_failure() -> None:
    confidence = np.linspace(1.0, 0.0, 2_000)
    wrong = np.zeros(2_000, bool)
    wrong[300:340] = True
    chosen = choose_threshold(confidence, wrong, target=0.02, level=0.95)
    assert chosen.pool is not None
    assert chosen.answered <= 340


def test_the_bound_holds_on_fresh_rows() -> None:
    random = np.random.default_rng(7)
    broken = 0
    for _ in range(200):
        confidence = random.beta(5, 1, 1_500)
        wrong = random.random(1_500) > confidence
        chosen = choose_threshold(confidence, wrong, target=0.05, level=0.95)
        fresh = random.beta(5, 1, 20_000)
        misses = (random.random(20_000) > fresh)[fresh >= (chosen.pool if chosen.pool is not None else 2.0)]
        broken += len(misses) > 0 and misses.mean() > 0.05
    assert broken <= 0.05 * 200 + 8


def test_a_worse_theme_is_stricter_and_a_better_one_is_not_looser() -> None:
    random = np.random.default_rng(3)
    confidence = random.uniform(0.6, 1.0, 4_000)
    themes = ["bad" if number % 4 == 0 else "good" for number in range(4_000)]
    wrong = np.array(
        [
            theme == "bad" and value < 0.8 and random.random() < 0.2
            for theme, value in zip(themes, confidence, strict=True)
        ]
    )
    chosen = choose_thresholds(confidence, themes, wrong, Policy())
    assert chosen.pool is not None
    assert chosen.of("bad") > chosen.pool  # type: ignore[operator]
    assert chosen.of("good") == chosen.pool
