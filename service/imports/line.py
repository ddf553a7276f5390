"""One supervised thread that runs imports one after the other, and takes up those that a crash left behind."""

from __future__ import annotations

import queue
import threading

import structlog

from nlp.errors import MinyiError
from service.errors import Conflict, Unavailable
from service.imports import running
from service.office import Office
from service.store.imports import Import

LOOK_EVERY = 30.0
"""Seconds between two looks for imports that nobody moves on."""

log = structlog.get_logger()


class _Ending(Exception):
    """The service ends: what is written stays, the rest is taken up at the next start."""


class ImportLine:
    """Runs imports in the background."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._waiting: queue.Queue[str | None] = queue.Queue()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="import-line", daemon=True)

    def start(self) -> None:
        """Begin to work, first on what was running when the service last ended."""
        self._thread.start()

    def stop(self) -> None:
        """End behind the batch that is being written."""
        self._ending.set()
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def hand_over(self, import_id: str) -> None:
        """Let a running import be worked on.

        Raises:
            Unavailable: the thread is gone; the import goes on when the service starts again.
        """
        if not self._thread.is_alive():
            raise Unavailable("导入处理已停止，请联系管理员重启服务；重启后自动继续")
        self._waiting.put(import_id)

    def _run(self) -> None:
        self._take_up()
        while not self._ending.is_set():
            try:
                import_id = self._waiting.get(timeout=LOOK_EVERY)
            except queue.Empty:
                self._take_up()
                continue
            if import_id is not None:
                self._work_on(import_id)

    def _take_up(self) -> None:
        try:
            for import_id in running.left_behind(self._office):
                if not self._ending.is_set():
                    self._work_on(import_id)
        except MinyiError as error:
            log.warning("imports could not be looked for", kind=type(error).__name__)

    def _work_on(self, import_id: str) -> None:
        try:
            running.run(self._office, import_id, self._check)
        except _Ending:
            return
        except Conflict:
            log.info("import runs elsewhere", import_id=import_id)
        except Exception as error:
            log.error("import failed", import_id=import_id, kind=type(error).__name__)
            self._mark(import_id, error)

    def _mark(self, import_id: str, error: Exception) -> None:
        try:
            running.fail(self._office.store, import_id, error)
        except MinyiError:
            log.error("import could not be marked", import_id=import_id)

    def _check(self, _now: Import) -> None:
        if self._ending.is_set():
            raise _Ending
