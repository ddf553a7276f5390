"""Batches and single texts on one core: ours beside the usual pipelines and the limits."""

from __future__ import annotations

import gc
import importlib.util
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median

import rjieba

from nlp import kernels
from nlp.judging import Judge
from scripts.benches import rivals
from scripts.benches.speed_texts import DAY, Samples, plain
from scripts.benches.timing import ROUNDS, Work, interleaved, ratios, spread
from service.warming import compiled_folder, serve_compiled, warm_up

ASKED = 1_500
TITLE, BATCH, MILLION = 20, 1_024, 1_000_000
OURS, SEGMENTED, BYTES = "(e) 本项目：规范、主题、把握、疑点、依据", "只分词（rjieba）", "只读一遍 UTF-8 字节"
COMPILED = compiled_folder(Path(tempfile.gettempdir()) / "minyi-speed")


def fitted(given: Samples) -> dict[str, rivals.Pipeline | rivals.FastText]:
    """Train the others."""
    found: dict[str, rivals.Pipeline | rivals.FastText] = {
        "(a) jieba + TF-IDF + LinearSVC": rivals.default(),
        "(b) rjieba + TF-IDF + LinearSVC": rivals.fast_words(),
        "(c) (b) 加本项目的词、字 n 元": rivals.ngrams(),
    }
    if importlib.util.find_spec("fasttext"):
        found["(d) fastText，连分词（jieba）"] = rivals.FastText(found["(a) jieba + TF-IDF + LinearSVC"].cut)
    for one in found.values():
        one.fit(plain(given.labelled.writings), given.labelled.themes)
    return found


def works_of(given: Samples, judge: Judge, count: int = ASKED, length: int | None = None) -> dict[str, Work]:
    """Name what is done to the same texts: all of it, and the limits."""
    asked = given.texts(count, length)
    texts = plain(asked)
    encoded = [text.encode() for text in texts]

    def segmented() -> int:
        for text in texts:
            rjieba.cut(text)
        return len(texts)

    return {
        OURS: lambda: len(judge.judge(asked, DAY)),
        SEGMENTED: segmented,
        BYTES: lambda: len([one.count(b"\n") for one in encoded]),
    }


def measure(given: Samples) -> list[str]:
    """Compare batches, and lengths of texts."""
    judge, others = given.judge(), fitted(given)
    serve_compiled(judge, COMPILED)
    asked = plain(given.texts(ASKED))
    works: dict[str, Work] = {name: partial(one.predict, asked) for name, one in others.items()}
    for name, one in others.items():
        if isinstance(one, rivals.FastText):
            words = one.words(asked)
            works[name.replace("连分词（jieba）", "不算分词")] = partial(one.predict_words, words)
    works |= works_of(given, judge)
    gc.freeze()
    found = interleaved(works)
    size = sum(len(text.encode()) for text in asked) / len(asked) / 1e6
    lines = ["| | 篇/秒 | MB/秒 | 是 (a) 的倍数 | 是只分词的百分之几 |", "|---|---|---|---|---|"]
    first, alone = found[next(iter(found))], found[SEGMENTED]
    for name, seconds in found.items():
        speed = spread([1 / one for one in seconds])
        faster, share = ratios(first, seconds), ratios(alone, seconds)
        lines.append(
            f"| {name} | {speed.show()} | {speed.middle * size:,.2f} | {faster.show(1, 2)} | {share.show(100)} |"
        )
    third = ratios(found["(c) (b) 加本项目的词、字 n 元"], found[OURS])
    lines += ["", f"(e) 是 (c) 的 {third.show(1, 2)} 倍。"]
    return [*lines, *_lengths(given, judge), *_without_compiled(given, judge)]


def _lengths(given: Samples, judge: Judge) -> list[str]:
    lines = ["", "| 每篇字数 | 本项目 篇/秒 | 只分词 篇/秒 | 百分之几 |", "|---|---|---|---|"]
    for length, count in ((20, 6_000), (360, 1_200), (3_000, 200)):
        works = works_of(given, judge, count, length)
        found = interleaved({name: works[name] for name in (OURS, SEGMENTED)})
        speeds = [spread([1 / one for one in found[name]]).show() for name in (OURS, SEGMENTED)]
        lines.append(f"| {length} | {speeds[0]} | {speeds[1]} | {ratios(found[SEGMENTED], found[OURS]).show(100)} |")
    return lines


