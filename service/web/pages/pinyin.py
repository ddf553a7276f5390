"""Names found by pinyin: the whole spelling and the initials, computed here so that a page needs no dictionary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelt:
    """A choice with its spellings in small letters; `note` says what else tells it apart."""

    value: str
    label: str
    spelling: str
    initials: str
    note: str = ""


@lru_cache(maxsize=4096)
def spelt(value: str, label: str, note: str = "") -> Spelt:
    """Spell the label of a choice.

    >>> spelt("a", "市政公用").initials
    'szgy'
    """
    return Spelt(
        value=value,
        label=label,
        spelling="".join(lazy_pinyin(label)).lower(),
        initials="".join(lazy_pinyin(label, style=Style.FIRST_LETTER)).lower(),
        note=note,
    )
