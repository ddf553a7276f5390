import pytest
from sklearn.metrics import f1_score

from nlp.domain import Checks, Confidence, Doubt, Judgement, Prediction, Routing, RoutingDecision, ThemeConfidence
from nlp.evaluation import evaluate, exact_interval


def judged(ranked: list[str], routing: Routing, lead: str | None = None, doubts: tuple[Doubt, ...] = ()) -> Judgement:
    shares = [0.7, 0.2, 0.1]
    pairs = zip(ranked, shares, strict=False)
    return Judgement(
        prediction=Prediction(
            ranked=tuple(ThemeConfidence(theme=theme, confidence=Confidence(share)) for theme, share in pairs),
            model_version="",
        ),
        decision=RoutingDecision(routing=routing, lead=lead, doubts=doubts),
        checks=Checks(),
    )


ROWS = [
    judged(["a", "b", "c"], Routing.AUTO, "x"),
    judged(["b", "a", "c"], Routing.AUTO, "x"),
    judged(["c", "b", "a"], Routing.REVIEW, "y", (Doubt.LOW_CONFIDENCE,)),
    judged([], Routing.REVIEW, None, (Doubt.TOO_SHORT, Doubt.NO_KNOWN_WORDS)),
]
TRUTH = ["a", "a", "a", "b"]


def test_every_figure_by_hand() -> None:
    found = evaluate(ROWS, TRUTH, ["x", "x", "x", "y"], {"a": 50, "b": 3}, few=10)
    assert (found.n, found.accuracy, found.top2, found.top3) == (4, 0.25, 0.5, 0.75)
    assert found.auto.coverage == 0.5
    assert found.auto.precision == 0.5
    assert found.auto.department_precision == 1.0
    assert found.department_accuracy == 0.5
    assert found.per_theme["a"].recall == pytest.approx(1 / 3, abs=1e-4)
    assert found.per_theme["a"].precision == 1.0
    assert found.per_theme["a"].enough
    assert not found.per_theme["b"].enough
    assert found.doubts == {"low-confidence": 1, "no-known-words": 1, "too-short": 1}


def test_macro_f1_is_that_of_scikit_learn() -> None:
    found = evaluate(ROWS[:3], TRUTH[:3], None, {}, few=10)
    assert found.macro_f1 == pytest.approx(f1_score(TRUTH[:3], ["a", "b", "c"], average="macro"), abs=1e-4)
    assert found.department_accuracy is None


def test_nothing_to_evaluate() -> None:
    found = evaluate([], [], None, {}, few=10)
    assert (found.n, found.accuracy, found.auto.precision) == (0, 0.0, None)


def test_exact_interval() -> None:
    assert exact_interval(0, 0) == (0.0, 1.0)
    assert exact_interval(10, 10) == (pytest.approx(0.6915, abs=1e-4), 1.0)
