"""Find and mask personal data: phones, identity cards, bank cards, number plates, mail and home addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlp import kernels
from nlp.characters import CODE_BITS, Characters, Table, characters_of
from nlp.domain import PersonalData, Span, Writing
from nlp.screens import Screen, heads_of

_WIDE = str.maketrans("０１２３４５６７８９ＸｘＡＢＣＤＥＦ－　", "0123456789XxABCDEF- ")
_SOME_WIDE = re.compile("[" + "".join(map(chr, _WIDE)) + "]")
_SPOKEN = "[零〇一二三四五六七八九幺]"
_GAP = "[ -]?"
_ALONE = "(?<![0-9A-Za-z].)"
"""Stands behind the first character of a number: it begins one. Expressions are only tried where they can begin."""
_CARD = re.compile(r"\d+|\d{4}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?|\d{6}[ -]\d{10,13}")


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text)


def _is_id_card(text: str) -> bool:
    """Accept 15 and 18 digits; a wrong check digit is let pass where the birth date is a date (slips of the pen)."""
    number = _digits(text)
    if len(number) == 15:
        return _birth("19" + number[6:12])
    from stdnum.cn import ric

    return ric.is_valid(number) or _birth(number[6:14])


def _birth(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    return 1900 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= 31


def _is_bank_card(text: str) -> bool:
    """Accept a wrong check digit (a slip of the pen) where the digits stand together or in the groups of a card."""
    from stdnum import luhn

    number = _digits(text)
    return 16 <= len(number) <= 19 and (_CARD.fullmatch(text) is not None or bool(luhn.is_valid(number)))


def _always(_: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Kind:
    """`opening` is an expression for how a match, or what must stand in it, begins; none for long numbers."""

    name: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool]
    opening: str = ""


_KINDS = (
    _Kind("id_card", re.compile(rf"[1-9]{_ALONE}(?:(?:{_GAP}\d){{16}}{_GAP}[\dXx]|\d{{14}})(?![0-9A-Za-z])"), _is_id_card),
    _Kind("bank_card", re.compile(rf"[1-9]{_ALONE}(?:{_GAP}\d){{15,18}}(?![0-9A-Za-z])"), _is_bank_card),
    _Kind("bank_card", re.compile(rf"(?:卡号|卡|账号|帐号|账户|帐户|存折)[^0-9\n]{{0,6}}(\d(?:{_GAP}\d){{11,24}})(?![0-9A-Za-z])"), _always),
    _Kind("phone", re.compile(rf"[+81]{_ALONE}(?:(?:(?<=\+)86|(?<=8)6){_GAP}1|(?<=1))[3-9]\d(?:{_GAP}\d){{8}}(?![0-9A-Za-z])"), _always),
    _Kind("phone", re.compile(r"0(?<![0-9A-Za-z-]0)\d{2,3}[- ]?[2-9]\d{6,7}(?![0-9A-Za-z-])"), _always),
    _Kind("phone", re.compile(rf"(?<!{_SPOKEN})[一幺][三四五六七八九]{_SPOKEN}{{9}}(?!{_SPOKEN})"), _always, "[一幺][三四五六七八九]"),
    _Kind("plate", re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][ ·.•-]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"), _always, "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]"),
    _Kind("email", re.compile(r"(?<![A-Za-z0-9._+-])[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), _always, "@"),
    _Kind("address", re.compile(r"(?:\d{1,4}|[A-Z]|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢|号院)(?:[\dA-Z一二三四五六七八九十]{1,3}单元)?\d{2,4}(?:室|号|户)?"), _always, "号楼|栋|幢|号院"),
)  # fmt: skip


def _matches(plain: str, wanted: int = -1) -> list[tuple[str, int, int]]:
    """List kind, start and end of what is found, in reading order; what overlaps an earlier kind is passed over.

    Args:
        plain: a text with narrow digits and letters.
        wanted: has a bit for each of _KINDS that is looked for.
    """
    found: list[tuple[str, int, int]] = []
    for number, kind in enumerate(_KINDS):
        if not wanted & 1 << number:
            continue
        for match in kind.pattern.finditer(plain):
            begin, finish = match.span(match.lastindex or 0)
            free = all(finish <= start or end <= begin for _, start, end in found)
            if free and kind.holds(plain[begin:finish]):
                found.append((kind.name, begin, finish))
    return sorted(found, key=lambda one: one[1])


def find_personal_data(writings: Sequence[Writing], batch: Characters | None = None) -> list[tuple[PersonalData, ...]]:
    """Find personal data in raw titles and texts, many writings at a time, in the same order.

    Args:
        writings: raw titles and texts.
        batch: the titles and texts in turn, where they are laid out already.
    """
    if not writings:
        return []
    parts = [part for one in writings for part in (one.title, one.text)]
    batch = batch or characters_of(parts)
    if loops := kernels.loaded():
        wanted = _narrowed().known(
            batch.codes,
            lambda: loops.personal(
                batch.codes, batch.bounds, _narrowed().values, *_SCREEN.tables, _NUMBERS, _SHORTEST, 1 << _ADDRESS,
                _TO_ROOM, 1 << _PLATE,
            ),
        )  # fmt: skip
    else:
        wanted = _wanted(Characters(_narrow()(batch.codes).astype(np.uint32), batch.bounds))
    found: list[tuple[PersonalData, ...]] = [()] * len(writings)
    for field in np.flatnonzero(wanted).tolist():
        name = ("title", "text")[field % 2]
        value = _narrowed_text(parts[field])
        found[field // 2] += tuple(
            PersonalData(kind=kind, span=Span(field=name, start=start, end=end))
            for kind, start, end in _matches(value, int(wanted[field]))
        )
    return found


def _narrowed_text(text: str) -> str:
    """Make digits and letters narrow; most texts have no wide ones."""
    return text.translate(_WIDE) if _SOME_WIDE.search(text) else text


def _wanted(plain: Characters) -> NDArray[np.int64]:
    """Give the bits of the kinds that each text may hold; none that it holds is left out."""
    looked = _SCREEN.look(plain)
    wanted = np.array(looked.texts)
    numerals = _numerals()(plain.codes)
    digits = np.flatnonzero(numerals == _DIGIT)
    breaks = np.cumsum(numerals < 0, dtype=np.int32)[digits]
    long = digits[: 1 - _SHORTEST][breaks[_SHORTEST - 1 :] == breaks[: 1 - _SHORTEST]]
    wanted |= np.where(plain.count(long) > 0, _NUMBERS, 0)
    houses = looked.marked(_ADDRESS)
    houses = houses[(houses > 0) & np.isin(numerals[houses - 1], (_DIGIT, _NUMERAL))]
    following = np.searchsorted(digits, houses)
    houses = houses[np.append(digits, len(numerals) + _TO_ROOM)[following] - houses <= _TO_ROOM]
    wanted &= np.where(plain.count(houses) > 0, -1, ~(1 << _ADDRESS))
    others = np.append(np.cumsum((numerals != _DIGIT) & (numerals != _NUMERAL), dtype=np.int32), [0] * _PLATE_LENGTH)
    plates = looked.marked(_PLATE)
    plates = plates[others[plates + 6] == others[plates + 2]]
    return np.asarray(wanted & np.where(plain.count(plates) > 0, -1, ~(1 << _PLATE)), np.int64)


_SHORTEST = 10
"""Least digits of a number that can be one of a person's; gaps may stand between them."""
_TO_ROOM = 8
"""Most characters from 号楼 to the first digit of a room."""
_NUMBERS = sum(1 << number for number, kind in enumerate(_KINDS) if not kind.opening)
_PLATE_LENGTH = 9
_PLATE = [kind.name for kind in _KINDS].index("plate")
_ADDRESS = [kind.name for kind in _KINDS].index("address")
_SCREEN = Screen([heads_of(kind.opening) if kind.opening else frozenset() for kind in _KINDS])


