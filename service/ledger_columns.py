"""The office's own 台账: which columns in which order (`ledger.toml`), and what stands in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.domain import ItemState, QueueItem, Role
from nlp.privacy import mask
from nlp.toml_file import Faults, read_toml
from service.deadlines import local_day
from service.directory import Directory, name_of
from service.files.workbooks import Kind
from service.store.records import Registered, StoredDecision

if TYPE_CHECKING:
    from service.store.upward import Instruction, UpwardReport

LEDGER = "ledger.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a 台账: a submission with all that is told of it. `item` where a line is one item of it."""

    number: int
    registered: Registered
    decision: StoredDecision
    items: Sequence[QueueItem] = ()
    reports: Sequence[UpwardReport] = ()
    instructions: Sequence[Instruction] = ()
    briefs: Sequence[str] = ()
    item: QueueItem | None = None

    @property
    def chief(self) -> QueueItem | None:
        """The item that dates and results are taken from: its own, else that of the lead department."""
        if self.item is not None:
            return self.item
        leads = [one for one in self.items if one.role is Role.LEAD and one.state is not ItemState.WITHDRAWN]
        return leads[-1] if leads else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What can stand in a column. `personal`: its texts may hold personal data and are covered."""

    kind: Kind
    width: int
    value: Callable[[Directory, Entry], object]
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerColumn:
    """A column of the office's 台账; `word`: it stands in the Word form too."""

    head: str
    field: str
    word: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledgers:
    """The columns of the two 台账."""

    submissions: tuple[LedgerColumn, ...]
    items: tuple[LedgerColumn, ...]


def _day(moment: Any) -> date | None:
    return None if moment is None else local_day(moment)


def _chief(name: str) -> Callable[[Directory, Entry], object]:
    return lambda _, entry: None if entry.chief is None else _day(getattr(entry.chief, name))


def _of_submission(name: str) -> Callable[[Directory, Entry], object]:
    return lambda _, entry: getattr(entry.registered.submission, name)


def _of_submitter(name: str) -> Callable[[Directory, Entry], object]:
    return lambda _, entry: getattr(entry.registered.submission.submitter, name)


def _theme(name: str) -> Callable[[Directory, Entry], object]:
    def value(directory: Directory, entry: Entry) -> object:
        return next((getattr(one, name) for one in directory.themes if one.id == entry.registered.theme), "")

    return value


def _of_chief(value: Callable[[Directory, QueueItem], str]) -> Callable[[Directory, Entry], object]:
    return lambda directory, entry: "" if entry.chief is None else value(directory, entry.chief)


def _title(_: Directory, entry: Entry) -> str:
    submission = entry.registered.submission
    return submission.title.strip() or submission.text.strip()[:40]


def _results(directory: Directory, entry: Entry) -> str:
    if entry.item is not None:
        return entry.item.answer
    answered = [one for one in entry.items if one.answer]
    if len(answered) == 1:
        return answered[0].answer
    return "\n".join(f"{name_of(directory, one.department) or ''}：{one.answer}" for one in answered)


def _text(kind: str) -> Callable[[Directory, Entry], object]:
    return lambda _, entry: getattr(entry.registered.submission, kind).label


