"""Pairs of characters, so that any two characters of a text can be looked up in an index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

END = "\x01"
"""Stands behind the last character of a field; no folded field contains it."""

_UNSEEN = [*range(0x09), *range(0x0E, 0x1C), 0x7F, 0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060]
_WIDE = [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
_FOLDED: dict[int, int | None] = {**dict.fromkeys(_UNSEEN), **{wide: wide - 0xFEE0 for wide in _WIDE}}
_TO_FOLD = re.compile("[" + "".join(re.escape(chr(code)) for code in _FOLDED) + "]")
_SHIFT = 21


def fold(text: str) -> str:
    r"""Give what texts and queries are compared by: small half-width letters, nothing that cannot be seen, no spaces.

    >>> fold("ＸＣ 2026\n红绿 灯")
    'xc2026红绿灯'
    """
    if _TO_FOLD.search(text):
        text = text.translate(_FOLDED)
    return "".join(text.lower().split())


def grams(fields: Iterable[str]) -> set[str]:
    r"""Give every pair of neighbours of folded fields, the end of a field among them.

    >>> sorted(grams(["红绿灯"]))
    ['灯\x01', '红绿', '绿灯']
    """
    found: set[str] = set()
    for field in fields:
        found.update(map(str.__add__, field, field[1:] + END))
    return found


def in_words(fields: Sequence[str]) -> str:
    r"""Write the pairs of `grams` as they follow each other, a space after each.

    >>> in_words(["红绿灯"]).replace(END, "_")
    '红绿 绿灯 灯_ '
    """
    codes = np.frombuffer(END.join([*fields, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
    pairs = np.full((max(len(codes) - 1, 0), 3), ord(" "), np.uint32)
    pairs[:, 0], pairs[:, 1] = codes[:-1], codes[1:]
    return str(pairs[codes[:-1] != ord(END)].tobytes(), "utf-32-le", "surrogatepass")


def looked_up(word: str) -> set[str]:
    """Give what a folded word needs to have in the index: its pairs, or itself where it is a single character.

    >>> sorted(looked_up("红绿灯")), looked_up("灯")
    (['红绿', '绿灯'], {'灯'})
    """
    return set(map(str.__add__, word, word[1:])) or {word}


def numbers(found: Iterable[str]) -> list[int]:
    """Write pairs and single characters as numbers below 2⁴², exactly."""
    return [ord(gram[0]) << _SHIFT | (ord(gram[1]) if len(gram) == 2 else 0) for gram in found]
