"""The user dictionary and the stop words, checked line by line."""

from __future__ import annotations

import re
from pathlib import Path

from nlp.segment import UserWord
from nlp.toml_file import Faults

DEFAULT_FREQUENCY = 20_000
DEFAULT_TAG = "n"
_HAN = re.compile("[\u4e00-\u9fd5]+\\Z")
_LINE = re.compile("[^ ]+(?: [0-9]+(?: [a-z]{1,8})?)?\\Z")


def load_words(path: Path) -> tuple[UserWord, ...]:
    """Read `word [frequency] [tag]` lines; blank lines and lines that begin with # are passed over.

    Raises:
        KnowledgeError: `faults` lists everything that is wrong, with code and file:line.
    """
    faults = Faults(path.name)
    words: dict[str, UserWord] = {}
    for number, line in _lines(path, faults):
        word, frequency, tag = ([*line.split(" "), "", "", ""])[:3]
        if not _HAN.match(word) or len(word) < 2:
            faults.add("W04", str(number), "词语应为两个以上的汉字")
        elif not _LINE.match(line):
            faults.add("W05", str(number), "每行应为：词语 [词频，整数] [词性，小写字母]，以一个空格分隔")
        elif frequency and (len(frequency) > 8 or not 1 <= int(frequency) <= 10_000_000):
            faults.add("W06", str(number), "词频应为 1–10000000 的整数")
        elif word in words:
            faults.add("W07", str(number), f"“{word}”重复")
        else:
            words[word] = (word, int(frequency or DEFAULT_FREQUENCY), tag or DEFAULT_TAG)
    faults.raise_if_any("用户词典有误")
    return tuple(words.values())


def load_stopwords(path: Path) -> frozenset[str]:
    """Read one word a line: words that are not shown as reasons.

    Raises:
        KnowledgeError: see `load_words`.
    """
    faults = Faults(path.name)
    words: set[str] = set()
    for number, line in _lines(path, faults):
        if line in words:
            faults.add("W07", str(number), f"“{line}”重复")
        words.add(line)
    faults.raise_if_any("停用词表有误")
    return frozenset(words)


def _lines(path: Path, faults: Faults) -> list[tuple[int, str]]:
    try:
        content = path.read_bytes()
    except OSError:
        faults.add("F01", "-", "文件不存在或无法读取")
        return []
    if content.startswith(b"\xef\xbb\xbf"):
        faults.add("F02", "1", "文件开头有 BOM，请另存为 UTF-8（无 BOM）")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add("F03", str(content[: error.start].count(b"\n") + 1), "不是 UTF-8 编码，请另存为 UTF-8")
        return []
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if line.endswith("\r"):
            faults.add("W02", str(number), "换行为 CRLF，请改为 LF")
        elif line != line.strip():
            faults.add("W03", str(number), "行首或行尾有空格")
    kept = ((number, line.strip()) for number, line in enumerate(lines, start=1))
    return [(number, line) for number, line in kept if line and not line.startswith("#")]
