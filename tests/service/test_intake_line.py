import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from nlp.domain import Writing
from nlp.judging import Judge
from service.errors import Unavailable
from service.intake import Incoming, Receipt
from service.intake_line import MOST_AT_ONCE, TEXTS_AT_ONCE, WAITING_LIMIT, IntakeLine
from service.office import Office
from tests.loops import run_apart

Written = Callable[..., Incoming]


class Counting:
    """A judge that notes how many texts it is given at a time, and fails on some of them."""

    def __init__(self, judge: Judge) -> None:
        self.judge_of, self.asked = judge, []

    def judge(self, writings, today, progress=None):
        self.asked.append(len(writings))
        texts = {writing.text for writing in writings}
        if "坏" in texts:
            raise ValueError("bad text")
        if "崩" in texts:
            raise SystemExit
        return self.judge_of.judge(writings, today)


@pytest.fixture
def counting(office: Office) -> Counting:
    return Counting(office.judge)


@pytest.fixture
def line(office: Office, counting: Counting) -> Iterator[IntakeLine]:
    made = IntakeLine(replace(office, judge=counting))
    yield made
    made.stop()


def asked(line: IntakeLine, *texts: list[str]) -> list[Any]:
    """Ask for judgements of several requests at once, and give what came of each."""

    async def ask() -> list[Any]:
        waiting = [line.classify([Writing(text=text) for text in own]) for own in texts]
        return await asyncio.gather(*waiting, return_exceptions=True)

    return run_apart(ask())


def test_requests_that_wait_are_judged_together_and_answered_apart(line: IntakeLine, counting: Counting) -> None:
    line.start()
    requests = [["路灯不亮"], ["暖气不热", "公交车少"], ["垃圾没人清"]]
    answers = asked(line, *requests)
    assert counting.asked == [4]
    day = line._office.now().date()
    assert answers == [counting.judge_of.judge([Writing(text=text) for text in own], day) for own in requests]


def test_a_request_that_fails_stops_no_other(line: IntakeLine, counting: Counting) -> None:
    line.start()
    first, bad, last = asked(line, ["路灯不亮"], ["坏"], ["垃圾没人清"])
    assert counting.asked == [3, 1, 1, 1]
    assert len(first) == len(last) == 1
    assert isinstance(bad, ValueError)
    assert line.alive


def test_a_submission_that_fails_stops_no_other(line: IntakeLine, written: Written) -> None:
    line.start()
    taken = received(line, written("好"), written("好", text="坏"), written("好"))
    assert [type(one) for one in taken] == [Receipt, ValueError, Receipt]


def received(line: IntakeLine, *incoming: Incoming) -> list[Any]:
    async def ask() -> list[Any]:
        return await asyncio.gather(*map(line.receive, incoming), return_exceptions=True)

    return run_apart(ask())


def test_a_large_request_stands_alone(line: IntakeLine, counting: Counting) -> None:
    line.start()
    small, large = ["路灯不亮"], ["路灯不亮"] * (TEXTS_AT_ONCE + 1)
    asked(line, small, small, large, small)
    assert counting.asked == [2, len(large), 1]


def test_no_more_than_a_batch_is_kept_at_once(line: IntakeLine, counting: Counting, written: Written) -> None:
    line.start()
    assert len(received(line, *(written("好") for _ in range(MOST_AT_ONCE + 1)))) == MOST_AT_ONCE + 1
    assert counting.asked == [MOST_AT_ONCE, 1]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_those_who_wait_are_refused_when_the_thread_dies(line: IntakeLine, written: Written) -> None:
    line.start()
    assert [type(one) for one in received(line, written("好"), written("好", text="崩"))] == [Unavailable] * 2
    line._thread.join()
    with pytest.raises(Unavailable):
        run_apart(_now(lambda: line.receive(written("好"))))


async def _now(work: Callable[[], Any]) -> Any:
    return work()


def test_what_comes_while_the_thread_dies_is_refused(line: IntakeLine, written: Written) -> None:
    line.start()

    async def ask() -> Any:
        waiting = line.receive(written("好"))
        line._waiting.put(None)
        line._thread.join()
        return await asyncio.gather(waiting, return_exceptions=True)

    assert isinstance(run_apart(ask())[0], Unavailable)


def test_more_than_may_wait_are_refused(line: IntakeLine) -> None:
    line.start()

    async def ask() -> list[Any]:
        waiting = [line.classify([]) for _ in range(WAITING_LIMIT)]
        with pytest.raises(Unavailable):
            line.classify([])
        answers = await asyncio.gather(*waiting)
        assert await line.classify([]) == []
        return answers

    assert run_apart(ask()) == [[]] * WAITING_LIMIT


def test_an_answer_that_nobody_waits_for_is_dropped(line: IntakeLine, written: Written) -> None:
    line.start()

    async def ask() -> Any:
        left = line.receive(written("好"))
        left.cancel()
        return await line.receive(written("好"))

    assert isinstance(run_apart(ask()), Receipt)


def test_what_waits_is_finished_before_the_end(line: IntakeLine, written: Written) -> None:
    line.start()

    async def ask() -> Any:
        waiting = line.receive(written("好"))
        await asyncio.sleep(0)
        line.stop()
        return await waiting

    assert isinstance(run_apart(ask()), Receipt)
    assert not line.alive
