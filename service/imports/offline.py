"""Importing from the command line: the same import that the page makes, decided by options instead of a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from nlp.errors import InputFileError
from service.files.column_names import Field
from service.files.headers import Head
from service.imports import checking, mapping, opening, running
from service.imports.checking import Checked
from service.imports.opening import Opened, Sent
from service.imports.plan import Plan, Purpose, read_about
from service.office import Office
from service.store import import_memory, imports
from service.store.imports import Import, ImportState

DOCUMENTS = {".docx", ".doc", ".wps", ".txt"}

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the options ask for; None leaves it to what was found in the file."""

    sheet: str | None = None
    columns: Mapping[Field, str] | None = None
    purpose: Purpose | None = None
    source: str | None = None
    scope: str = running.GOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file: the import, what was found before, whether the same file had been imported already."""

    made: Import
    checked: Checked | None
    repeated: bool


def gathered(paths: Sequence[Path]) -> list[list[Path]]:
    """Group what is one import: the documents of a folder, and documents named together; every other file alone.

    Raises:
        InputFileError: there is no such file, or a folder without documents.
    """
    groups: list[list[Path]] = []
    documents: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(one for one in path.rglob("*") if one.suffix.lower() in DOCUMENTS and one.is_file())
            if not found:
                raise InputFileError(f"文件夹 {path} 中没有 Word 或文本文件。")
            groups.append(found)
        elif not path.is_file():
            raise InputFileError(f"找不到文件 {path}，请检查路径。")
        elif path.suffix.lower() in DOCUMENTS:
            documents.append(path)
        else:
            groups.append([path])
    return [*groups, *([documents] if documents else [])]


def open_files(office: Office, files: Sequence[Path], actor: str) -> Opened:
    """Take in files as one import.

    Raises:
        InputFileError, SecretText: see `opening.open_import`.
    """
    settings = office.settings
    with ExitStack() as stack:
        sent = [Sent(name=path.name, content=stack.enter_context(path.open("rb"))) for path in files]
        return opening.open_import(office.store, settings.home, sent, settings.import_limit, actor, office.now())


def import_files(office: Office, files: Sequence[Path], wishes: Wishes, actor: str, report: Report) -> Imported:
    """Import files as one import, from wherever an earlier attempt stopped.

    Raises:
        InputFileError, SecretText: the file cannot be read, or a column that was asked for is not there.
        Conflict: somebody else runs the same import.
    """
    opened = open_files(office, files, actor)
    found = opened.made
    if found.state is ImportState.DONE:
        return Imported(made=found, checked=None, repeated=True)
    checked = None
    if found.state is ImportState.READY:
        found = planned(office, found, wishes)
        checked = look_over(office, found) if wishes.scope == running.GOOD else None
        check_readable(opening.plan_of(found))
    if found.state is not ImportState.RUNNING:
        running.begin(office.store, found.id, wishes.scope, office.now())
    about = read_about(found.about).sheet(opening.plan_of(found).sheet)
    total = checked.rows if checked else about.rows
    made = running.run(office, found.id, lambda now: report("导入", now.cursor, total))
    return Imported(made=made, checked=checked, repeated=False)


def planned(office: Office, found: Import, wishes: Wishes) -> Import:
    """Change the plan of an import as was asked, and remember it.

    Raises:
        InputFileError: there is no such sheet or column.
    """
    home, plan = office.settings.home, opening.plan_of(found)
    if wishes.sheet is not None:
        sheets = read_about(found.about).sheets
        sheet = next((one for one in sheets if wishes.sheet in (one.name, str(one.index + 1))), None)
        if sheet is None:
            names = "、".join(f"{one.index + 1} {one.name}" for one in sheets)
            raise InputFileError(f"没有工作表“{wishes.sheet}”，现有：{names}。")
        plan = opening.choose(office.store, home, found.id, sheet.index, None)
    plan = _asked(plan, wishes)
    opening.keep_plan(office.store, found.id, plan)
    remember(office, plan, found.actor)
    with office.store.read() as connection:
        return imports.get(connection, found.id)


def look_over(office: Office, found: Import) -> Checked:
    """Look over the rows of an import, and keep what was found.

    Raises:
        InputFileError: neither a title nor a text column is known.
    """
    check_readable(opening.plan_of(found))
    preparer = checking.preparer_of(office.store, office.taxonomy, office.policy.max_length, found)
    checked = checking.check(office.store, office.settings.home, preparer, found)
    checking.keep_checked(office.store, found, checked)
    return checked


def check_readable(plan: Plan) -> None:
    """Check that a plan tells where the texts, or the names of a roster, stand.

    Raises:
        InputFileError: it does not.
    """
    needed = {Field.NAME} if plan.purpose is Purpose.ROSTER else {Field.TITLE, Field.TEXT}
    if not needed & set(plan.columns):
        names = "、".join(plan.names)[:200]
        what = "姓名列" if plan.purpose is Purpose.ROSTER else "标题列或正文列"
        raise InputFileError(f"没有认出{what}（现有列：{names}），请指明各列的含义。")


def remember(office: Office, plan: Plan, person: str) -> None:
    """Remember how a table with these heads is read."""
    fingerprint = Head(first=plan.first, last=plan.last, names=plan.names).fingerprint
    with office.store.write() as connection:
        import_memory.keep_form(connection, fingerprint, mapping.remembered(plan), person, office.now())


def _asked(plan: Plan, wishes: Wishes) -> Plan:
    columns, whys = list(plan.columns), list(plan.whys)
    for field, name in (wishes.columns or {}).items():
        if name not in plan.names:
            raise InputFileError(f"没有“{name}”列，现有列：{'、'.join(plan.names)[:200]}。")
        columns = [None if one is field else one for one in columns]
        place = plan.names.index(name)
        columns[place], whys[place] = field, mapping.BY_HAND
    return replace(
        plan,
        columns=tuple(columns),
        whys=tuple(whys),
        purpose=wishes.purpose or plan.purpose,
        source=wishes.source or plan.source,
    )
