"""What a cell of a spreadsheet can hold, and text made fit for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

XLSX_CELL = 32_767
"""Most UTF-16 units of one cell of a workbook; a character beyond the first plane is two."""

_NONCHARACTERS = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_FORMULA_STARTS = frozenset("=+-@＝＋－＠\t\r\n")
_UNWRITABLE = re.compile(f"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NONCHARACTERS}]")

_as_json = json.JSONEncoder(ensure_ascii=False).encode


def safe_cell(value: object) -> object:
    """Defuse text that a spreadsheet would take for a formula, by a leading apostrophe.

    >>> safe_cell(" =1+1"), safe_cell(-3)
    ("' =1+1", -3)
    """
    if isinstance(value, str) and (value[:1] in _FORMULA_STARTS or value.lstrip()[:1] in _FORMULA_STARTS):
        return f"'{value}"
    return value


def safe_text(text: str) -> str:
    """Replace what no file can hold (control characters, lone surrogates, noncharacters) by □."""
    return text if text.isprintable() else _UNWRITABLE.sub("□", text)


def flat(value: object) -> object:
    """Make a value one that a cell can hold: lists and objects become JSON text."""
    if isinstance(value, list | tuple | dict):
        return safe_text(_as_json(value))
    return safe_text(value) if isinstance(value, str) else value


def pieces(text: str, most: int = XLSX_CELL) -> Iterator[str]:
    """Cut a text into parts of at most `most` UTF-16 units that joined again are the text; no character is cut in two.

    >>> list(pieces("一二三四五", 2))
    ['一二', '三四', '五']
    """
    if len(text) * 2 <= most:
        yield text
        return
    start, units = 0, 0
    for place, character in enumerate(text):
        width = 2 if ord(character) > 0xFFFF else 1
        if units + width > most:
            yield text[start:place]
            start, units = place, 0
        units += width
    yield text[start:]
