"""Everything that leaves the system, of each kind, opened by LibreOffice, stored again, and compared with what was written.

Workbooks and CSV cell by cell with their types, Word files paragraph by paragraph and cell by cell.
"""

import csv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from nlp.domain import ItemState, Level, Outcome, ResultGrade, Submitter
from service import dispatch, exports, linking, list_exports, papers, report_papers, reports, statistics, upward
from service.access import RIGHTS, Caller, Post
from service.dispatch import Act, Desk
from service.exports import Source, Wish
from service.files.tables import Form
from service.files.workbooks import Column
from service.list_exports import Listed
from service.office import Office
from service.papers import Case, PaperKind
from service.report_workbook import write_report
from service.reports import own_period
from service.store.conditions import SubmissionFilter
from service.store.engine import Store, open_store
from service.store.figures import Days
from service.store.listing import ItemFilter
from service.store.upward import ReportFilter
from service.upward import Doing, Said, Sending
from service.web.pages import theme_workbook
from service.web.pages.stationery import stationery_of
from service.web.pages.theme_tables import distribution
from tests.service.conftest import WordJudge

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
DAYS = Days(first=date(2026, 1, 1), last=TODAY)
CLERK = Caller(id="clerk", name="李某", rights=RIGHTS[Post.REGISTRAR], posts=frozenset({Post.REGISTRAR}))
TABLES = (Form.XLSX, Form.CSV, Form.DOCX)
HOSTILE = "=1+1\t@SUM\x0b\n第二段<b>&\ud800𠀀，电话13812345678" + ("\n" + "长" * 9_000) * 5
"""Paragraphs stay below 16,384 characters, where LibreOffice begins a new line of its own."""
CSV_AS_TEXT = "CSV:44,34,76,1,,0,false,false"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """What is written does not depend on the database."""
    opened = open_store(f"sqlite:///{tmp_path / 'minyi.db'}")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def office(store: Store, make_office: Callable[..., Office], word_judge: WordJudge) -> Office:
    return make_office(store, word_judge)


@pytest.fixture
def filled(office: Office, receive, desk: Desk) -> Office:
    """An office with a submission of every fate, among them texts that break naive writers."""
    act, doing = Act(actor="clerk", now=NOW), Doing(actor="clerk", now=NOW)
    wang = Submitter(name="王某", unit="某校/教师", circle="教育", phone="13812345678")
    long = HOSTILE.replace("\ud800", "\ufffe")[:18_000]
    made = [
        receive("转=供热/管网", text=long, submitter=wang, place="上桥镇", received_at=NOW - timedelta(days=30)),
        *(
            receive(f"转路灯[{number}]*?", text="-1+1\n“引号”", place="=金积镇", source="微信/群")
            for number in range(5)
        ),
    ]
    for other in made[2:]:
        linking.link(office.store, made[1].id, other.receipt, "clerk", NOW)
    for item in statistics.story(office.store, made[0].id).items:
        dispatch.sign(desk, item.id, act)
    item = statistics.story(office.store, made[0].id).items[0]
    dispatch.accept(desk, item.id, act)
    dispatch.answer(desk, item.id, "已办\n第二段", ResultGrade.SOLVED, act)
    sent = upward.report(office.store, made[0].id, Sending(level=Level.CITY, day=TODAY, signer="张三"), doing)
    upward.record_outcome(office.store, sent.id, Outcome.ADOPTED, TODAY, "+第3期", None, doing)
    upward.instruct(office.store, made[0].id, Said(leader="赵某", level=Level.CITY, day=TODAY, text="请办"), doing)
    upward.issue_brief(office.store, office.profile, [one.id for one in made[:2]], TODAY, "张三", [Level.REGION], doing)
    return office


def lists(office: Office, folder: Path) -> Iterator[Path]:
    source = Source(store=office.store, directory=office.taxonomy, ledgers=office.ledgers)
    credits = reports.bulletin(office.store, office.profile.scores, DAYS)
    for form in TABLES:
        wish = Wish(form=form)
        path = folder / f"{form.value}-submissions.{form.value}"
        exports.export_submissions(source, SubmissionFilter(), wish, CLERK, path, NOW)
        yield path
        path = folder / f"{form.value}-items.{form.value}"
        exports.export_items(source, ItemFilter(), wish, CLERK, path, NOW)
        yield path
        listed = [list_exports.reports_list(office.store, ReportFilter()), list_exports.bulletin_list(credits)]
        columns = [Column(name="编号"), Column(name="正文/全")]
        listed.append(Listed(what="怪/名[1]", columns=columns, rows=[["1-1", HOSTILE], ["第1号", "=HYPERLINK(1)"]]))
        for number, one in enumerate(listed):
            path = folder / f"{form.value}-list{number}.{form.value}"
            list_exports.export_list(office.store, one, wish, CLERK, path, NOW)
            yield path


