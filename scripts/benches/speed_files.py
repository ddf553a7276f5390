"""Whole programs, from their start to their end: help, one text, whole files; what they load and hold in memory."""

from __future__ import annotations

import csv
import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from nlp.domain import Writing
from scripts.benches import rivals
from scripts.benches.speed_texts import Samples, plain
from scripts.benches.texts import ROOT
from scripts.benches.timing import interleaved, ratios, spread

ROUNDS = 7
MINYI = (sys.executable, "-m", "service.cli")
_SCRIPT = """
import csv, logging, pickle, sys
import jieba
jieba.setLogLevel(logging.WARNING)
vectoriser, machine = pickle.load(open(sys.argv[1], "rb"))
rows = list(csv.DictReader(open(sys.argv[2], encoding="utf-8")))
print(machine.predict(vectoriser.transform([" ".join(jieba.cut(f"{row['title']} {row['text']}")) for row in rows])))
"""
_WATCH = """
import json, resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""
_LOADED = """
import json, sys, time
begin = time.process_time()
{imports}
imported = time.process_time()
{load}
loaded = time.process_time()
resident = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
print(json.dumps([imported - begin, loaded - imported, int(resident.split()[1]) / 1024]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """Processor seconds and peak memory in MB of a program that ended well."""

    seconds: float
    memory: float


def ran(command: Sequence[str], home: Path) -> Ran:
    """Run a program to its end, under a small one: what a large one forks counts its memory too.

    Programs find their bytecode, as installed ones do, where they have run before.
    """
    environment = {**os.environ, "MINYI_HOME": str(home), "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", _WATCH, *command], env=environment, capture_output=True, text=True, check=True
    )
    seconds, memory = json.loads(done.stdout)
    return Ran(seconds=seconds, memory=memory)


def write_rows(path: Path, writings: Sequence[Writing]) -> Path:
    """Write a CSV file of texts."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "title", "text"])
        writer.writerows([str(number), one.title, one.text] for number, one in enumerate(writings, start=1))
    return path


def classify(given: Samples, source: Path, target: Path) -> tuple[str, ...]:
    """Name the command that judges a file."""
    return (*MINYI, "classify", "--model", str(given.model), "--input", str(source), "--output", str(target))


def measure_start(given: Samples) -> list[str]:
    """Time starts, loads, and what they hold."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        other = rivals.default()
        other.fit(plain(given.labelled.writings), given.labelled.themes)
        pickled = folder / "a.pickle"
        pickled.write_bytes(pickle.dumps((other.vectoriser, other.machine)))
        script = folder / "a.py"
        script.write_text(_SCRIPT, "utf-8")
        one = write_rows(folder / "one.csv", given.texts(1))
        commands = {
            "python -c pass": (sys.executable, "-c", "pass"),
            "minyi --help": (*MINYI, "--help"),
            "(a) 的程序判一篇": (sys.executable, str(script), str(pickled), str(one)),
            "minyi classify 判一篇": classify(given, one, folder / "out.csv"),
        }
        took: dict[str, list[float]] = {name: [] for name in commands}
        for command in commands.values():
            ran(command, folder)
        for _ in range(ROUNDS):
            for name, command in commands.items():
                took[name].append(ran(command, folder).seconds)
        lines = ["| 整个程序，从启动到结束 | 处理器毫秒 |", "|---|---|"]
        lines += [f"| {name} | {spread(seconds).show(1000)} |" for name, seconds in took.items()]
        help_ratio = ratios(took["minyi --help"], took["python -c pass"])
        one_ratio = ratios(took["minyi classify 判一篇"], took["(a) 的程序判一篇"])
        lines += [
            "",
            f"`minyi --help` 是 `python -c pass` 的 {help_ratio.show(1, 1)} 倍；判一篇是 (a) 的 {one_ratio.show(1, 2)}。",
        ]
        return [*lines, *_loads(given, pickled)]


def _loads(given: Samples, pickled: Path) -> list[str]:
    programs = {
        "只导入 scikit-learn": ("import sklearn.svm, sklearn.feature_extraction.text", ""),
        "(a)": ("import pickle, jieba, sklearn.svm", f"model = pickle.load(open({str(pickled)!r}, 'rb'))"),
        "本项目": (
            f"sys.path.insert(0, {str(ROOT)!r})\nfrom pathlib import Path\n"
            "from service import model_versions\nfrom service.knowledge import load_knowledge\n"
            f"knowledge = load_knowledge(Path({str(ROOT / 'data')!r}))",
            f"judge = model_versions.judge_of_version(Path({str(given.model)!r}), knowledge)",
        ),
    }
    sizes = {"(a)": pickled.stat().st_size, "本项目": sum(one.stat().st_size for one in given.model.iterdir())}
    found: dict[str, list[list[float]]] = {name: [] for name in programs}
    for _ in range(ROUNDS):
        for name, (imports, load) in programs.items():
            program = _LOADED.format(imports=imports, load=load)
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
            found[name].append(json.loads(done.stdout))
    lines = ["", "| | 导入，毫秒 | 载入模型，毫秒 | 内存 MB | 模型文件 MB |", "|---|---|---|---|---|"]
    for name, rows in found.items():
        imported, loaded, memory = (median(row[column] for row in rows) for column in range(3))
        size = f"{sizes[name] / 1e6:.1f}" if name in sizes else ""
        lines.append(f"| {name} | {imported * 1000:.0f} | {loaded * 1000:.0f} | {memory:.0f} | {size} |")
    share = ratios([row[1] for row in found["本项目"]], [row[0] for row in found["只导入 scikit-learn"]])
    return [*lines, "", f"载入本项目的模型是导入 scikit-learn 的 {share.show(1, 2)}。"]


def measure_files(given: Samples) -> list[str]:
    """Judge whole files with `minyi classify`: speed beside (a)'s bare `predict`, and memory as files grow."""
    other = rivals.default()
    other.fit(plain(given.labelled.writings), given.labelled.themes)
    asked = plain(given.texts(1_000))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source = write_rows(folder / "in.csv", given.texts(20_000))
        ran(classify(given, source, folder / "out.csv"), folder)
        ours, bare = [], []
        for _ in range(ROUNDS):
            bare += interleaved({"a": lambda: other.predict(asked)}, 1)["a"]
            ours.append(ran(classify(given, source, folder / "out.csv"), folder).seconds / 20_000)
        lines = [
            f"2 万篇（CSV 读入写出，连启动）：每秒 {spread([1 / one for one in ours]).show()} 篇，"
            f"是 (a) 只算 `predict` 的 {ratios(bare, ours).show(1, 2)} 倍。",
            "",
            "| 20 字一行 | 格式 | 处理器秒 | 每行微秒 | 最多内存 MB |",
            "|---|---|---|---|---|",
        ]
        for suffix, counts in ((".csv", (10_000, 100_000, 1_000_000)), (".jsonl", (10_000, 1_000_000))):
            for count in counts:
                lines.append(_grown(given, folder, count, suffix))
    return lines


def _grown(given: Samples, folder: Path, count: int, suffix: str) -> str:
    titles = given.texts(10_000, 20)
    path = folder / f"titles{suffix}"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        if suffix == ".csv":
            writer.writerow(["id", "text"])
        for number in range(count):
            text = titles[number % len(titles)].text
            if suffix == ".csv":
                writer.writerow([number, text])
            else:
                stream.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
    done = ran(classify(given, path, folder / f"out{suffix}"), folder)
    return f"| {count:,} | {suffix} | {done.seconds:.1f} | {done.seconds / count * 1e6:.0f} | {done.memory:.0f} |"