def measure_slope(given: Samples) -> list[str]:
    """Compare the time per text of a thousand texts with that of a million, which stream as files do."""
    judge = given.judge()
    serve_compiled(judge, COMPILED)
    texts = given.texts(10_240, TITLE)
    batches = [texts[begin : begin + BATCH] for begin in range(0, len(texts), BATCH)]

    def judged(count: int) -> int:
        return sum(len(judge.judge(batches[number % len(batches)], DAY)) for number in range(count))

    works: dict[str, Work] = {"thousand": lambda: judged(20), "million": lambda: judged(MILLION // BATCH)}
    found = interleaved(works, ROUNDS)
    small, large = (spread(found[name]) for name in ("thousand", "million"))
    return [
        f"每篇 {TITLE} 字，每篇微秒：1,000 篇（{20} 次）{small.show(1e6, 1)}，{MILLION:,} 篇 {large.show(1e6, 1)}；"
        f"之比 {ratios(found['million'], found['thousand']).show(1, 2)}（{ROUNDS} 对，交替）。"
    ]


def _without_compiled(given: Samples, judge: Judge) -> list[str]:
    asked = given.texts(600)
    works: dict[str, Work] = {
        "compiled": lambda: kernels.load(COMPILED) and len(judge.judge(asked, DAY)),
        "twins": lambda: kernels.unload() or len(judge.judge(asked, DAY)),
    }
    found = interleaved(works)
    kernels.load(COMPILED)
    return [
        "",
        f"没有 numba 时（numpy 写法，结果相同）所用时间是 {ratios(found['twins'], found['compiled']).show(1, 2)} 倍。",
    ]


def measure_two(given: Samples) -> list[str]:
    """Judge in one process and in two at the same time: by the clock on the wall, and by the time of each processor."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_prepare, [given, given]))
        one, two, alone, beside = [], [], [], []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            alone.append(pool.submit(_judge, 1_500).result())
            one.append(1_500 / (time.perf_counter() - begin))
            begin = time.perf_counter()
            beside.append(sum(pool.map(_judge, [1_500, 1_500])) / 2)
            two.append(3_000 / (time.perf_counter() - begin))
    slower = ratios(beside, alone)
    return [
        f"两个进程同时判断，篇/秒是一个进程的 {ratios(two, one).show(1, 2)} 倍（钟表时间；别的程序占着处理器时偏低）。",
        f"每篇占用的处理器时间，两个同时判断是一个单独判断的 {slower.show(1, 2)} 倍，"
        f"照此两个处理器都空着时应是 {2 / slower.middle:.2f} 倍。",
    ]


_in_process: list[tuple[Judge, Samples]] = []


def _prepare(given: Samples) -> None:
    judge = given.judge()
    serve_compiled(judge, COMPILED)
    judge.judge(given.texts(300), DAY)
    _in_process.append((judge, given))
    time.sleep(0.5)


def _judge(count: int) -> float:
    """Judge texts: the seconds of the processor that it took."""
    judge, given = _in_process[0]
    begin = time.process_time()
    judge.judge(given.texts(count), DAY)
    return time.process_time() - begin


SINGLE = "本项目"
TWIN = "本项目，没有 numba"


def measure_single(given: Samples) -> list[str]:
    """Time texts one by one: ours with and without compiled loops, and (a).

    One text after the other with each, as a queue is worked off; and each text with all of them in turn, so that every one
    finds the processor's caches full of the others' things, as after a while without work.
    """
    judge, other = given.judge(), rivals.default()
    other.fit(plain(given.labelled.writings), given.labelled.themes)
    warm_up(judge, COMPILED.parent.parent)
    lines = ["| 一次一篇 | 中位毫秒 | 第 99 百分位毫秒 | 是 (a) 的几分之几 |", "|---|---|---|---|"]
    asked = given.texts(300)
    for order, works in {
        "接连": [(name, asked) for _ in range(3) for name in ("(a)", SINGLE, TWIN)],
        "轮流": [(name, [writing]) for writing in asked for name in ("(a)", SINGLE)],
    }.items():
        took: dict[str, list[float]] = {}
        for name, writings in works:
            kernels.unload() if name == TWIN else kernels.load(COMPILED)
            for writing in writings:
                begin = time.process_time()
                other.predict(plain([writing])) if name == "(a)" else judge.judge([writing], DAY)
                took.setdefault(name, []).append(time.process_time() - begin)
        for name, seconds in took.items():
            high = sorted(seconds)[int(len(seconds) * 0.99)]
            share = median(seconds) / median(took["(a)"])
            lines.append(f"| {name}，{order} | {median(seconds) * 1000:.2f} | {high * 1000:.2f} | {share:.2f} |")
    kernels.load(COMPILED)
    return lines
