"""Judging in a process beside this one while this one stores.

Two threads of one process take turns at its interpreter, so that storing and judging last as long as one after the other.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from threading import Event, Thread

import structlog

from nlp.domain import Judgement, Writing
from nlp.judging import Judge
from service.imports.judging import hear, made_of, say
from service.intake import Judging
from service.office import Office
from service.settings import Settings

WORTH = 10_000
"""From so many rows on a process of its own is worth the seconds and the memory that it takes."""

_ROOT = Path(__file__).resolve().parents[2]

log = structlog.get_logger()


@contextmanager
def judging(office: Office, rows: int) -> Iterator[Judging]:
    """Give who judges so many rows: the judge of the office, in a process of its own where that is worth it."""
    if rows < WORTH or (os.cpu_count() or 1) < 2 or office.judge.model is None:
        yield office.judge
        return
    aside = Aside(office.judge, office.settings)
    try:
        yield aside
    finally:
        aside.close()


class Aside:
    """Judges as a judge does: in a child from when it is `ready` and as long as it lives, otherwise here.

    A child that has not loaded what the judge was made of (somebody has changed the knowledge or the model meanwhile) is
    not asked.
    """

    def __init__(self, judge: Judge, settings: Settings) -> None:
        self._judge = judge
        folders = (settings.data_folder, settings.models_folder, settings.home)
        command = [sys.executable, "-m", "service.imports.judging", *(str(folder.resolve()) for folder in folders)]
        self.child = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.child.stdin is not None  # noqa: S101 - it is a pipe
        assert self.child.stdout is not None  # noqa: S101 - it is a pipe
        self._asking, self._answers = self.child.stdin, self.child.stdout
        self.ready = Event()
        self.opening = Thread(target=self._await, name="judging-aside", daemon=True)
        self.opening.start()

    def judge(self, writings: Sequence[Writing], today: date) -> list[Judgement]:
        """Judge writings: one judgement for each, in the same order. One thread asks at a time."""
        if self.ready.is_set():
            try:
                say(self._asking, (writings, today))
                judged: list[Judgement] = hear(self._answers)
                return judged
            except (OSError, EOFError, pickle.UnpicklingError):
                self.ready.clear()
                log.warning("the process that judges for an import is gone")
        return self._judge.judge(writings, today)

    def close(self) -> None:
        """End the child."""
        with suppress(OSError), self.child:
            self.child.kill()

    def _await(self) -> None:
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            if hear(self._answers) == made_of(self._judge):
                self.ready.set()
