"""Making ready, before anybody waits for it, what the first judgements need: tables, dictionary, compiled loops."""

from __future__ import annotations

import gc
from datetime import date
from pathlib import Path
from threading import Thread

from nlp import kernels
from nlp.domain import Writing
from nlp.judging import Judge

MANY_BYTES = 2_000_000
"""A file of at least this size takes longer to judge without compiled loops than it takes to load them."""

_SAMPLE = Writing(title="关于老旧小区改造的建议", text="小区里的路灯坏了半年，楼道墙皮脱落，請儘快維修。電話另告。")


def _common_characters() -> str:
    """Give every character of GB 2312, which nearly all that is written consists of."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return b"".join(pairs).decode("gb2312", "ignore")


def compiled_folder(home: Path) -> Path:
    """Name the folder that keeps compiled loops: the program's own may be read-only."""
    return home / "cache" / "compiled"


def warm_up(judge: Judge, home: Path) -> None:
    """Judge a sample, then load the compiled loops; the first time ever they are compiled, which takes seconds.

    With them the common characters are judged once: a character that was never met takes as long as a hundred others.
    What is loaded by then stays until the end, so the collector of garbage need not look at it again and again.
    """
    judge.judge([_SAMPLE], date(2026, 1, 1))
    serve_compiled(judge, compiled_folder(home))
    judge.judge([Writing(text=_common_characters())], date(2026, 1, 1))
    gc.freeze()


def serve_compiled(judge: Judge, folder: Path) -> bool:
    """Judge with compiled loops from now on; tell whether they serve. The folder keeps them, and the tables they need."""
    judge.prepare(folder)
    return kernels.load(folder)


def warm_up_in_background(judge: Judge, home: Path) -> Thread:
    """Warm up while the service already answers; until it is done, judging is only slower."""
    thread = Thread(target=warm_up, args=(judge, home), name="warm-up", daemon=True)
    thread.start()
    return thread


def load_for_file(judge: Judge, source: Path, home: Path) -> bool:
    """Load the compiled loops where a file is large enough; tell whether they serve."""
    if not source.is_file() or source.stat().st_size < MANY_BYTES:
        return False
    served = serve_compiled(judge, compiled_folder(home))
    gc.freeze()
    return served
