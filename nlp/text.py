"""Normalisation for judging: a copy of the text that disguises and accidents no longer change, mapped back to the raw one.

The raw text is always what is kept and shown. Most texts are clean: characters are changed in one array for a
whole batch, and what needs a look at a text by itself is done only where a cheap test calls for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp import kernels
from nlp.characters import CODE_BITS, Characters, Table, characters_of

PLACEHOLDER_URL = "\ue000"
PLACEHOLDER_MAIL = "\ue001"
PLACEHOLDER_NUMBER = "\ue002"
"""Stands for phone, identity-card and other numbers of seven digits and more."""

TRADITIONAL_SHARE = 0.05
"""Least share of traditional-only characters among the Han for a text to be converted: simplified texts quote a
traditional name now and then, and conversion does harm to them (什么 → 什幺); traditional prose has 20 % and more."""

_PUNCTUATION = "！＂（），：；？［］｛｝～"
_SPACED = re.compile("(?:[\u4e00-\u9fff][ \u3000·.•．]{1,2}){3,}[\u4e00-\u9fff]")
_URL = re.compile(r"(?:https?://|www\.)[a-z0-9./?=&%_#:~@!$+,;*'()-]+")
_MAIL = re.compile(r"[a-z0-9][a-z0-9._+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_NUMBER = re.compile(r"\d(?<![a-z0-9]\d)(?:\d{6,}x?|(?<=1)\d{2}[ -]\d{4}[ -]\d{4}|(?<=0)\d{2,3}-\d{7,8})(?![a-z0-9])")
"""Begins with the digit, not with what must not stand before it: expressions are only tried where they can begin."""
_HAN = re.compile("[\u4e00-\u9fff]")


class Normalised(NamedTuple):
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
        begin = self.offsets.item(start)
        return begin, (max(begin + 1, self.offsets.item(end)) if end > start else begin)


class Copies(NamedTuple):
    """Normalised texts, and their characters laid out."""

    fields: list[Normalised]
    characters: Characters


def normalise(texts: Sequence[str]) -> list[Normalised]:
    """Normalise texts, in the same order.

    Traditional → simplified (only where the text is traditional), full-width letters, digits and spaces → half-width,
    upper → lower case, CJK radicals and compatibility characters → their usual form; invisible, control, combining,
    private and unpaired characters are dropped; characters spaced out one by one are joined; addresses and long
    numbers become one placeholder each.
    """
    return copies_of(texts).fields


def copies_of(texts: Sequence[str], raw: Characters | None = None) -> Copies:
    """Normalise texts, see `normalise`, and lay out what comes of it.

    Args:
        texts: raw.
        raw: the texts, where they are laid out already.
    """
    raw = raw or characters_of(texts)
    if not texts:
        return Copies([], raw)
    fields, characters, needs = _folded(texts, raw, loops) if (loops := kernels.loaded()) else _mapped(texts, raw)
    rewritten = False
    for index, need in enumerate(needs.tolist()):
        if need:
            one = _looked_at(fields[index], need)
            rewritten |= one.text is not fields[index].text
            fields[index] = one
    return Copies(fields, characters_of([one.text for one in fields]) if rewritten else characters)


_Mapped = tuple[list[Normalised], Characters, NDArray[np.int64]]
"""Texts with each character mapped, and what each still needs a look for, see `_looked_at`."""


def _folded(texts: Sequence[str], raw: Characters, loops: kernels.Loops) -> _Mapped:
    codes, bounds, places, needs = _folding().known(
        raw.codes,
        lambda: loops.fold(
            raw.codes, raw.bounds, _folding().values, _GAP, _HAN_KIND, _MARK, _DIGIT, _NUMERAL, _TRADITIONAL
        ),
    )
    whole = codes.tobytes().decode("utf-32-le")
    ends = bounds.tolist()
    found = [Normalised(text, whole[begin : end - 1]) for text, (begin, end) in zip(texts, pairwise(ends), strict=True)]
    if len(codes) < len(raw.codes):
        for index, text in enumerate(texts):
            if len(found[index].text) < len(text):
                found[index] = found[index]._replace(offsets=places[ends[index] : ends[index + 1]].copy())
    return found, Characters(codes, bounds), needs


def _looked_at(one: Normalised, needs: int) -> Normalised:
    """Rewrite what a text may need: 1 spaced characters joined, 2 addresses, 4 long numbers, 8 traditional characters."""
    if needs & 1:
        one = _rewrite(one, _SPACED, _joined)
    if needs & 2 and ("://" in one.text or "www." in one.text):
        one = _rewrite(one, _URL, partial(_placed, PLACEHOLDER_URL))
    if needs & 2 and "@" in one.text:
        one = _rewrite(one, _MAIL, partial(_placed, PLACEHOLDER_MAIL))
    if needs & 4:
        one = _rewrite(one, _NUMBER, partial(_placed, PLACEHOLDER_NUMBER))
    return one._replace(text=_simplified(one.text)) if needs & 8 else one


def _mapped(texts: Sequence[str], raw: Characters) -> _Mapped:
    mapped = _mapping()(raw.codes)
    kept = mapped > 0
    places = None if kept.all() else np.flatnonzero(kept)
    copy = raw if places is None else Characters(raw.codes, np.searchsorted(places, raw.bounds))
    copy = Characters((mapped if places is None else mapped[places]).astype(np.uint32), copy.bounds)
    whole = copy.codes.astype("<u4").tobytes().decode("utf-32-le")
    results: list[Normalised] = []
    begin = 0
    for index, (text, end) in enumerate(zip(texts, copy.bounds[1:].tolist(), strict=True)):
        offsets = None
        if places is not None and end - 1 - begin != len(text):
            offsets = (places[begin:end] - raw.bounds[index]).astype(np.int32)
        results.append(Normalised(text, whole[begin : end - 1], offsets))
        begin = end
    return results, copy, _needs(copy)


def _needs(copy: Characters) -> NDArray[np.int64]:
    """Tell by a cheap test of the characters, which lets nothing slip, what each text may need."""
    kinds = _kinds()(copy.codes)
    gaps, numeral = np.flatnonzero(kinds & _GAP), np.flatnonzero(kinds & _NUMERAL)
    long = numeral[:-6][numeral[6:] - numeral[:-6] == 6]
    counts = (
        copy.count(gaps[kinds[gaps - 1] & _HAN_KIND != 0]) >= 3,
        copy.count(np.flatnonzero(kinds & _MARK)) > 0,
        copy.count(long[kinds[long] & _DIGIT != 0]) > 0,
        copy.count(np.flatnonzero(kinds & _TRADITIONAL)) >= 2,
    )
    return np.asarray(sum(holds.astype(np.int64) << bit for bit, holds in enumerate(counts)), np.int64)


_HAN_KIND, _GAP, _DIGIT, _DASH, _MARK, _TRADITIONAL, _PLAIN = 1, 2, 4, 8, 16, 32, 64
_NUMERAL = _GAP | _DIGIT | _DASH


@lru_cache(maxsize=1)
def _kinds() -> Table:
    return Table(_kind)


def _kind(character: str) -> int:
    if "\u4e00" <= character <= "\u9fff":
        return _HAN_KIND | (_TRADITIONAL if _traditional_only().match(character) else 0)
    if character in " ·.•．":
        return _GAP
    if character in "@/w":
        return _MARK
    if character == "-":
        return _DASH
    return _DIGIT if character.isdecimal() else _PLAIN


@lru_cache(maxsize=1)
def _mapping() -> Table:
    """What becomes of each character: a code point, or _DROPPED."""
    return Table(lambda character: ord(_character(character) or "\0") or _DROPPED)


@lru_cache(maxsize=1)
def _folding() -> Table:
    """What becomes of each character, and above it its kind; or _DROPPED."""
    return Table(_folded_code)


def _folded_code(character: str) -> int:
    usual = _character(character)
    return ord(usual) | _kind(usual) << CODE_BITS if usual else _DROPPED


_DROPPED = -1


def _character(character: str) -> str:
    """Say what becomes of a character: another one, or nothing."""
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
        usual = _radicals().get(character) or unicodedata.normalize("NFKC", character)
        return usual if len(usual) == 1 else character
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


def _rewrite(one: Normalised, pattern: re.Pattern[str], replace: Callable[[str], list[tuple[str, int]]]) -> Normalised:
    """Replace matches by characters, each given with its place in the match."""
    text = one.text
    matches = list(pattern.finditer(text))
    if not matches:
        return one
    old = np.arange(len(text) + 1, dtype=np.int32) if one.offsets is None else one.offsets
    parts: list[str] = []
    places: list[NDArray[np.int32]] = []
    done = 0
    for match in matches:
        kept = replace(match.group())
        parts += [text[done : match.start()], "".join(character for character, _ in kept)]
        places += [old[done : match.start()], old[[match.start() + place for _, place in kept]]]
        done = match.end()
    return Normalised(one.raw, "".join([*parts, text[done:]]), np.concatenate([*places, old[done:]]))


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
    found = len(_traditional_only().findall(text))
    if found < 2 or found < TRADITIONAL_SHARE * len(_HAN.findall(text)):
        return text
    converted = _converter()(text)
    return converted if len(converted) == len(text) else "".join(map(_converter(), text))
