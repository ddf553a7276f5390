"""A whole import looked over before anything of it is stored: a preview, counts, and every problem by row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from nlp.taxonomy import Taxonomy
from service.errors import Conflict
from service.files.column_names import Field
from service.files.damage import Weight
from service.files.grid import GridRow
from service.imports import meanings
from service.imports.meanings import DEPARTMENT, THEME, Meaning, Meanings
from service.imports.plan import Plan, Purpose, read_about, read_plan
from service.imports.preparing import Prepared, Preparer, with_problem
from service.imports.problems import Problem, barring
from service.imports.roster import Roster, roster_of
from service.imports.staging import folder_of, staged_rows
from service.store import import_memory, imports
from service.store.engine import Store
from service.store.imports import Earlier, Import, ImportState

PREVIEWED = 20
LISTED = 500
BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A problem and the row that has it."""

    number: int
    column: str
    weight: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found: rows by what would become of them, the problems (at most `LISTED`), how often each occurs.

    `good` rows have nothing to look at; `doubtful` ones can be imported too; `barred` ones cannot; `same` ones are kept
    already; `changed` ones (among the good and doubtful) are kept already in another form.
    """

    rows: int
    good: int
    doubtful: int
    barred: int
    same: int
    changed: int
    problems: tuple[RowProblem, ...]
    kinds: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A row and what of an earlier import it repeats: `same` says the same, `changed` was kept in another form."""

    row: Prepared
    same: Earlier | None = None
    changed: Earlier | None = None


def preparer_of(store: Store, taxonomy: Taxonomy, max_length: int, found: Import) -> Preparer:
    """Make what prepares the rows of an import, with what is remembered today."""
    plan = read_plan(found.plan)
    with store.read() as connection:
        known = Meanings(
            taxonomy=taxonomy,
            themes=import_memory.values(connection, THEME),
            departments=import_memory.values(connection, DEPARTMENT),
        )
        roster = Roster(by_name={}) if plan.purpose is Purpose.ROSTER else roster_of(connection)
    sheet = read_about(found.about).sheet(plan.sheet)
    return Preparer(plan=plan, meanings=known, roster=roster, max_length=max_length, date1904=sheet.date1904)


def body(home: Path, found: Import, plan: Plan) -> Iterator[tuple[int, GridRow]]:
    """Read the rows below the head, each with its place from 1."""
    rows = staged_rows(folder_of(home, found.id), plan.sheet)
    return enumerate((row for row in rows if row.number > plan.last), start=1)


def look(store: Store, import_id: str, rows: Sequence[Prepared]) -> list[Looked]:
    """Tell of prepared rows which were imported before, as they are or in another form."""
    with store.read() as connection:
        same = imports.earlier(connection, import_id, "content", [row.content for row in rows if row.content])
        fresh = [row.identity for row in rows if row.identity and row.content not in same]
        changed = imports.earlier(connection, import_id, "identity", fresh)
    return [
        Looked(
            row=row,
            same=same.get(row.content),
            changed=None if row.content in same else changed.get(row.identity),
        )
        for row in rows
    ]


def check(store: Store, home: Path, preparer: Preparer, found: Import) -> Checked:
    """Look over every row of an import.

    Raises:
        InputFileError: the staged rows are gone.
    """
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    listed: list[RowProblem] = []
    seen: dict[str, int] = {}
    source = body(home, found, preparer.plan)
    while batch := list(islice(source, BATCH)):
        rows = [repeated(row, seen) for row in prepared(preparer, batch)]
        for one in look(store, found.id, rows):
            counts.update(_counted(one))
            for problem in (*one.row.problems, *_told(one)):
                kinds[problem.reason.partition("（")[0]] += 1
                if len(listed) < LISTED:
                    listed.append(_listed(one.row, problem))
    return Checked(
        **{name: counts[name] for name in ("rows", "good", "doubtful", "barred", "same", "changed")},
        problems=tuple(listed),
        kinds=tuple(kinds.most_common()),
    )


def prepared(preparer: Preparer, batch: Sequence[tuple[int, GridRow]]) -> list[Prepared]:
    """Prepare rows; those of a roster need a name rather than a text."""
    rows = preparer.prepare(batch)
    return rows if preparer.plan.purpose is not Purpose.ROSTER else [_member(row) for row in rows]


def _member(row: Prepared) -> Prepared:
    if row.submitter.name:
        return replace(row, problems=tuple(one for one in row.problems if one.weight is not Weight.BAR))
    return replace(row, problems=(barring("没有姓名", "请补上姓名，或检查列是否对错"),))


def repeated(row: Prepared, seen: dict[str, int]) -> Prepared:
    """Say of a row that an earlier row of the same file says exactly the same."""
    if not row.content:
        return row
    first = seen.setdefault(row.content, row.number)
    if first == row.number:
        return row
    reason, advice = f"与第 {first} 行完全相同", "如确为两件，请导入全部"
    return with_problem(row, Problem(column="", weight=Weight.DOUBT, reason=reason, advice=advice))


def _counted(one: Looked) -> list[str]:
    if one.same is not None:
        return ["rows", "same"]
    names = {Weight.BAR: "barred", Weight.DOUBT: "doubtful"}
    weight = one.row.weight
    return ["rows", names.get(weight, "good") if weight else "good", *(["changed"] if one.changed else [])]


def _told(one: Looked) -> list[Problem]:
    if one.same is not None:
        reason = f"以前导入过（{one.same.import_name}），不重复导入"
        return [Problem(column="", weight=Weight.NOTE, reason=reason)]
    if one.changed is not None:
        reason = f"以前导入过，这次有改动（{one.changed.import_name}）"
        return [Problem(column="", weight=Weight.NOTE, reason=reason, advice="将作为新件导入，请与原件核对")]
    return []


def _listed(row: Prepared, problem: Problem) -> RowProblem:
    return RowProblem(
        number=row.number,
        column=problem.column,
        weight=problem.weight.value,
        reason=problem.reason,
        advice=problem.advice,
    )


def preview(store: Store, home: Path, preparer: Preparer, found: Import) -> list[Looked]:
    """Prepare the first rows, as they will be stored."""
    first = list(islice(body(home, found, preparer.plan), PREVIEWED))
    return look(store, found.id, prepared(preparer, first))


def keep_checked(store: Store, found: Import, checked: Checked) -> None:
    """Keep what was found, so that it need not be looked for again; the import may have begun by now."""
    try:
        with store.write() as connection:
            imports.change(connection, found.id, [ImportState.READY], {"checked": asdict(checked)})
    except Conflict:
        return


def read_checked(value: Any) -> Checked:
    """Read what was kept."""
    problems = tuple(RowProblem(**one) for one in value["problems"])
    kinds = tuple((name, count) for name, count in value["kinds"])
    return Checked(**{**value, "problems": problems, "kinds": kinds})


def words(home: Path, preparer: Preparer, found: Import, kind: str) -> list[Meaning]:
    """List the old themes or departments of an import, with what each stands for."""
    column = preparer.plan.column_of(Field.THEME if kind == THEME else Field.DEPARTMENT)
    if column is None:
        return []
    counts: Counter[str] = Counter()
    for _, row in body(home, found, preparer.plan):
        if column < len(row.cells):
            counts.update(meanings.words_of(kind, (row.cells[column],)))
    return meanings.table(preparer.meanings, kind, counts)
