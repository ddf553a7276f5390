"""The process that judges for an import: `python -m service.imports.judging DATA MODELS HOME`.

Pickles go to and fro over its input and output, which nobody has but its parent. When that is gone, however it went, the
input ends, and so does the child. It loads no more than judging needs.
"""

from __future__ import annotations

import gc
import pickle
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from nlp.judging import Judge
from service import model_versions, warming
from service.knowledge import load_knowledge

RARE = 100_000
"""After so many new objects circles of garbage are looked for: batches make many records and no circles."""


def made_of(judge: Judge) -> tuple[str, ...]:
    """Name the versions of all that a judge was made of."""
    model = judge.model.version if judge.model else ""
    return model, judge.taxonomy.version, judge.policy.version


def say(stream: IO[bytes], value: object) -> None:
    """Send something to the other process."""
    pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)
    stream.flush()


def hear(stream: IO[bytes]) -> Any:
    """Wait for what the other process sends.

    Raises:
        EOFError, pickle.UnpicklingError: it is gone.
    """
    return pickle.load(stream)  # noqa: S301 - from our own child or parent


def main() -> int:
    """Load what the parent judges with, say so, and judge what it sends until it ends."""
    data, models, home = map(Path, sys.argv[1:])
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    judge = model_versions.current_judge(models, load_knowledge(data), lambda *told: None)
    warming.serve_compiled(judge, warming.compiled_folder(home))
    gc.freeze()
    gc.set_threshold(RARE)
    with suppress(EOFError, BrokenPipeError):
        say(answers, made_of(judge))
        while True:
            writings, today = hear(sys.stdin.buffer)
            say(answers, judge.judge(writings, today))
    return 0


if __name__ == "__main__":
    sys.exit(main())
