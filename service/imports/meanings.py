"""对照: which theme or department of today an old word stands for, as remembered, as named, or as it looks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nlp.taxonomy import Taxonomy

THEME, DEPARTMENT = "theme", "department"
SAID, NAMED, LIKE, UNKNOWN = "已定", "同名", "相近，请确认", "未对上"
SETTLED = (SAID, NAMED)
"""Ways of knowing that nobody needs to look at."""
_MOST_VALUES = 300
_LONGEST = 200
_LIKE = 0.34


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """An old word, how many rows say it, what it stands for ("" for nothing), and how that is known (Chinese)."""

    value: str
    rows: int
    target: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """What old words stand for; a target "" was chosen for none."""

    taxonomy: Taxonomy
    themes: Mapping[str, str]
    departments: Mapping[str, str]

    def theme(self, value: str) -> str | None:
        """Give the theme that a word stands for, or None."""
        word = clipped(value)
        return (self.themes[word] or None) if word in self.themes else self.taxonomy.theme_id(word)

    def departments_of(self, value: str) -> tuple[str, ...]:
        """Give the departments that a cell names, the lead first; words that stand for none are left out."""
        found = [self._department(word) for word in units(value)]
        return tuple(dict.fromkeys(one for one in found if one))

    def known(self, kind: str, word: str) -> bool:
        """Tell whether somebody said what a word stands for, or it is a name of today."""
        if kind == THEME:
            return word in self.themes or self.taxonomy.theme_id(word) is not None
        return word in self.departments or self._named(word) is not None

    def _department(self, word: str) -> str | None:
        return (self.departments[word] or None) if word in self.departments else self._named(word)

    def _named(self, word: str) -> str | None:
        return next((one.id for one in self.taxonomy.departments if word in (one.name, one.id, *one.aliases)), None)


def clipped(value: str) -> str:
    """Give a word as it is looked up and remembered."""
    return " ".join(value.split())[:_LONGEST]


def units(value: str) -> tuple[str, ...]:
    """Cut a cell into the units that it names.

    >>> units("主办：区住建局；会办：区水务局、区财政局")
    ('区住建局', '区水务局', '区财政局')
    """
    plain = re.sub(r"(?:主办|会办|协办|承办|牵头)(?:单位)?\s*[:：]", "、", value)
    return tuple(filter(None, (clipped(part) for part in re.split(r"[、，,;；/\n\t]+| {2,}", plain))))


def table(meanings: Meanings, kind: str, counts: Counter[str]) -> list[Meaning]:
    """List the old words of a kind, the frequent first, each with what it stands for or most looks like."""
    return [_meaning(meanings, kind, value, rows) for value, rows in counts.most_common(_MOST_VALUES)]


def _meaning(meanings: Meanings, kind: str, value: str, rows: int) -> Meaning:
    said = meanings.themes if kind == THEME else meanings.departments
    if value in said:
        return Meaning(value=value, rows=rows, target=said[value], why=SAID)
    named = meanings.theme(value) if kind == THEME else next(iter(meanings.departments_of(value)), None)
    if named:
        return Meaning(value=value, rows=rows, target=named, why=NAMED)
    like = nearest(value, _names(meanings.taxonomy, kind))
    return Meaning(value=value, rows=rows, target=like or "", why=LIKE if like else UNKNOWN)


def _names(taxonomy: Taxonomy, kind: str) -> list[tuple[str, str]]:
    if kind == THEME:
        return [(name, one.id) for one in taxonomy.assignable for name in (one.name, *one.aliases)]
    return [(name, one.id) for one in taxonomy.departments for name in (one.name, *one.aliases)]


def nearest(value: str, names: Iterable[tuple[str, str]]) -> str | None:
    """Give the id of the name that shares the largest part of its characters in pairs, if that is a good part."""
    own = _pairs(value)
    best = max(names, key=lambda one: _likeness(own, _pairs(one[0])), default=None)
    return best[1] if best is not None and _likeness(own, _pairs(best[0])) >= _LIKE else None


def _pairs(text: str) -> frozenset[str]:
    plain = re.sub(r"\W|^区|^市", "", text)
    return frozenset([*map("".join, pairwise(plain)), *plain])


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def words_of(kind: str, cells: Sequence[str]) -> Counter[str]:
    """Count the old words in the cells of a column."""
    if kind == THEME:
        return Counter(filter(None, map(clipped, cells)))
    return Counter(word for cell in cells for word in units(cell))