def workbooks(office: Office, folder: Path) -> Iterator[Path]:
    found = reports.report(office.store, office.taxonomy, own_period(DAYS.first, DAYS.last), NOW)
    write_report(folder / "report.xlsx", found, reports.bulletin(office.store, office.profile.scores, DAYS))
    yield folder / "report.xlsx"
    theme_workbook.write(folder / "themes.xlsx", distribution(office, SubmissionFilter(), DAYS, {}), "主题分布/11月")
    yield folder / "themes.xlsx"


def word_files(office: Office, folder: Path) -> Iterator[Path]:
    stationery, wanted = stationery_of(office), SubmissionFilter(text="供热")
    (one,) = statistics.submissions_page(office.store, wanted, None, 9).rows
    story, sent = (read(office.store, one.submission.id) for read in (statistics.story, upward.record_of))
    case = Case(story=story, reports=sent.reports, instructions=sent.instructions)
    (brief,) = upward.latest_briefs(office.store, 9)
    found = reports.report(office.store, office.taxonomy, own_period(DAYS.first, DAYS.last), NOW)
    credits = reports.bulletin(office.store, office.profile.scores, DAYS)
    for kind in PaperKind:
        if kind in papers.OF_SUBMISSION:
            owed = kind is PaperKind.REMINDER
            item = replace(story.items[0], state=ItemState.IN_PROGRESS) if owed else story.items[0]
            paper = papers.make(stationery, kind, case, item, TODAY)
        elif kind is PaperKind.BRIEF:
            paper = papers.brief_paper(stationery, *upward.brief_of(office.store, brief.id), revealed=False)
        else:
            paper = report_papers.make(stationery, kind, found, credits, TODAY)
        (folder / f"{kind.value}.docx").write_bytes(paper.content)
        yield folder / f"{kind.value}.docx"


def cells(path: Path) -> dict[str, list[list[object]]]:
    """Give every cell of a workbook with its type; empty ends of rows and sheets, and the 16th digit, are left off."""
    book = CalamineWorkbook.from_path(str(path))
    return {
        name: [
            [round(cell, 12) if isinstance(cell, float) else cell for cell in row]
            for row in trimmed(book.get_sheet_by_name(name).to_python())
        ]
        for name in book.sheet_names
    }


def trimmed(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    found = []
    for row in rows:
        last = max((place for place, cell in enumerate(row, start=1) if cell != ""), default=0)
        found.append(list(row[:last]))
    while found and not found[-1]:
        found.pop()
    return found


def blocks(path: Path) -> list[str | list[list[str]]]:
    """Give the paragraphs and the tables of a Word file, in their order."""
    found: list[str | list[list[str]]] = []
    for one in Document(str(path)).iter_inner_content():
        if hasattr(one, "rows"):
            found.append([[cell.text for cell in row.cells] for row in one.rows])
        elif one.text.strip():
            found.append(one.text)
    return found


def charts(path: Path) -> int:
    return sum(name.startswith("xl/charts/chart") for name in zipfile.ZipFile(path).namelist())


def test_libreoffice_reads_back_everything_that_leaves(filled: Office, tmp_path: Path, convert) -> None:
    out = tmp_path / "out"
    out.mkdir()
    made = [*lists(filled, out), *workbooks(filled, out), *word_files(filled, out)]
    by_form = {form: [path for path in made if path.suffix == f".{form.value}"] for form in TABLES}
    assert len(exports.latest(filled.store, 99)) == 5 * len(TABLES), "each list is written down as it leaves"
    assert {form: len(paths) for form, paths in by_form.items()} == {Form.XLSX: 7, Form.CSV: 5, Form.DOCX: 12}
    again = convert(by_form[Form.XLSX], "xlsx:Calc MS Excel 2007 XML")
    for path in by_form[Form.XLSX]:
        assert cells(again / path.name) == cells(path), path.name
        assert charts(again / path.name) == charts(path), path.name
    assert charts(out / "themes.xlsx") == 4
    convert(by_form[Form.CSV], "ods", f"--infilter={CSV_AS_TEXT}")
    for path in by_form[Form.CSV]:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            (seen,) = cells(again / f"{path.stem}.ods").values()
            written = [[plain(cell) for cell in row] for row in trimmed(list(csv.reader(stream)))]
        assert [[plain(cell) for cell in row] for row in seen] == written, path.name
    convert(by_form[Form.DOCX], "docx:Office Open XML Text")
    for path in by_form[Form.DOCX]:
        assert blocks(again / path.name) == blocks(path), path.name
        assert len(blocks(path)) > 1


def plain(cell: object) -> str:
    """Give a cell as CSV has it: without types; the reader of .ods does not tell tabs."""
    return (str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)).replace("\t", "")
