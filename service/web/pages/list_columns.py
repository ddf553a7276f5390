"""The columns of the list of submissions: which there are, which a person sees, what stands in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nlp.privacy import mask
from service.office import Office
from service.statistics import Beside
from service.store.records import Registered
from service.web.pages import frame

_ADOPTED = {True: "未改动", False: "有改动", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name in the address and in what is kept, its head, the style of its cells."""

    name: str
    head: str
    style: str = "text-nowrap"
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a column; with a tone it is a badge."""

    text: str
    style: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the list."""

    id: str
    receipt: str
    title: str
    marks: list[str]
    cells: list[Cell]


COLUMNS = (
    Column(name="theme", head="主题", style="fit", default=True),
    Column(name="lead", head="主办单位", style="fit", default=True),
    Column(name="place", head="地点", default=True),
    Column(name="source", head="来源", default=True),
    Column(name="received", head="收到日期", default=True),
    Column(name="stage", head="阶段", default=True),
    Column(name="due", head="到期"),
    Column(name="submitter", head="反映人", style="fit"),
    Column(name="urgency", head="缓急"),
    Column(name="track", head="类别"),
    Column(name="adopted", head="系统建议"),
    Column(name="registered", head="登记时间"),
)


def chosen(names: Sequence[str] | None) -> list[Column]:
    """Give the columns that a person chose, in the order of the page; without a choice the usual ones."""
    if names is None:
        return [column for column in COLUMNS if column.default]
    return [column for column in COLUMNS if column.name in names]


def row_of(office: Office, one: Registered, beside: Beside, columns: Sequence[Column], now: datetime) -> Row:
    """Prepare a submission for the list."""
    return Row(
        id=one.submission.id,
        receipt=one.submission.receipt,
        title=title_of(one),
        marks=[mark.label for mark in beside.marks.get(one.submission.id, [])],
        cells=[_cell(office, one, beside, column, now) for column in columns],
    )


def title_of(one: Registered, *, covered: bool = False) -> str:
    """Give the title, or the beginning of the text where there is none; with personal data `covered`, for a unit."""
    shown = mask if covered else str
    submission = one.submission
    return shown(submission.title.strip()) or shown(submission.text.strip())[:60] or "（无文字）"


def _cell(office: Office, one: Registered, beside: Beside, column: Column, now: datetime) -> Cell:
    if column.name == "stage":
        return Cell(text=one.stage.label, style="", tone=frame.TONES.get(one.stage, "plain"))
    if column.name == "due":
        due = beside.due.get(one.submission.id)
        late = due is not None and due < now
        return Cell(text=frame.day(due) + (" 超期" if late else ""), style="text-nowrap", tone="late" if late else "")
    submission = one.submission
    texts: dict[str, Callable[[], str]] = {
        "theme": lambda: office.taxonomy.theme_name(one.theme) or "待定",
        "lead": lambda: office.taxonomy.department_name(one.lead),
        "place": lambda: submission.place,
        "source": lambda: submission.source,
        "received": lambda: frame.day(submission.received_at),
        "submitter": lambda: "、".join(filter(None, (submission.submitter.name, *submission.submitter.cosigners))),
        "urgency": lambda: submission.urgency.label,
        "track": lambda: submission.track.label,
        "adopted": lambda: _ADOPTED[one.adopted],
        "registered": lambda: frame.minute(submission.registered_at),
    }
    return Cell(text=texts[column.name]() or "—", style=column.style)
