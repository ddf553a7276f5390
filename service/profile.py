"""Who the office is: names on its papers, the bodies above it, since when its term runs, the points of the 采用通报."""

from __future__ import annotations

import string
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from nlp.domain import Level
from nlp.toml_file import Faults, read_toml

PROFILE = "office.toml"
LABELS = {
    "name": "单位名称", "district": "区级报送单位", "city": "市级报送单位", "region": "自治区级报送单位",
    "nation": "全国报送单位", "contact": "联系人", "phone": "联系电话", "brief_number": "期号式样",
    "brief_copies": "《社情民意》份数", "brief_to": "《社情民意》报", "brief_cc": "《社情民意》送",
    "term_began": "本届开始之日", "meetings": "历次会议", "scores": "采用通报计分",
}  # fmt: skip
"""What each item of the profile is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting since which figures are counted."""

    name: str
    began: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Points of one submission in the 采用通报: for being sent in, for being taken up at a level, for an instruction."""

    reported: int = 1
    district: int = 2
    city: int = 4
    region: int = 8
    nation: int = 20
    instruction: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What `office.toml` says. `brief_number` may use {number}, {year} and {total}.

    `to_be_set` names what is a placeholder still: what stands there is not the office's own.
    """

    name: str = "政协委员会办公室"
    district: str = "区委、区政府"
    city: str = "市政协"
    region: str = "自治区政协"
    nation: str = "全国政协"
    contact: str = ""
    phone: str = ""
    brief_number: str = "第{number}期"
    brief_copies: int = 20
    brief_to: str = ""
    brief_cc: str = ""
    term_began: date | None = None
    meetings: tuple[Meeting, ...] = ()
    scores: Scores = Scores()
    to_be_set: tuple[str, ...] = ()

    def body_of(self, level: Level) -> str:
        """Name the body that a level's reports go to."""
        return str(getattr(self, level.value))


def load_profile(path: Path) -> Profile:
    """Read and check the profile; where there is no file, the defaults hold.

    Raises:
        KnowledgeError: `faults` lists everything that is wrong, with code and file:key.
    """
    if not path.is_file():
        return Profile()
    faults = Faults(path.name)
    known = {one.name for one in fields(Profile)}
    values: dict[str, Any] = {}
    for key, value in read_toml(path, faults).items():
        if key not in known:
            faults.add("O01", key, "没有这一项，请核对写法")
        elif key == "to_be_set":
            values[key] = _unset(value, faults)
        elif key == "meetings":
            values[key] = _meetings(value, faults)
        elif key == "scores":
            values[key] = _scores(value, faults)
        else:
            values[key] = _plain(key, value, faults)
    faults.raise_if_any("单位信息有误")
    return Profile(**values)


def _plain(key: str, value: Any, faults: Faults) -> Any:
    if key == "term_began":
        _check_day(key, value, faults)
    elif key == "brief_copies":
        _check_count(key, value, 10_000, faults)
    elif not isinstance(value, str) or len(value) > 200 or not value.isprintable():
        faults.add("O02", key, "应为 200 字以内的一行文字")
    elif key == "brief_number":
        _check_pattern(key, value, faults)
    return value


def _meetings(value: Any, faults: Faults) -> tuple[Meeting, ...]:
    found = []
    for number, one in enumerate(value if isinstance(value, list) else [None], start=1):
        name, began = (one.get("name"), one.get("began")) if isinstance(one, dict) else (None, None)
        if not isinstance(name, str) or not name.strip():
            faults.add("O03", f"meetings.{number}", "会议应有 name（名称）和 began（开始之日）")
            continue
        _check_day(f"meetings.{number}.began", began, faults)
        if isinstance(began, date):
            found.append(Meeting(name=name.strip(), began=began))
    return tuple(found)


def _unset(value: Any, faults: Faults) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one in LABELS for one in value):
        faults.add("O08", "to_be_set", f"只能列出 {'、'.join(LABELS)}")
        return ()
    return tuple(value)


def _scores(value: Any, faults: Faults) -> Scores:
    known = {one.name for one in fields(Scores)}
    if not isinstance(value, dict) or not set(value) <= known:
        faults.add("O04", "scores", f"只能有 {'、'.join(sorted(known))}")
        return Scores()
    for key, points in value.items():
        _check_count(f"scores.{key}", points, 1_000, faults)
    return Scores(**value)


def _check_day(key: str, value: Any, faults: Faults) -> None:
    if type(value) is not date or not 1990 <= value.year <= 2100:
        faults.add("O05", key, "应为日期，如 2021-12-28，不加引号")


def _check_count(key: str, value: Any, most: int, faults: Faults) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        faults.add("O06", key, f"应为 0–{most} 的整数")


def _check_pattern(key: str, value: str, faults: Faults) -> None:
    try:
        names = [name for _, name, form, _ in string.Formatter().parse(value) if name is not None and not form]
    except ValueError:
        names = []
    if "number" not in names or not set(names) <= {"number", "year", "total"}:
        faults.add("O07", key, "期号式样应含 {number}，可含 {year}、{total}")
