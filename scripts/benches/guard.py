"""A guard against backsliding: what the key paths cost beside a limit of the same texts, held against what is recorded.

`python scripts/bench.py check` fails when a path has lost more than LOSS; `record` writes down what is measured now, for
a change that is meant. The processor's time is compared, the least of several rounds, in one run, which other programs
change little; another machine, with other caches, changes it, so that figures are compared only where they were recorded.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import rjieba

from nlp import kernels
from nlp.domain import Writing
from nlp.judging import Judge
from scripts.benches import inside
from scripts.benches.speed_texts import DAY, plain
from scripts.benches.texts import DATA, own_corpus
from scripts.benches.timing import Work, interleaved, machine
from service import classifying, indexing, intake, model_versions, warming
from service.knowledge import load_knowledge
from service.office import Office
from service.serving import prepare
from service.settings import Settings

RECORDED = Path(__file__).with_name("guard.json")
LOSS = 0.15
ROUNDS = 7
TRIES = 3
LIMIT, EMPTY = "segmentation alone", "empty endpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A path that costs more than it did: `now` and `before` are times its limit."""

    path: str
    before: float
    now: float

    def __str__(self) -> str:
        """Tell it in a line."""
        more = self.now / self.before - 1
        return f"{self.path}: {self.now:.2f} times its limit, recorded {self.before:.2f} (+{more:.0%})"


def limit_of(path: str) -> str:
    """Name the limit that a path is held against."""
    return EMPTY if path.startswith("request") else LIMIT


def costs(
    works: Mapping[str, Work], rounds: int = ROUNDS, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Measure how many times the cost of its limit each path costs, by the least of its rounds."""
    least = {name: min(seconds) for name, seconds in interleaved(works, rounds, clock).items()}
    return {name: least[name] / least[limit_of(name)] for name in works if name not in (LIMIT, EMPTY)}


def lost(
    works: Mapping[str, Work],
    recorded: Mapping[str, float],
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.process_time,
) -> list[Lost]:
    """List the paths that lost more than LOSS in every one of TRIES: what disturbs a try passes, what is slow stays."""
    found = [Lost(path=name, before=recorded[name], now=0.0) for name in works if name not in (LIMIT, EMPTY)]
    for _ in range(TRIES):
        names = {one.path for one in found}
        measured = costs({name: works[name] for name in works if name in (*names, LIMIT, EMPTY)}, rounds, clock)
        found = [replace(one, now=measured[one.path]) for one in found]
        found = [one for one in found if one.now > one.before * (1 + LOSS)]
        if not found:
            break
    return found


def works_of(judge: Judge, texts: list[Writing], folder: Path) -> dict[str, Work]:
    """Name the paths that need no service: batches with and without compiled loops, single texts, files."""
    source = folder / "in.jsonl"
    lines = (json.dumps({"title": one.title, "text": one.text}, ensure_ascii=False) for one in texts)
    source.write_text("\n".join(lines), "utf-8")
    raw = plain(texts)

    warming.serve_compiled(judge, folder)

    def compiled() -> int:
        kernels.load()
        return len(judge.judge(texts, DAY))

    def twins() -> int:
        kernels.unload()
        return len(judge.judge(texts, DAY))

    def single() -> int:
        kernels.load()
        return sum(len(judge.judge([one], DAY)) for one in texts[::8])

    def file() -> int:
        kernels.load()
        return classifying.classify_file(judge, source, folder / "out.csv", {}).rows

    return {
        LIMIT: lambda: len([rjieba.cut(text) for text in raw]),
        "batch": compiled,
        "batch without numba": twins,
        "one text": single,
        "file": file,
    }


@contextmanager
def service_works(office: Office, texts: list[Writing]) -> Iterator[dict[str, Work]]:
    """Name the paths of a service: intake, and a request to classify beside an empty endpoint, both without sockets."""

    def receive() -> int:
        kernels.load()
        now = datetime.now(UTC)
        batch = inside.incoming_of(texts[:64], now)
        kept = intake.receive(office.store, office.judge, office.policy, office.taxonomy, batch, now)
        indexing.index_all(office.store)
        return len(kept)

    bodies = [json.dumps({"items": [{"title": one.title, "text": one.text}]}).encode() for one in texts[:200]]
    with inside.applications(office) as (loop, ours, empty):
        yield {
            "intake": receive,
            EMPTY: lambda: loop.run_until_complete(inside.ask(empty, "/classify", bodies)),
            "request": lambda: loop.run_until_complete(inside.ask(ours, "/api/v1/classify", bodies)),
        }


@contextmanager
def all_works() -> Iterator[dict[str, Work]]:
    """Name every path, on the project's own corpus and the default model."""
    knowledge = load_knowledge(DATA)
    settings = Settings()
    judge = model_versions.current_judge(settings.models_folder, knowledge, lambda stage, done, total: None)
    texts = own_corpus()[0].writings[:480]
    asyncio.set_event_loop(asyncio.new_event_loop())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        here = settings.model_copy(update={"home": folder, "database_url": "", "models": settings.models_folder})
        office = prepare(here, lambda stage, done, total: None)
        with service_works(office, texts) as of_service:
            yield {**works_of(judge, texts, folder), **of_service}


def check(_: Path | None = None) -> None:
    """Compare with what is recorded on this machine; exit 1 and name what has lost."""
    recorded = json.loads(RECORDED.read_text("utf-8"))
    if recorded["machine"] != machine():
        print(f"skipped: recorded on {recorded['machine']}, and this is {machine()}; `bench.py record` records here")
        return
    with all_works() as works:
        found = lost(works, recorded["costs"])
    for one in found:
        print(one, file=sys.stderr)
    if found:
        sys.exit(1)
    print(f"no path costs over {LOSS:.0%} more than recorded")


def record(_: Path | None = None) -> None:
    """Write down what the paths cost now, the middle of three measurements."""
    with all_works() as works:
        runs = [costs(works) for _ in range(3)]
    middle = {name: round(sorted(run[name] for run in runs)[1], 3) for name in runs[0]}
    recorded = {"machine": machine(), "costs": middle}
    RECORDED.write_text(json.dumps(recorded, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(middle, indent=1, sort_keys=True))
