"""Find and mask personal data: phones, identity cards, bank cards, number plates, mail and home addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import luhn
from stdnum.cn import ric

from nlp.domain import PersonalData, Span, Writing

_WIDE = str.maketrans("０１２３４５６７８９ＸｘＡＢＣＤＥＦ－　", "0123456789XxABCDEF- ")
_SPOKEN = "[零〇一二三四五六七八九幺]"
_GAP = "[ -]?"


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text)


def _is_id_card(text: str) -> bool:
    """Accept 15 and 18 digits; a wrong check digit is let pass where the birth date is a date (slips of the pen)."""
    number = _digits(text)
    if len(number) == 15:
        return _birth("19" + number[6:12])
    return ric.is_valid(number) or _birth(number[6:14])


def _birth(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    return 1900 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= 31


def _is_bank_card(text: str) -> bool:
    number = _digits(text)
    return 16 <= len(number) <= 19 and bool(luhn.is_valid(number))


def _always(_: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool]


_KINDS = (
    _Kind("id_card", re.compile(rf"(?<![0-9A-Za-z])(?:[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx]|[1-9]\d{{14}})(?![0-9A-Za-z])"), _is_id_card),
    _Kind("bank_card", re.compile(rf"(?<![0-9A-Za-z])[1-9](?:{_GAP}\d){{15,18}}(?![0-9A-Za-z])"), _is_bank_card),
    _Kind("phone", re.compile(rf"(?<![0-9A-Za-z])(?:\+?86{_GAP})?1[3-9]\d(?:{_GAP}\d){{8}}(?![0-9A-Za-z])"), _always),
    _Kind("phone", re.compile(r"(?<![0-9A-Za-z-])0\d{2,3}[- ]?[2-9]\d{6,7}(?![0-9A-Za-z-])"), _always),
    _Kind("phone", re.compile(rf"(?<!{_SPOKEN})[一幺][三四五六七八九]{_SPOKEN}{{9}}(?!{_SPOKEN})"), _always),
    _Kind("plate", re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][ ·.•-]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"), _always),
    _Kind("email", re.compile(r"(?<![A-Za-z0-9._+-])[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), _always),
    _Kind("address", re.compile(r"(?:\d{1,4}|[A-Z]|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢|号院)(?:[\dA-Z一二三四五六七八九十]{1,3}单元)?\d{2,4}(?:室|号|户)?"), _always),
)  # fmt: skip


def _matches(text: str) -> list[tuple[str, int, int]]:
    """List kind, start and end of what is found, in reading order; what overlaps an earlier kind is passed over."""
    plain = text.translate(_WIDE)
    found: list[tuple[str, int, int]] = []
    for kind in _KINDS:
        for match in kind.pattern.finditer(plain):
            free = all(match.end() <= start or end <= match.start() for _, start, end in found)
            if free and kind.holds(match.group()):
                found.append((kind.name, match.start(), match.end()))
    return sorted(found, key=lambda one: one[1])


def find_personal_data(writing: Writing) -> list[PersonalData]:
    """Find personal data in the raw title and text."""
    return [
        PersonalData(kind=kind, span=Span(field=name, start=start, end=end))
        for name, value in (("title", writing.title), ("text", writing.text))
        for kind, start, end in _matches(value)
    ]


def mask(text: str) -> str:
    """Cover personal data so that its kind can still be seen; a masked text is not changed again.

    >>> mask("电话13812345678，宁A12345")
    '电话138****5678，宁A***45'
    """
    parts: list[str] = []
    done = 0
    for kind, start, end in _matches(text):
        parts += [text[done:start], _covered(kind, text[start:end])]
        done = end
    return "".join([*parts, text[done:]])


def _covered(kind: str, found: str) -> str:
    if kind == "email":
        name, _, host = found.partition("@")
        return f"{name[0]}***@{host}"
    if kind == "plate":
        return f"{found[:2]}***{found[-2:]}"
    if kind == "address":
        return "***"
    plain = re.sub("[ -]", "", found)
    ahead, behind = {"phone": (3, 4), "id_card": (4, 4), "bank_card": (4, 4)}[kind]
    return f"{plain[:ahead]}{'*' * max(4, len(plain) - ahead - behind)}{plain[-behind:]}"
