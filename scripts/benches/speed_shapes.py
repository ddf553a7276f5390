"""No cliff: the longest texts that are taken, in hostile shapes."""

from __future__ import annotations

import random
import time

from nlp import kernels
from nlp.domain import Writing
from scripts.benches.speed_texts import DAY, Samples

LONGEST = 20_000


def shapes(given: Samples) -> dict[str, str]:
    """Give texts of the longest length: ordinary, and those that bring regular expressions and segmenters down."""
    rare = [chr(code) for code in range(0x4E00, 0x9FA6)]
    random.Random(0).shuffle(rare)  # noqa: S311 - any order will do
    ordinary = "".join(one.text for one in given.labelled.writings if one.text)
    return {
        "普通文字": (ordinary * 20)[:LONGEST],
        "两万个生僻字": "".join(rare)[:LONGEST],
        "一个字重复": "举" * LONGEST,
        "没有标点": "".join(one for one in ordinary * 20 if "\u4e00" <= one <= "\u9fff")[:LONGEST],
        "全是空格": " " * LONGEST,
        "全是表情": "😀" * LONGEST,
        "数字与空格": "1 " * (LONGEST // 2),
        "邮箱样": "a@" * (LONGEST // 2),
        "字间空格": "举 " * (LONGEST // 2),
        "检举用语": "村支书的亲戚给" * (LONGEST // 7),
        "另外另外": "另外；" * (LONGEST // 3),
        "括号": "（二）" * (LONGEST // 3),
        "繁体": "灣區樓" * (LONGEST // 3),
        "生僻扩展区": "\U00020000\U0002a6d0" * (LONGEST // 2),
        "网址": "http://" * (LONGEST // 7),
    }


def measure(given: Samples) -> list[str]:
    """Time each shape, the slower of compiled and not."""
    judge = given.judge()
    kernels.unload()
    judge.judge([Writing(text="路灯不亮")], DAY)
    lines = ["| 20,000 字 | 毫秒 |", "|---|---|"]
    for name, text in shapes(given).items():
        took = []
        for _ in range(3):
            begin = time.process_time()
            judge.judge([Writing(text=text)], DAY)
            took.append(time.process_time() - begin)
        lines.append(f"| {name} | {sorted(took)[1] * 1000:.0f} |")
    return lines
