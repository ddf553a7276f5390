"""Rows of a file → submissions about to be taken in, each with what is wrong with it, and what it came from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from nlp.domain import Submitter, Urgency
from nlp.intake_checks import look_at
from service.files.column_names import Field, plain_name
from service.files.damage import Damage, Weight
from service.files.dates import read_date
from service.files.grid import GridRow, Remark
from service.imports.meanings import DEPARTMENT, THEME, Meanings, clipped, units
from service.imports.plan import Plan, Purpose
from service.imports.problems import SECRET, Problem, barring, damage_problem
from service.imports.roster import Roster
from service.limits import NAME_LENGTH, is_blank

_URGENT = {"特急": Urgency.CRITICAL, "紧急": Urgency.URGENT, "加急": Urgency.URGENT, "急": Urgency.URGENT}
_SURROGATE = re.compile("[\ud800-\udfff]")
_TOTAL = re.compile(r"\s*[合总小共累]\s*计[\s:：\d,，]*[件条篇]?\s*")
_PLACES = {"序号", "id"}
_NAMES = {
    Field.NAME: "name", Field.UNIT: "unit", Field.CIRCLE: "circle", Field.COMMITTEE: "committee", Field.PHONE: "phone",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A row as it will be stored. `theme` and `department` are the words of the file.

    `content` tells rows that say the same by the same 32 characters, `identity` rows about the same thing ("": none).
    """

    place: int
    number: int
    title: str = ""
    text: str = ""
    submitter: Submitter = field(default_factory=Submitter)
    where: str = ""
    source: str = ""
    received_at: datetime | None = None
    urgency: Urgency = Urgency.NORMAL
    theme: str = ""
    department: str = ""
    answer: str = ""
    answered_at: datetime | None = None
    old_number: str = ""
    problems: tuple[Problem, ...] = ()
    content: str = ""
    identity: str = ""

    @property
    def weight(self) -> Weight | None:
        """The heaviest of its problems."""
        weights = {problem.weight for problem in self.problems}
        return next((one for one in (Weight.BAR, Weight.DOUBT, Weight.NOTE) if one in weights), None)

    @property
    def reason(self) -> str:
        """Every problem that keeps it out or that somebody should look at, in one line."""
        told = [one for one in self.problems if one.weight is not Weight.NOTE] or list(self.problems)
        return "；".join(f"{one.column}：{one.reason}" if one.column else one.reason for one in told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparer:
    """Prepares the rows of one import. One that is not `wary` spares the search for wrecked encodings."""

    plan: Plan
    meanings: Meanings
    roster: Roster
    max_length: int
    date1904: bool = False
    wary: bool = True

    def prepare(self, rows: Sequence[tuple[int, GridRow]]) -> list[Prepared]:
        """Prepare rows, each with its place among the rows below the head, in the same order."""
        made = [self._one(place, row) for place, row in rows]
        if not self.wary:
            return made
        seen = look_at([f"{one.title}\n{one.text}" for one in made])
        return [
            _with(one, damage_problem("", Damage.MOJIBAKE)) if look.garbled else one
            for one, look in zip(made, seen, strict=True)
        ]

    def _one(self, place: int, row: GridRow) -> Prepared:
        if row.secret:
            return Prepared(place=place, number=row.number, problems=(SECRET,))
        problems = [self._remark(remark) for remark in row.remarks]
        values = self._values(row.cells)
        received, answered = (self._date(values, one, problems) for one in (Field.RECEIVED, Field.ANSWERED))
        submitter = self.roster.completed(self._submitter(values, problems), problems)
        where = self._short(values, Field.PLACE, problems)
        source = self._short(values, Field.SOURCE, problems) or self.plan.source
        title, text = values.get(Field.TITLE, "").strip(), values.get(Field.TEXT, "")
        theme, department = values.get(Field.THEME, "").strip(), values.get(Field.DEPARTMENT, "").strip()
        problems += self._faults(title, text, row.cells)
        if self.plan.purpose is Purpose.PAST:
            problems += self._unknown_words(theme, department)
        return Prepared(
            place=place,
            number=row.number,
            title=title,
            text=text,
            submitter=submitter,
            where=where,
            source=source,
            received_at=received,
            urgency=_URGENT.get(values.get(Field.URGENCY, "").strip(), Urgency.NORMAL),
            theme=theme,
            department=department,
            answer=values.get(Field.ANSWER, "").strip(),
            answered_at=answered,
            old_number=self._old_number(values.get(Field.ID, "")),
            problems=tuple(dict.fromkeys(problems)) if problems else (),
            content=_content(values, tuple(_NAMES) if self.plan.purpose is Purpose.ROSTER else _TELLING),
            identity=_identity(values),
        )

    def _values(self, cells: Sequence[str]) -> dict[Field, str]:
        """Give the values of the known columns; further columns of text follow under their names."""
        values: dict[Field, str] = {}
        for name, meant, cell in zip(self.plan.names, self.plan.columns, cells, strict=False):
            if meant is None or not cell.strip():
                continue
            value = cell.replace("\r\n", "\n").replace("_x000D_\n", "\n")
            values[meant] = f"{values[meant]}\n{name}：{value}" if meant in values else value
        return values

    def _remark(self, remark: Remark) -> Problem:
        inside = 0 <= remark.column < len(self.plan.names)
        name = self.plan.names[remark.column] if inside else ""
        unused = inside and self.plan.columns[remark.column] is None
        return damage_problem(name, remark.damage, remark.detail, unused=unused)

    def _date(self, values: Mapping[Field, str], meant: Field, problems: list[Problem]) -> datetime | None:
        if meant not in values:
            return None
        found, damage = read_date(values[meant], date1904=self.date1904)
        if damage is not None:
            detail = found.date().isoformat() if found else ""
            problems.append(damage_problem(meant.label, damage, detail))
        return found

    def _short(self, values: Mapping[Field, str], meant: Field, problems: list[Problem]) -> str:
        if meant not in values:
            return ""
        value = _on_a_line(values[meant])
        if len(value) <= NAME_LENGTH:
            return value
        problems.append(
            Problem(
                column=meant.label,
                weight=Weight.DOUBT,
                reason=f"{len(value)} 字，超过 {NAME_LENGTH} 字，这一格不导入",
                advice="请缩短，或检查列是否对错",
            )
        )
        return ""

    def _old_number(self, value: str) -> str:
        """Give the number that the file's office gave; the places of rows (序号) are none."""
        number = _on_a_line(value)[:NAME_LENGTH]
        counts = number.isdecimal() and plain_name(self.plan.names[self.plan.columns.index(Field.ID)]) in _PLACES
        return "" if counts else number

    def _submitter(self, values: Mapping[Field, str], problems: list[Problem]) -> Submitter:
        parts = {name: self._short(values, meant, problems) for meant, name in _NAMES.items()}
        named = units(values[Field.COSIGNERS]) if Field.COSIGNERS in values else ()
        return Submitter(**parts, cosigners=tuple(one[:NAME_LENGTH] for one in named))

    def _faults(self, title: str, text: str, cells: Sequence[str]) -> list[Problem]:
        whole = title + text
        found = []
        if (is_blank(whole) or _TOTAL.fullmatch(whole)) and any(map(_TOTAL.fullmatch, cells)):
            found.append(barring("这是合计行，不是来稿，未导入", "不用处理"))
        elif is_blank(whole):
            found.append(barring("标题和正文都是空的", "请补上内容，或检查列是否对错"))
        for name, value in (("标题", title), ("正文", text)):
            if len(value) > self.max_length:
                found.append(
                    barring(f"{len(value)} 字，超过 {self.max_length} 字的上限", "请拆分，或作为附件登记", name)
                )
        if _SURROGATE.search(whole):
            found.append(barring("含有不完整的 Unicode 字符", "请检查编码后重新导入"))
        return found

    def _unknown_words(self, theme: str, department: str) -> list[Problem]:
        words = [(THEME, "主题", clipped(theme))] + [(DEPARTMENT, "承办单位", word) for word in units(department)]
        return [
            Problem(column=name, weight=Weight.NOTE, reason=f"没有对上（{word[:20]}）", advice="可在“对照”中指定")
            for kind, name, word in words
            if word and not self.meanings.known(kind, word)
        ]


def _on_a_line(value: str) -> str:
    if not value.isprintable():
        value = "".join(one if one.isprintable() else " " for one in value)
    return " ".join(value.split())


def _with(made: Prepared, *problems: Problem) -> Prepared:
    return replace(made, problems=tuple(dict.fromkeys((*made.problems, *problems)))) if problems else made


def with_problem(made: Prepared, problem: Problem) -> Prepared:
    """Give a row with one problem more."""
    return _with(made, problem)


_TELLING = (Field.TITLE, Field.TEXT, Field.NAME, Field.RECEIVED, Field.THEME, Field.DEPARTMENT, Field.ANSWER)


def _content(values: Mapping[Field, str], telling: Sequence[Field]) -> str:
    return _short_hash("\x1f".join("".join(values.get(one, "").split()) for one in telling))


def _identity(values: Mapping[Field, str]) -> str:
    number, title = values.get(Field.ID, "").strip(), "".join(values.get(Field.TITLE, "").split())
    if number and not number.isdigit():
        return _short_hash(f"id\x1f{number}")
    return _short_hash(f"title\x1f{title}\x1f{number}\x1f{values.get(Field.NAME, '').strip()}") if title else ""


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