FIELDS: Mapping[str, Field] = {
    "number": Field(kind=Kind.NUMBER, width=6, value=lambda _, entry: entry.number),
    "receipt": Field(kind=Kind.TEXT, width=18, value=_of_submission("receipt")),
    "received": Field(kind=Kind.DAY, width=12, value=lambda _, entry: _day(entry.registered.submission.received_at)),
    "registered": Field(kind=Kind.MOMENT, width=17, value=_of_submission("registered_at")),
    "track": Field(kind=Kind.TEXT, width=8, value=_text("track")),
    "source": Field(kind=Kind.TEXT, width=12, value=_of_submission("source")),
    "place": Field(kind=Kind.TEXT, width=12, value=_of_submission("place"), personal=True),
    "submitter": Field(kind=Kind.TEXT, width=10, value=_of_submitter("name")),
    "unit": Field(kind=Kind.TEXT, width=20, value=_of_submitter("unit"), personal=True),
    "circle": Field(kind=Kind.TEXT, width=12, value=_of_submitter("circle")),
    "committee": Field(kind=Kind.TEXT, width=16, value=_of_submitter("committee")),
    "cosigners": Field(
        kind=Kind.TEXT, width=16, value=lambda _, entry: "、".join(entry.registered.submission.submitter.cosigners)
    ),
    "phone": Field(kind=Kind.TEXT, width=14, value=_of_submitter("phone"), personal=True),
    "urgency": Field(kind=Kind.TEXT, width=8, value=_text("urgency")),
    "openness": Field(kind=Kind.TEXT, width=10, value=_text("openness")),
    "title": Field(kind=Kind.TEXT, width=40, value=_title, personal=True),
    "text": Field(kind=Kind.TEXT, width=60, value=_of_submission("text"), personal=True),
    "theme": Field(kind=Kind.TEXT, width=18, value=_theme("name")),
    "category": Field(kind=Kind.TEXT, width=14, value=_theme("category")),
    "dispositions": Field(
        kind=Kind.TEXT,
        width=20,
        value=lambda _, entry: "、".join(one.label for one in entry.decision.decision.dispositions),
    ),
    "lead": Field(kind=Kind.TEXT, width=22, value=lambda found, entry: name_of(found, entry.registered.lead) or ""),
    "co_handlers": Field(
        kind=Kind.TEXT,
        width=22,
        value=lambda found, entry: "、".join(name_of(found, one) or "" for one in entry.decision.decision.co_handlers),
    ),
    "stage": Field(kind=Kind.TEXT, width=12, value=lambda _, entry: entry.registered.stage.label),
    "department": Field(
        kind=Kind.TEXT, width=22, value=_of_chief(lambda found, one: name_of(found, one.department) or "")
    ),
    "role": Field(kind=Kind.TEXT, width=10, value=_of_chief(lambda _, one: one.role.label)),
    "state": Field(
        kind=Kind.TEXT,
        width=14,
        value=_of_chief(lambda _, one: one.state.label + ("（申请延期）" if one.extension_requested else "")),
    ),
    "sent": Field(kind=Kind.DAY, width=12, value=_chief("signed_at")),
    "due": Field(kind=Kind.DAY, width=12, value=_chief("due_at")),
    "accepted": Field(kind=Kind.DAY, width=12, value=_chief("accepted_at")),
    "answered": Field(kind=Kind.DAY, width=12, value=_chief("answered_at")),
    "closed": Field(kind=Kind.DAY, width=12, value=_chief("closed_at")),
    "grade": Field(kind=Kind.TEXT, width=10, value=_of_chief(lambda _, one: one.grade.label if one.grade else "")),
    "result": Field(kind=Kind.TEXT, width=40, value=_results, personal=True),
    "satisfaction": Field(
        kind=Kind.TEXT, width=10, value=_of_chief(lambda _, one: one.satisfaction.label if one.satisfaction else "")
    ),
    "supervised": Field(kind=Kind.TEXT, width=8, value=_of_chief(lambda _, one: "是" if one.supervised else "")),
    "return_reason": Field(kind=Kind.TEXT, width=30, value=_of_chief(lambda _, one: one.return_reason), personal=True),
    "reported": Field(
        kind=Kind.TEXT,
        width=22,
        value=lambda _, entry: "；".join(f"{one.level.label} {one.reported_on}" for one in entry.reports),
    ),
    "outcome": Field(
        kind=Kind.TEXT,
        width=20,
        value=lambda _, entry: "；".join(f"{one.level.label}{one.outcome.label}" for one in entry.reports),
    ),
    "instructions": Field(
        kind=Kind.TEXT,
        width=40,
        value=lambda _, entry: "\n".join(
            f"{one.leader}（{one.level.label}，{one.given_on}）：{one.text}" for one in entry.instructions
        ),
        personal=True,
    ),
    "brief": Field(kind=Kind.TEXT, width=14, value=lambda _, entry: "、".join(entry.briefs)),
    "remarks": Field(
        kind=Kind.TEXT, width=24, value=lambda _, entry: "；".join(entry.registered.submission.warnings), personal=True
    ),
}


def cells(directory: Directory, columns: Sequence[LedgerColumn], entry: Entry, *, revealed: bool) -> list[object]:
    """Give a line's cells in the order of the columns; personal data is covered unless it is revealed."""
    found: list[object] = []
    for column in columns:
        field = FIELDS[column.field]
        value = field.value(directory, entry)
        if field.personal and not revealed and isinstance(value, str):
            value = covered_phone(value) if column.field == "phone" else mask(value)
        found.append(value)
    return found


def covered_phone(phone: str) -> str:
    """Cover a phone number in whatever form it was written.

    >>> covered_phone("13812345678"), covered_phone("2012345 转 8")
    ('138****5678', '******5 转 8')
    """
    masked = mask(phone)
    return masked if masked != phone else re.sub(r"\d(?=(?:\D*\d){2})", "*", phone)


def load_ledgers(path: Path) -> Ledgers:
    """Read and check the columns of the office.

    Raises:
        KnowledgeError: `faults` lists everything that is wrong, with code and file:key.
    """
    faults = Faults(path.name)
    content = read_toml(path, faults)
    found = {name: _columns(name, content.get(name), faults) for name in ("submissions", "items")}
    for name in set(content) - set(found):
        faults.add("C01", name, "没有这一项，只能是 submissions、items")
    faults.raise_if_any("台账列的写法有误")
    return Ledgers(**found)


def _columns(name: str, content: Any, faults: Faults) -> tuple[LedgerColumn, ...]:
    listed = content.get("columns") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not listed:
        faults.add("C02", name, "应有 columns = […]，至少一列")
        return ()
    found = []
    for number, one in enumerate(listed, start=1):
        given = one if isinstance(one, dict) else {}
        head, field = given.get("head"), given.get("field")
        good = isinstance(head, str) and head.strip() and field in FIELDS and isinstance(given.get("word", False), bool)
        if not good or not set(given) <= {"head", "field", "word"}:
            faults.add(
                "C03", f"{name}.columns.{number}", "每列应有 head（表头）和可用的 field，word 只能是 true 或 false"
            )
            continue
        found.append(LedgerColumn(head=str(head).strip(), field=str(field), word=given.get("word", False)))
    return tuple(found)
