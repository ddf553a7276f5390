"""What must hold across the rows of a taxonomy: every fault is noted, none is passed over for an earlier one."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from datetime import date

from nlp.domain import Department, Duty, Theme
from nlp.text import normalise
from nlp.toml_file import Faults

LEAST_THEMES, MOST_THEMES = 2, 200
_QUOTES = frozenset("“”‘’\"'「」『』《》〈〉")


def folded(name: str) -> str:
    """Make names that differ only in quotes, width, case or spaces the same; Chinese brackets become (…)."""
    return "".join(
        char for char in unicodedata.normalize("NFKC", name).casefold() if char not in _QUOTES and not char.isspace()
    )


def check_themes(themes: Sequence[Theme], assignable: Sequence[Theme], faults: Faults) -> None:
    """Check ids, names, parents and confusable themes."""
    if not LEAST_THEMES <= len(assignable) <= MOST_THEMES:
        faults.add("T10", "themes", f"有 {len(assignable)} 个可用的主题，应为 {LEAST_THEMES}–{MOST_THEMES} 个")
    ids = {theme.id: theme for theme in themes}
    _check_unique([(f"themes[{number}].id", theme.id) for number, theme in enumerate(themes, 1)], "T11", faults)
    names: list[tuple[str, str]] = []
    for number, theme in enumerate(themes, 1):
        own = {folded(alias): (f"themes[{number}].aliases", alias) for alias in theme.aliases}
        own |= {folded(theme.id): (f"themes[{number}].id", theme.id)}
        own |= {folded(theme.name): (f"themes[{number}].name", theme.name)}
        names += own.values()
        _check_parent(theme, f"themes[{number}]", ids, faults)
        for other in theme.confusable:
            if other not in ids or other == theme.id:
                faults.add("T14", f"themes[{number}].confusable", f"“{other}”不是另一个主题的 id")
    _check_unique(names, "T12", faults)


def _check_parent(theme: Theme, place: str, ids: dict[str, Theme], faults: Faults) -> None:
    if theme.parent is None:
        return
    if theme.parent not in ids or theme.parent == theme.id:
        faults.add("T13", f"{place}.parent", f"“{theme.parent}”不是另一个主题的 id")
    elif ids[theme.parent].parent is not None:
        faults.add("T15", f"{place}.parent", "主题最多两级，上级主题自己不能再有上级")


def _check_unique(named: Sequence[tuple[str, str]], code: str, faults: Faults) -> None:
    first: dict[str, str] = {}
    for place, name in named:
        if folded(name) in first:
            faults.add(code, place, f"“{name}”与 {first[folded(name)]} 重复")
        else:
            first[folded(name)] = place


def check_departments(departments: Sequence[Department], faults: Faults) -> None:
    """Check ids, names, dates and successors."""
    ids = {department.id: department for department in departments}
    places = [f"departments[{number}]" for number in range(1, len(departments) + 1)]
    pairs = list(zip(places, departments, strict=True))
    _check_unique([(f"{place}.id", one.id) for place, one in pairs], "D01", faults)
    names = [(f"{place}.name", name) for place, one in pairs for name in (one.name, *one.aliases)]
    _check_unique(names, "D02", faults)
    for place, one in pairs:
        if one.valid_to is not None and one.valid_to < one.valid_from:
            faults.add("D03", f"{place}.valid_to", "早于 valid_from")
        if one.successor is not None and (one.successor not in ids or one.successor == one.id):
            faults.add("D04", f"{place}.successor", f"“{one.successor}”不是另一个单位的 id")
        elif one.successor is not None and _circular(one, ids):
            faults.add("D05", f"{place}.successor", "承接关系绕成了圈")


def _circular(department: Department, ids: dict[str, Department]) -> bool:
    seen = {department.id}
    following = department.successor
    while following in ids:
        if following in seen:
            return True
        seen.add(following)
        following = ids[following].successor
    return False


def check_duties(
    duties: Sequence[Duty], departments: Sequence[Department], themes: Collection[str], faults: Faults
) -> None:
    """Check ids, references, dates, that every condition can hold, and that every theme has a last entry."""
    known = {department.id for department in departments}
    pairs = [(f"duties[{number}]", duty) for number, duty in enumerate(duties, 1)]
    _check_unique([(f"{place}.id", duty.id) for place, duty in pairs], "R01", faults)
    for place, duty in pairs:
        _check_references(place, duty, known, themes, faults)
    for theme in sorted(themes):
        own = [(place, duty) for place, duty in pairs if duty.theme == theme]
        if not own or not own[-1][1].unconditional or own[-1][1].valid_to is not None:
            faults.add("R05", own[-1][0] if own else "duties", f"主题 {theme} 的最后一条职责条目应无条件、无失效日期")
        _check_reachable(own, faults)


def _check_references(
    place: str, duty: Duty, departments: Collection[str], themes: Collection[str], faults: Faults
) -> None:
    if duty.theme not in themes:
        faults.add("R02", f"{place}.theme", f"“{duty.theme}”不是可用的主题 id")
    for key, one in [("lead", duty.lead), *(("co_handlers", co) for co in duty.co_handlers)]:
        if one is not None and one not in departments:
            faults.add("R03", f"{place}.{key}", f"没有 id 为“{one}”的单位")
    for key, words in (("words", duty.words), ("places", duty.places)):
        for word, text in zip(words, normalise(words), strict=True):
            if text.text != word.lower():
                faults.add("R10", f"{place}.{key}", f"“{word}”不会出现在统一写法后的文字中，请改用半角")
    if len(set(duty.co_handlers)) != len(duty.co_handlers) or duty.lead in duty.co_handlers:
        faults.add("R07", f"{place}.co_handlers", "会办单位重复，或与主办单位相同")
    if duty.lead is None and not duty.never_automatic:
        faults.add("R08", f"{place}.lead", "没有主办单位的条目须写 never_automatic = true")
    if duty.valid_to is not None and duty.valid_to < duty.valid_from:
        faults.add("R04", f"{place}.valid_to", "早于 valid_from")


def _check_reachable(own: Sequence[tuple[str, Duty]], faults: Faults) -> None:
    """Note entries that an earlier one of the theme always answers for, and equal conditions that overlap in time."""
    for number, (place, duty) in enumerate(own):
        for earlier_place, earlier in own[:number]:
            if not _overlap(earlier, duty):
                continue
            if (set(earlier.words), set(earlier.places)) == (set(duty.words), set(duty.places)):
                faults.add("R06", place, f"与 {earlier_place} 条件相同而日期重叠")
            elif _covers(earlier, duty):
                faults.add("R09", place, f"条件不可能成立：{earlier_place} 总是先成立")


def _overlap(one: Duty, other: Duty) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)


def _covers(earlier: Duty, later: Duty) -> bool:
    during = earlier.valid_from <= later.valid_from and (earlier.valid_to or date.max) >= (later.valid_to or date.max)
    words = not earlier.words or (bool(later.words) and _implied(earlier.words, later.words))
    places = not earlier.places or (bool(later.places) and _implied(earlier.places, later.places))
    return during and words and places


def _implied(wider: Sequence[str], narrower: Sequence[str]) -> bool:
    """Tell whether every narrower word contains one of the wider ones."""
    return all(any(wide in narrow for wide in wider) for narrow in narrower)
