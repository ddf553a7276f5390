"""One supervised thread that judges and commits what has gathered: the two hot endpoints hand their work to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeAlias, TypeVar

from nlp.domain import Judgement, Writing
from service import intake
from service.deadlines import local_day
from service.errors import Unavailable
from service.intake import Incoming, IntakeError, Receipt
from service.office import Office

MOST_AT_ONCE = 128
"""Most requests that are judged and committed together."""

TEXTS_AT_ONCE = 400
"""Texts to be classified are judged together up to this number, so that a large request does not hold up small ones."""

WAITING_LIMIT = 2_048
"""Most requests that may wait; more get 503, so that memory stays bounded."""

Outcome: TypeAlias = Receipt | IntakeError
_Answer = TypeVar("_Answer")


@dataclass(slots=True)
class _Asked(Generic[_Answer]):
    """A request: the thread notes its result or fault, then the loop that waits for the answer gives it."""

    answer: asyncio.Future[_Answer]
    result: _Answer | None = field(default=None, init=False)
    fault: Exception | None = field(default=None, init=False)

    def give(self) -> None:
        """Give the answer, unless nobody waits for it any more."""
        if self.answer.done():
            return
        if self.fault is not None:
            self.answer.set_exception(self.fault)
        elif self.result is not None:
            self.answer.set_result(self.result)


@dataclass(slots=True)
class _Receive(_Asked[Outcome]):
    incoming: Incoming


@dataclass(slots=True)
class _Classify(_Asked[list[Judgement]]):
    writings: Sequence[Writing]


_Work: TypeAlias = _Receive | _Classify


def _within(limit: int, works: Sequence[_Classify]) -> Iterator[list[_Classify]]:
    """Cut work into lists of at most `limit` texts; one that has more stands alone."""
    together: list[_Classify] = []
    size = 0
    for work in works:
        if together and size + len(work.writings) > limit:
            yield together
            together, size = [], 0
        together.append(work)
        size += len(work.writings)
    if together:
        yield together


class IntakeLine:
    """Gathers requests while the batch before them is being judged and committed; each is answered after its commit.

    The loop hands over what came in one of its rounds at once, and is woken once for each batch that is done.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._gathering: list[_Work] = []
        self._waiting: SimpleQueue[_Work | None] = SimpleQueue()
        self._unanswered = 0
        self._ended = False
        self._ending = Lock()
        self._thread = Thread(target=self._run, name="intake-line", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what waits, then end."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether requests are being worked on."""
        return self._thread.is_alive()

    def receive(self, incoming: Incoming) -> asyncio.Future[Outcome]:
        """Hand over a submission, from a loop; the answer comes after its commit.

        Raises:
            Unavailable: the thread is gone, or too many wait already.
        """
        work = _Receive(asyncio.get_running_loop().create_future(), incoming)
        self._hand_over(work)
        return work.answer

    def classify(self, writings: Sequence[Writing]) -> asyncio.Future[list[Judgement]]:
        """Hand over texts to be judged and not kept, from a loop.

        Raises:
            Unavailable: see `receive`.
        """
        work = _Classify(asyncio.get_running_loop().create_future(), writings)
        self._hand_over(work)
        return work.answer

    def _hand_over(self, work: _Work) -> None:
        if not self.alive:
            raise Unavailable("收件处理已停止，本次未保存，请联系管理员重启服务")
        if self._unanswered >= WAITING_LIMIT:
            raise Unavailable("等待处理的来稿过多，本次未保存，请稍后重试")
        self._unanswered += 1
        if not self._gathering:
            work.answer.get_loop().call_soon(self._pass_on)
        self._gathering.append(work)

    def _pass_on(self) -> None:
        works, self._gathering = self._gathering, []
        with self._ending:
            if not self._ended:
                for work in works:
                    self._waiting.put(work)
                return
        _refuse(works)
        self._answer(works)

    def _run(self) -> None:
        batch: list[_Work] = []
        try:
            while (first := self._waiting.get()) is not None:
                batch = [first, *self._gathered(MOST_AT_ONCE - 1)]
                self._receive_all([work for work in batch if isinstance(work, _Receive)])
                for together in _within(TEXTS_AT_ONCE, [work for work in batch if isinstance(work, _Classify)]):
                    self._classify_all(together)
        finally:
            with self._ending:
                self._ended = True
            self._tell(_refuse([*batch, *self._gathered(WAITING_LIMIT)]))

    def _gathered(self, most: int) -> list[_Work]:
        more: list[_Work] = []
        while len(more) < most:
            try:
                work = self._waiting.get_nowait()
            except Empty:
                break
            if work is None:
                self._waiting.put(None)
                break
            more.append(work)
        return more

    def _receive_all(self, works: list[_Receive]) -> None:
        """Keep a batch in one transaction; if that fails, try each alone, so that one bad item stops no other."""
        if not works:
            return
        try:
            outcomes = self._kept([work.incoming for work in works])
        except Unavailable as fault:
            self._fail(works, fault)
        except Exception as fault:
            if len(works) == 1:
                self._fail(works, fault)
                return
            for work in works:
                self._receive_all([work])
        else:
            for work, outcome in zip(works, outcomes, strict=True):
                work.result = outcome
            self._tell(works)

    def _kept(self, batch: list[Incoming]) -> list[Outcome]:
        office = self._office
        return list(intake.receive(office.store, office.judge, office.policy, office.taxonomy, batch, office.now()))

    def _classify_all(self, works: list[_Classify]) -> None:
        """Judge the texts of several requests together; if that fails, those of each alone."""
        try:
            writings = [writing for work in works for writing in work.writings]
            judgements = iter(self._office.judge.judge(writings, local_day(self._office.now())))
        except Exception as fault:
            if len(works) == 1:
                self._fail(works, fault)
                return
            for work in works:
                self._classify_all([work])
        else:
            for work in works:
                work.result = list(islice(judgements, len(work.writings)))
            self._tell(works)

    def _fail(self, works: Sequence[_Work], fault: Exception) -> None:
        for work in works:
            work.fault = fault
        self._tell(works)

    def _tell(self, works: Sequence[_Work]) -> None:
        """Wake the loop that waits, once for all of them; when it has been closed nobody waits."""
        if works:
            with suppress(RuntimeError):
                works[0].answer.get_loop().call_soon_threadsafe(self._answer, works)

    def _answer(self, works: Sequence[_Work]) -> None:
        self._unanswered -= len(works)
        for work in works:
            work.give()


def _refuse(works: Sequence[_Work]) -> list[_Work]:
    """Refuse what has not been done when the thread ends, whatever ended it, and give that back."""
    left = [work for work in works if work.result is None and work.fault is None]
    for work in left:
        work.fault = Unavailable("收件处理已停止，本次未保存，请稍后重试")
    return left
