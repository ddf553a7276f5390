"""One supervised thread that judges and commits what has gathered: the two hot endpoints hand their work to it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from nlp.domain import Judgement, Writing
from service import intake
from service.deadlines import local_day
from service.errors import Unavailable
from service.intake import Incoming, IntakeError, Receipt
from service.office import Office

MOST_AT_ONCE = 128
"""Most requests that are judged and committed together."""

TEXTS_AT_ONCE = 256
"""Texts to be classified are judged together up to this number, so that a large request does not hold up small ones."""

WAITING_LIMIT = 2_048
"""Most requests that may wait; more get 503, so that memory stays bounded."""

Outcome: TypeAlias = Receipt | IntakeError


@dataclass(frozen=True, slots=True)
class _Receive:
    incoming: Incoming
    answer: Future[Outcome] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class _Classify:
    writings: Sequence[Writing]
    answer: Future[list[Judgement]] = field(default_factory=Future)


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
    """Gathers requests while the batch before them is being judged and committed; each is answered after its commit."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._waiting: queue.Queue[_Work | None] = queue.Queue(WAITING_LIMIT)
        self._thread = threading.Thread(target=self._run, name="intake-line", daemon=True)

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

    def receive(self, incoming: Incoming) -> Future[Outcome]:
        """Hand over a submission; the answer comes after its commit.

        Raises:
            Unavailable: the thread is gone, or too many wait already.
        """
        work = _Receive(incoming)
        self._hand_over(work)
        return work.answer

    def classify(self, writings: Sequence[Writing]) -> Future[list[Judgement]]:
        """Hand over texts to be judged and not kept.

        Raises:
            Unavailable: see `receive`.
        """
        work = _Classify(writings)
        self._hand_over(work)
        return work.answer

    def _hand_over(self, work: _Work) -> None:
        if not self.alive:
            raise Unavailable("收件处理已停止，本次未保存，请联系管理员重启服务")
        try:
            self._waiting.put_nowait(work)
        except queue.Full:
            raise Unavailable("等待处理的来稿过多，本次未保存，请稍后重试") from None

    def _run(self) -> None:
        batch: list[_Work] = []
        try:
            while (first := self._waiting.get()) is not None:
                batch = [first, *self._gathered()]
                self._receive_all([work for work in batch if isinstance(work, _Receive)])
                for together in _within(TEXTS_AT_ONCE, [work for work in batch if isinstance(work, _Classify)]):
                    self._classify_all(together)
        finally:
            self._refuse(batch)

    def _gathered(self) -> list[_Work]:
        more: list[_Work] = []
        while len(more) < MOST_AT_ONCE - 1:
            try:
                work = self._waiting.get_nowait()
            except queue.Empty:
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
            for work in works:
                work.answer.set_exception(fault)
        except Exception as fault:
            if len(works) == 1:
                works[0].answer.set_exception(fault)
                return
            for work in works:
                self._receive_all([work])
        else:
            for work, outcome in zip(works, outcomes, strict=True):
                work.answer.set_result(outcome)

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
                works[0].answer.set_exception(fault)
                return
            for work in works:
                self._classify_all([work])
        else:
            for work in works:
                work.answer.set_result(list(islice(judgements, len(work.writings))))

    def _refuse(self, batch: list[_Work]) -> None:
        """Answer everybody who still waits when the thread ends, whatever ended it."""
        left = [*batch, *self._gathered()]
        for work in left:
            if not work.answer.done():
                work.answer.set_exception(Unavailable("收件处理已停止，本次未保存，请稍后重试"))
