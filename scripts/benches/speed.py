"""How fast: each part measured beside what it is held against, in one run, and written into docs/performance.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scripts.benches import speed_batch, speed_files, speed_http, speed_intake, speed_shapes, speed_training
from scripts.benches.speed_texts import Samples, samples
from scripts.benches.texts import ROOT
from scripts.benches.timing import machine

REPORT = ROOT / "docs" / "performance.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the report."""

    name: str
    title: str
    measure: Callable[[Samples], list[str]]


PARTS = (
    Part(name="batch", title="成批判断，一个核", measure=speed_batch.measure),
    Part(name="slope", title="篇数增长时", measure=speed_batch.measure_slope),
    Part(name="processes", title="两个进程", measure=speed_batch.measure_two),
    Part(name="single", title="一篇", measure=speed_batch.measure_single),
    Part(name="start", title="启动、载入、内存", measure=speed_files.measure_start),
    Part(name="files", title="整个文件：minyi classify", measure=speed_files.measure_files),
    Part(name="training", title="训练", measure=speed_training.measure),
    Part(name="shapes", title="怪异的文本", measure=speed_shapes.measure),
    Part(name="http", title="接口和收件，一个进程", measure=speed_http.measure),
    Part(name="million", title="存有一百万件时", measure=speed_intake.measure),
)


def run(folder: Path | None, *wanted: str) -> None:
    """Measure all parts, or those that are named, print them and write them into the report."""
    given = samples(folder)
    for part in PARTS:
        if wanted and part.name not in wanted:
            continue
        print(f"## {part.title}", flush=True)
        lines = [*part.measure(given), "", f"*{_when()}；{given.name}*"]
        print("\n".join(lines), flush=True)
        _write(part, lines)


def _when() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}，{machine()}"


def _write(part: Part, lines: list[str]) -> None:
    begin, end = f"<!-- {part.name} -->", f"<!-- /{part.name} -->"
    text = REPORT.read_text("utf-8")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    content = "\n".join(lines)
    REPORT.write_text(f"{before}{begin}\n\n{content}\n\n{end}{after}", "utf-8")
