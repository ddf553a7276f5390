"""Training with calibration and thresholds beside fastText; ten times the rows."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from statistics import median

from scripts.benches import rivals
from scripts.benches.speed_texts import Samples, plain
from scripts.benches.texts import ROOT

_ALONE = """
import json, resource, sys, time
sys.path.insert(0, sys.argv[1])
from joblib.externals.loky import get_reusable_executor
from nlp.classifier import ThemeClassifier
from scripts.benches.speed_texts import Path, read
labelled = read(*map(Path, sys.argv[3:]))
count = int(sys.argv[2])
writings = [labelled.writings[n * 7 % len(labelled)] for n in range(count)] if count else labelled.writings
themes = [labelled.themes[n * 7 % len(labelled)] for n in range(count)] if count else labelled.themes
begin = time.process_time()
ThemeClassifier.fit(writings, themes)
own = time.process_time() - begin
get_reusable_executor().shutdown(wait=True)
children = resource.getrusage(resource.RUSAGE_CHILDREN)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
peaks = [int(peak.split()[1]) / 1024, children.ru_maxrss / 1024]
print(json.dumps([own + children.ru_utime + children.ru_stime, *peaks]))
"""
"""What folds are trained in counts once those processes have ended; before that nothing tells what they used."""


def measure(given: Samples, rounds: int = 3) -> list[str]:
    """Train ours and fastText in turn."""
    lines = ["| | 处理器秒数（连各折的子进程） | 最多内存 MB | 一个子进程最多 MB |", "|---|---|---|---|"]
    ours, memory, others = [], [], []
    words = rivals.default().words(plain(given.labelled.writings))
    for _ in range(rounds):
        seconds, *peaks = _alone(given, 0)
        ours.append(seconds)
        memory.append(peaks)
        if importlib.util.find_spec("fasttext"):
            begin = time.process_time()
            rivals.FastText(str.split).fit_words(words, given.labelled.themes)
            others.append(time.process_time() - begin)
    most = map(max, zip(*memory, strict=True))
    lines.append(_row(f"本项目，{len(given.labelled):,} 行，连校准和门槛", median(ours), *most))
    if others:
        lines.append(f"| fastText，25 轮，两个线程，不算分词 | {median(others):.1f} | | |")
        lines.append(f"| 之比 | {median(ours) / median(others):.2f} | | |")
    tenth, *peaks = _alone(given, len(given.labelled) // 10)
    lines.append(_row("本项目，十分之一的行", tenth, *peaks))
    return [*lines, "", f"行数是十倍，时间是 {median(ours) / tenth:.1f} 倍。"]


def _row(name: str, seconds: float, own: float, child: float) -> str:
    return f"| {name} | {seconds:.1f} | {own:,.0f} | {f'{child:,.0f}' if child else ''} |"


def _alone(given: Samples, count: int) -> tuple[float, float, float]:
    """Give processor seconds, and the most memory in MB of the process and of one of its children."""
    done = subprocess.run(
        [sys.executable, "-c", _ALONE, str(ROOT), str(count), *map(str, given.source)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LOKY_MAX_CPU_COUNT": "2"},
    )
    seconds, own, child = json.loads(done.stdout.splitlines()[-1])
    return seconds, own, child
