from datetime import date

import pytest

from nlp.classifier import ThemeClassifier
from nlp.domain import Doubt, Routing, Writing
from nlp.judging import Judge
from nlp.policy import Policy
from nlp.taxonomy import taxonomy_of_labels

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def judge(small_model: ThemeClassifier) -> Judge:
    return Judge(taxonomy=taxonomy_of_labels(small_model.classes), policy=Policy(max_length=500), model=small_model)


def test_a_batch_is_judged_as_its_texts_are_alone(judge: Judge) -> None:
    writings = [
        Writing(text="暖气不热"),
        Writing(text=""),
        Writing(title="公交车少", text="等车太久；另外暖气不热家里冷"),
    ]
    assert judge.judge(writings, DAY) == [judge.judge([one], DAY)[0] for one in writings]


def test_without_a_model_everything_goes_to_review() -> None:
    (one,) = Judge(taxonomy=taxonomy_of_labels(["a", "b"]), policy=Policy()).judge([Writing(text="暖气不热了")], DAY)
    assert one.decision.routing is Routing.REVIEW
    assert Doubt.NO_MODEL in one.decision.doubts


def test_an_overlong_text_is_not_judged_and_says_so(judge: Judge) -> None:
    (one,) = judge.judge([Writing(text="暖气不热" * 200)], DAY)
    assert one.checks.too_long
    assert one.prediction.ranked == ()
    assert one.decision.routing is Routing.REVIEW
    assert "上限" in one.checks.warnings[0]


def test_several_matters_are_named_and_go_to_review(judge: Judge) -> None:
    (one,) = judge.judge([Writing(text="暖气不热，家里冷得很，锅炉房停了；另外公交车少，等车太久")], DAY)
    assert {one.prediction.theme, *one.prediction.secondary} == {"heat", "bus"}
    assert Doubt.SEVERAL_MATTERS in one.decision.doubts
    assert one.decision.routing is Routing.REVIEW


def test_an_accusation_is_restricted(judge: Judge) -> None:
    (one,) = judge.judge([Writing(text="供热公司的主管局长收受贿赂，暖气不热也没人管")], DAY)
    assert one.restricted
    assert one.decision.lead is None
    assert Doubt.ACCUSATION in one.decision.doubts


def test_progress_counts_the_writings(judge: Judge) -> None:
    told: list[int] = []
    judge.judge([Writing(text="暖气不热")] * 300, DAY, told.append)
    assert told == [256, 300]
