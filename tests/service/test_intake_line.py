from collections.abc import Iterator
from dataclasses import replace

import pytest

from nlp.domain import Writing
from nlp.judging import Judge
from service.intake_line import TEXTS_AT_ONCE, IntakeLine, _Classify, _within
from service.office import Office


class Counting:
    """A judge that notes how many texts it is given at a time, and fails on one of them."""

    def __init__(self, judge: Judge) -> None:
        self.judge_of, self.asked = judge, []

    def judge(self, writings, today, progress=None):
        self.asked.append(len(writings))
        if any(writing.text == "坏" for writing in writings):
            raise ValueError("bad text")
        return self.judge_of.judge(writings, today)


@pytest.fixture
def counting(office: Office) -> Counting:
    return Counting(office.judge)


@pytest.fixture
def line(office: Office, counting: Counting) -> Iterator[IntakeLine]:
    made = IntakeLine(replace(office, judge=counting))
    yield made
    made.start()
    made.stop()


def hand_over(line: IntakeLine, *texts: list[str]) -> list[_Classify]:
    return [_Classify([Writing(text=text) for text in own]) for own in texts]


def test_requests_that_wait_are_judged_together_and_answered_apart(line: IntakeLine, counting: Counting) -> None:
    works = hand_over(line, ["路灯不亮"], ["暖气不热", "公交车少"], ["垃圾没人清"])
    line._classify_all(works)
    assert counting.asked == [4]
    alone = [counting.judge_of.judge(work.writings, line._office.now().date()) for work in works]
    assert [work.answer.result() for work in works] == alone


def test_a_request_that_fails_stops_no_other(line: IntakeLine, counting: Counting) -> None:
    works = hand_over(line, ["路灯不亮"], ["坏"], ["垃圾没人清"])
    line._classify_all(works)
    assert counting.asked == [3, 1, 1, 1]
    assert len(works[0].answer.result()) == len(works[2].answer.result()) == 1
    assert isinstance(works[1].answer.exception(), ValueError)


def test_a_large_request_stands_alone(line: IntakeLine) -> None:
    small, large = ["路灯不亮"], ["路灯不亮"] * (TEXTS_AT_ONCE + 1)
    works = hand_over(line, small, small, large, small)
    assert [len(together) for together in _within(TEXTS_AT_ONCE, works)] == [2, 1, 1]
