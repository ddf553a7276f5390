"""Normalisation for judging: a copy of the text that disguises and accidents no longer change, mapped back to the raw one.

The raw text is always what is kept and shown. Most texts are clean, so each slow step is guarded by a cheap test.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

PLACEHOLDER_URL = "\ue000"
PLACEHOLDER_MAIL = "\ue001"
PLACEHOLDER_NUMBER = "\ue002"
"""Stands for phone, identity-card and other numbers of seven digits and more."""

TRADITIONAL_SHARE = 0.05
"""Least share of traditional-only characters among the Han for a text to be converted: simplified texts quote a
traditional name now and then, and conversion does harm to them (什么 → 什幺); traditional prose has 20 % and more."""

_PUNCTUATION = "！＂（），：；？［］｛｝～"
_SPACED = re.compile("(?:[\u4e00-\u9fff][ \u3000·.•．]{1,2}){3,}[\u4e00-\u9fff]")
_REPLACED = (
    (re.compile(r"(?:https?://|www\.)[a-z0-9./?=&%_#:~@!$+,;*'()-]+"), PLACEHOLDER_URL),
    (re.compile(r"[a-z0-9][a-z0-9._+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+"), PLACEHOLDER_MAIL),
    (
        re.compile(r"(?<![a-z0-9])(?:\d{7,}x?|1\d{2}[ -]\d{4}[ -]\d{4}|0\d{2,3}-\d{7,8})(?![a-z0-9])"),
        PLACEHOLDER_NUMBER,
    ),
)
_HINTS = re.compile(r"://|www\.|@|\d[\d -]{6}")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text and its copy for judging.

    `offsets` has one entry more than `text` has characters: entry i is where character i begins in `raw`, the last is
    the length of `raw`; it never falls. None means that the two have the same characters, one for one.
    """

    raw: str
    text: str
    offsets: NDArray[np.int32] | None = None

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Map a half-open range of `text` to the range of `raw` that it came from."""
        if self.offsets is None:
            return start, end
        if end <= start:
            return int(self.offsets[start]), int(self.offsets[start])
        return int(self.offsets[start]), max(int(self.offsets[start]) + 1, int(self.offsets[end]))


def normalise(texts: Sequence[str]) -> list[Normalised]:
    """Normalise texts, in the same order.

    Traditional → simplified (only where the text is traditional), full-width letters, digits and spaces → half-width,
    upper → lower case, CJK radicals and compatibility characters → their usual form; invisible, control, combining,
    private and unpaired characters are dropped; characters spaced out one by one are joined; addresses and long
    numbers become one placeholder each.
    """
    return [_normalise(text) for text in texts]


def _normalise(raw: str) -> Normalised:
    text = raw.translate(_table())
    offsets = None if len(text) == len(raw) and not _changes_length(raw) else _translated_offsets(raw)
    if _SPACED.search(text):
        text, offsets = _rewrite(text, offsets, _SPACED, _joined)
    if _HINTS.search(text):
        for pattern, placeholder in _REPLACED:
            text, offsets = _rewrite(text, offsets, pattern, partial(_placed, placeholder))
    return Normalised(raw, _simplified(text), offsets)


class _Table(dict[int, str]):
    """A translation table that works out each character once, when it is first met."""

    def __missing__(self, code: int) -> str:
        """Work out what becomes of a character."""
        result = _character(chr(code))
        self[code] = result
        return result


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table()


def _character(character: str) -> str:
    code = ord(character)
    if character in "\n\r\t\u2028\u2029":
        return "\n" if character in "\n\u2028\u2029" else " "
    if 0xFF01 <= code <= 0xFF5E and character not in _PUNCTUATION:
        return chr(code - 0xFEE0).lower()
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"):
        return ""
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF or 0x2F800 <= code <= 0x2FA1F:
        return _radicals().get(character) or unicodedata.normalize("NFKC", character)
    lower = character.lower()
    return lower if len(lower) == 1 else character


@lru_cache(maxsize=1)
def _radicals() -> dict[str, str]:
    """CJK radicals that Unicode gives no decomposition for, and the characters that they look like."""
    return dict(
        zip(
            "⺠⻢⻋⻛⻩⻅⻔⻬⻰⻓⻉⻝⻚⻜⻥⻦⻨⻤⻮⻘⺟⻆⻄⻁⻌⺁",
            "民马车风黄见门齐龙长刂食页飞鱼鸟麦鬼齿青母角西虎辶厂",
            strict=True,
        )
    )


def _changes_length(raw: str) -> bool:
    """Tell whether equal lengths could hide a dropped and an added character."""
    table = _table()
    return not raw.isascii() and any(len(table[ord(character)]) != 1 for character in set(raw))


def _translated_offsets(raw: str) -> NDArray[np.int32]:
    table = _table()
    lengths = np.fromiter((len(table[ord(character)]) for character in raw), np.int32, len(raw))
    return np.append(np.repeat(np.arange(len(raw), dtype=np.int32), lengths), np.int32(len(raw)))


def _rewrite(
    text: str,
    offsets: NDArray[np.int32] | None,
    pattern: re.Pattern[str],
    replace: Callable[[str], list[tuple[str, int]]],
) -> tuple[str, NDArray[np.int32] | None]:
    """Replace matches by characters, each given with its place in the match."""
    old = np.arange(len(text) + 1, dtype=np.int32) if offsets is None else offsets
    parts: list[str] = []
    places: list[NDArray[np.int32]] = []
    done = 0
    for match in pattern.finditer(text):
        kept = replace(match.group())
        parts += [text[done : match.start()], "".join(character for character, _ in kept)]
        places += [old[done : match.start()], old[[match.start() + place for _, place in kept]]]
        done = match.end()
    if not parts:
        return text, offsets
    return "".join([*parts, text[done:]]), np.concatenate([*places, old[done:]])


def _placed(placeholder: str, _: str) -> list[tuple[str, int]]:
    return [(placeholder, 0)]


def _joined(spaced: str) -> list[tuple[str, int]]:
    return [(character, place) for place, character in enumerate(spaced) if _HAN.match(character)]


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("tw2s").convert
    return convert


@lru_cache(maxsize=1)
def _traditional_only() -> re.Pattern[str]:
    """Match characters that occur in traditional text only: they are changed, and nothing is changed into them."""
    han = [chr(code) for code in range(0x4E00, 0x9FA6)]
    simplified = _converter()("\n".join(han)).split("\n")
    results = set(simplified)
    return re.compile(
        "["
        + "".join(one for one, other in zip(han, simplified, strict=True) if one != other and one not in results)
        + "]"
    )


def _simplified(text: str) -> str:
    if text.isascii():
        return text
    found = len(_traditional_only().findall(text))
    if found < 2 or found < TRADITIONAL_SHARE * len(_HAN.findall(text)):
        return text
    converted = _converter()(text)
    return converted if len(converted) == len(text) else "".join(map(_converter(), text))