@lru_cache(maxsize=1)
def _narrow() -> Table:
    return Table(_narrow_code)


def _narrow_code(character: str) -> int:
    return ord(character.translate(_WIDE)) or ord("\n")


@lru_cache(maxsize=1)
def _numerals() -> Table:
    return Table(_numeral)


@lru_cache(maxsize=1)
def _narrowed() -> Table:
    """What becomes of a character, and above it how that counts in numbers: 0 gap, 1 digit, 2 numeral, 3 neither."""
    kinds = {_GAP_SIGN: 0, _DIGIT: 1, _NUMERAL: 2, _NEITHER: 3}
    return Table(lambda character: _narrow_code(character) | kinds[_numeral(chr(_narrow_code(character)))] << CODE_BITS)


_GAP_SIGN, _DIGIT, _NUMERAL, _NEITHER = 1, 2, -1, -2


def _numeral(character: str) -> int:
    if character.isdecimal():
        return _DIGIT
    if character in " -":
        return _GAP_SIGN
    return _NUMERAL if "A" <= character <= "Z" or character in "一二三四五六七八九十" else _NEITHER


def mask(text: str) -> str:
    """Cover personal data so that its kind can still be seen; a masked text is not changed again.

    >>> mask("电话13812345678，宁A12345")
    '电话138****5678，宁A***45'
    """
    parts: list[str] = []
    done = 0
    for kind, start, end in _matches(_narrowed_text(text)):
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
