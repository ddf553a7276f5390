"""What the pages of an import show, put together from what was read, checked and done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nlp.errors import InputFileError
from service.errors import Invalid
from service.files.column_names import Field
from service.files.damage import Weight
from service.files.grid import GridRow
from service.imports import checking, meanings, offline, opening
from service.imports.checking import Checked, Looked
from service.imports.meanings import DEPARTMENT, SETTLED, THEME, Meaning
from service.imports.opening import plan_of, top_rows
from service.imports.plan import About, Plan, Purpose, read_about
from service.imports.preparing import Preparer
from service.office import Office
from service.store import imports
from service.store.imports import Import
from service.web.pages import frame
from service.web.pages.frame import Choice

_SAMPLES = 3
_HEAD_ROWS = 12
_SHORT = 60
WEIGHTS = {Weight.BAR: "不能导入", Weight.DOUBT: "有疑问", Weight.NOTE: "提示"}
TONES = {Weight.BAR: "late", Weight.DOUBT: "soon", Weight.NOTE: "plain"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnView:
    """A column of the table: its name, what stands in it, what it means, how that is known."""

    place: int
    name: str
    samples: Sequence[str]
    meant: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """A row as it will be stored."""

    number: int
    title: str
    text: str
    person: str
    phone: str
    received: str
    where: str
    source: str
    theme: str
    departments: str
    state: str
    tone: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsView:
    """The old words of a kind, and the themes or departments of today that they can stand for."""

    kind: str
    name: str
    words: Sequence[Meaning]
    choices: Sequence[Choice]

    @property
    def open(self) -> bool:
        """Whether some are to be looked at."""
        return any(one.why not in SETTLED for one in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wizard:
    """Everything that a person decides by before an import begins."""

    found: Import
    about: About
    plan: Plan
    columns: Sequence[ColumnView]
    heads: Sequence[Choice]
    head: str
    words: Sequence[WordsView]
    checked: Checked | None
    problem: str
    rows: Sequence[RowView]


def wizard(office: Office, import_id: str) -> Wizard:
    """Put the wizard of an import together; the rows are looked over where that has not been done yet."""
    home, store = office.settings.home, office.store
    with store.read() as connection:
        found = imports.get(connection, import_id)
    plan = plan_of(found)
    preparer = checking.preparer_of(store, office.taxonomy, office.policy.max_length, found)
    checked, problem = _checked(office, found, preparer)
    top = top_rows(home, import_id, plan.sheet)
    body = [row.cells for row in top if row.number > plan.last]
    words = _words(office, preparer, found)
    return Wizard(
        found=found,
        about=read_about(found.about),
        plan=plan,
        columns=_columns(plan, body),
        heads=_heads(top, plan),
        head=f"{plan.first}-{plan.last}",
        words=words,
        checked=checked,
        problem=problem,
        rows=[_row(office, preparer, one) for one in checking.preview(store, home, preparer, found)],
    )


def _checked(office: Office, found: Import, preparer: Preparer) -> tuple[Checked | None, str]:
    try:
        offline.check_readable(preparer.plan)
    except InputFileError as error:
        return None, str(error)
    if found.checked is not None:
        return checking.read_checked(found.checked), ""
    checked = checking.check(office.store, office.settings.home, preparer, found)
    checking.keep_checked(office.store, found, checked)
    return checked, ""


def _columns(plan: Plan, body: Sequence[Sequence[str]]) -> list[ColumnView]:
    views = []
    for place, name in enumerate(plan.names):
        values = (cells[place] for cells in body if place < len(cells) and cells[place].strip())
        samples = list(dict.fromkeys(_short(value, 24) for value in values))[:_SAMPLES]
        meant = plan.columns[place]
        views.append(
            ColumnView(
                place=place, name=name, samples=samples, meant=meant.value if meant else "", why=plan.whys[place]
            )
        )
    return views


def _heads(top: Sequence[GridRow], plan: Plan) -> list[Choice]:
    rows = top[:_HEAD_ROWS]
    choices = [Choice(value="0-0", label="没有表头")]
    for place, row in enumerate(rows):
        start = _short("｜".join(filter(None, row.cells)), 30)
        choices.append(Choice(value=f"{row.number}-{row.number}", label=f"第 {row.number} 行：{start}"))
        if place + 1 < len(rows) and rows[place + 1].number == row.number + 1:
            choices.append(Choice(value=f"{row.number}-{row.number + 1}", label=f"第 {row.number}—{row.number + 1} 行"))
    found = Choice(value=f"{plan.first}-{plan.last}", label=f"第 {plan.first}—{plan.last} 行")
    return choices if any(one.value == found.value for one in choices) else [*choices, found]


def _words(office: Office, preparer: Preparer, found: Import) -> list[WordsView]:
    tables = []
    for kind, name, choices in (
        (THEME, "旧分类 → 现主题", frame.theme_choices(office)),
        (DEPARTMENT, "旧单位 → 现承办单位", frame.department_choices(office)),
    ):
        listed = checking.words(office.settings.home, preparer, found, kind)
        if listed:
            tables.append(WordsView(kind=kind, name=name, words=listed, choices=choices))
    return tables


def _row(office: Office, preparer: Preparer, one: Looked) -> RowView:
    row = one.row
    known = preparer.meanings
    theme = known.theme(row.theme) if row.theme else None
    units = [office.taxonomy.department_name(unit) for unit in known.departments_of(row.department)]
    state, tone = _state(one)
    person = " · ".join(filter(None, (row.submitter.name, row.submitter.circle or row.submitter.unit)))
    return RowView(
        number=row.number,
        title=row.title,
        text=_short(row.text, _SHORT),
        person=person,
        phone=row.submitter.phone,
        received=_day(row.received_at),
        where=row.where,
        source=row.source,
        theme=office.taxonomy.theme_name(theme) if theme else "",
        departments="、".join(units),
        state=state,
        tone=tone,
        reason="；".join(problem.reason for problem in row.problems),
    )


def _state(one: Looked) -> tuple[str, str]:
    if one.same is not None:
        return "导入过", "plain"
    weight = one.row.weight
    if weight in (Weight.BAR, Weight.DOUBT):
        return WEIGHTS[weight], TONES[weight]
    return ("有改动", "soon") if one.changed is not None else ("可导入", "well")


def _day(moment: datetime | None) -> str:
    return frame.day(moment) or "按今天"


def _short(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[:most]}…"


def read_columns(sent: dict[str, str], plan: Plan) -> tuple[tuple[Field | None, ...], tuple[str, ...]]:
    """Read what a form says of the columns: their meanings, and how each is known.

    Raises:
        Invalid: a meaning that does not exist, or two columns with one meaning.
    """
    columns: list[Field | None] = []
    whys: list[str] = []
    for place, before in enumerate(plan.columns):
        value = sent.get(f"column-{place}", before.value if before else "")
        if value and value not in {field.value for field in Field}:
            raise Invalid("没有这个含义，请从列表中选择", field="column", code="E_CHOICE")
        meant = Field(value) if value else None
        if meant is not None and meant is not Field.TEXT and meant in columns:
            raise Invalid(f"有两列都选了“{meant.label}”，请只留一列", field="column", code="E_CHOICE")
        columns.append(meant)
        whys.append(plan.whys[place] if meant is before else "人工指定")
    return tuple(columns), tuple(whys)


def read_words(sent: dict[str, str], kind: str, allowed: Sequence[Choice]) -> dict[str, str]:
    """Read what a form says that old words stand for.

    Raises:
        Invalid: a target that does not exist.
    """
    said: dict[str, str] = {}
    known = {choice.value for choice in allowed}
    for name, word in sent.items():
        if not name.startswith(f"word-{kind}-"):
            continue
        target = sent.get(f"means-{kind}-{name.rpartition('-')[2]}", "")
        if target and target not in known:
            raise Invalid("没有这个主题或单位，请从列表中选择", field="means", code="E_CHOICE")
        said[meanings.clipped(word)] = target
    return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import is, and what its rows are to become."""

    found: Import
    purpose: Purpose
    rows: int
    percent: int
    rate: int
    left: str


def progress(office: Office, import_id: str) -> Progress:
    """Tell how far an import is, how fast it goes, and how long it still takes."""
    with office.store.read() as connection:
        found = imports.get(connection, import_id)
    rows = _rows(found)
    begun = found.started_at or found.created_at
    seconds = max(0.1, ((found.finished_at or office.now()) - begun).total_seconds())
    rate = found.cursor / seconds
    left = (rows - found.cursor) / rate if rate else 0.0
    percent = min(100, round(100 * found.cursor / max(1, rows)))
    words = _time(left) if found.cursor else ""
    purpose = opening.plan_of(found).purpose
    return Progress(found=found, purpose=purpose, rows=rows, percent=percent, rate=round(rate), left=words)


def _time(seconds: float) -> str:
    return f"约 {round(seconds / 60)} 分钟" if seconds > 90 else f"约 {max(1, round(seconds))} 秒"


def _rows(found: Import) -> int:
    if found.checked is not None:
        return checking.read_checked(found.checked).rows
    return read_about(found.about).sheet(opening.plan_of(found).sheet).rows
