import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from nlp.domain import Submitter
from service import audit, dispatch, exports, statistics
from service.access import RIGHTS, Caller, Post
from service.dispatch import Act, Desk
from service.errors import Invalid, NotFound
from service.exports import Source, Wish
from service.files.tables import Form
from service.store.conditions import SubmissionFilter
from service.store.engine import Store
from service.store.listing import ItemFilter
from service.store.tables import submissions

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PERSON = Submitter(name="王某", unit="某校", phone="2012345")
TEXT = (
    "电话13812345678，身份证110101199003070038，卡号6222020200112233446，宁A12345，a.b@example.com，住3号楼2单元501室"
)


def caller(*posts: Post, department: str | None = None) -> Caller:
    rights = frozenset().union(*(RIGHTS[post] for post in posts))
    return Caller(id="clerk", name="李某", rights=rights, posts=frozenset(posts), department=department)


CLERK = caller(Post.REGISTRAR)


@pytest.fixture
def source(store: Store, knowledge) -> Source:
    return Source(store=store, directory=knowledge.taxonomy, ledgers=knowledge.ledgers)


def table(path: Path) -> list[dict[str, object]]:
    head, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [dict(zip(head, row, strict=False)) for row in rows]


def take(source: Source, path: Path, who: Caller = CLERK, wanted: SubmissionFilter | None = None, **wish: object):
    asked = Wish(**{"form": Form(path.suffix[1:]), **wish})
    return exports.export_submissions(source, wanted or SubmissionFilter(), asked, who, path, NOW)


def test_the_ledger_has_the_office_s_columns_and_types(source: Source, receive, tmp_path: Path, knowledge) -> None:
    receive("转办一", text="正文", submitter=PERSON)
    made = take(source, tmp_path / "a.xlsx")
    (row,) = table(tmp_path / "a.xlsx")
    assert list(row) == [column.head for column in knowledge.ledgers.submissions]
    assert (row["序号"], row["收到日期"], row["标题"], row["主办单位"]) == (1, date(2026, 11, 24), "转办一", "区教育局")
    assert (row["反映人"], row["办理阶段"], row["转办日期"]) == ("王某", "待签发", "")
    assert (made.count, made.what, made.masked) == (1, "来稿台账", True)


def test_personal_data_is_covered(source: Source, receive, tmp_path: Path) -> None:
    receive("转办 13812345678", text=TEXT, submitter=PERSON)
    for form in ("xlsx", "csv", "jsonl"):
        take(source, tmp_path / f"a.{form}")
    (row,) = table(tmp_path / "a.xlsx")
    everything = str(row) + (tmp_path / "a.csv").read_text("utf-8-sig") + (tmp_path / "a.jsonl").read_text("utf-8")
    for told in (
        "13812345678",
        "110101199003070038",
        "6222020200112233446",
        "宁A12345",
        "a.b@example.com",
        "501室",
        "2012345",
    ):
        assert told not in everything, told
    assert row["联系电话"] == "*****45"


def test_with_right_and_purpose_it_is_not(source: Source, receive, tmp_path: Path) -> None:
    receive("转办", text=TEXT, submitter=PERSON)
    made = take(source, tmp_path / "a.xlsx", revealed=True, purpose=" 报自治区政协核实 ")
    assert TEXT in str(table(tmp_path / "a.xlsx"))
    assert (made.masked, made.purpose) == (False, "报自治区政协核实")


@pytest.mark.parametrize(
    ("who", "purpose", "said"),
    [(CLERK, " ", "用途"), (CLERK, "长" * 201, "200 字"), (caller(Post.LIAISON, department="education"), "要", "脱敏")],
)
def test_without_either_nothing_is_written(
    source: Source, receive, tmp_path: Path, who: Caller, purpose: str, said: str
) -> None:
    receive("转办")
    wish = Wish(form=Form.XLSX, revealed=True, purpose=purpose)
    wanted = ItemFilter(department="education")
    with pytest.raises(Invalid, match=said):
        exports.export_items(source, wanted, wish, who, tmp_path / "a.xlsx", NOW)
    assert list(tmp_path.glob("*.xlsx")) == []
    assert exports.latest(source.store, 9) == []


def test_every_export_is_written_down(source: Source, receive, tmp_path: Path) -> None:
    for number in range(3):
        receive(f"转{number}")
    take(source, tmp_path / "a.csv", wanted=SubmissionFilter(text="转1"), filters=(("q", "转1"),))
    (made,) = exports.latest(source.store, 9)
    assert (made.actor, made.what, made.form, made.count, made.filters) == (
        "clerk",
        "来稿台账",
        "csv",
        1,
        (("q", "转1"),),
    )
    (entry,) = audit.page(source.store, None, 9, [audit.Kind.EXPORTED])
    assert entry.actor == "clerk"
    assert audit.broken_at(source.store) is None


def test_text_for_the_level_above_is_an_export_and_an_event_of_each(source: Source, receive, knowledge) -> None:
    first, second = receive("转一"), receive("转二")
    made = exports.new_export("上报文本", 2, Wish(form=Form.JSONL), CLERK, NOW, form="text")
    exports.record_text(source.store, made, [first.id, second.id])
    assert [(one.what, one.form, one.count) for one in exports.latest(source.store, 9)] == [("上报文本", "text", 2)]
    told = statistics.story(source.store, second.id).events[-1]
    assert (told.kind, told.actor, json.loads(told.payload)["note"]) == ("printed", "clerk", "上报文本")


def test_restricted_submissions_are_in_no_export(source: Source, receive, desk: Desk, tmp_path: Path, act: Act) -> None:
    receive("告某局长受贿")
    later = receive("转办后限阅")
    for item in statistics.story(source.store, later.id).items:
        dispatch.sign(desk, item.id, act)
    receive("转办")
    with source.store.write() as connection:
        connection.execute(update(submissions).where(submissions.c.id == later.id).values(restricted=True))
    assert take(source, tmp_path / "a.xlsx").count == 1
    wish = Wish(form=Form.XLSX)
    assert exports.export_items(source, ItemFilter(), wish, CLERK, tmp_path / "b.xlsx", NOW).count == 2
    assert "限阅" not in str(table(tmp_path / "a.xlsx") + table(tmp_path / "b.xlsx"))


def test_a_unit_gets_its_own_items_alone(source: Source, receive, desk: Desk, tmp_path: Path, act: Act) -> None:
    receipt = receive("转办", text=TEXT, submitter=PERSON)
    for item in statistics.story(source.store, receipt.id).items:
        dispatch.sign(desk, item.id, act)
    unit, path, wish = caller(Post.LIAISON, department="education"), tmp_path / "a.xlsx", Wish(form=Form.XLSX)
    exports.export_items(source, ItemFilter(department="education"), wish, unit, path, NOW)
    (row,) = table(path)
    assert row["承办单位"] == "区教育局"
    assert "王某" not in str(row)
    for wanted in (ItemFilter(), ItemFilter(department="health")):
        with pytest.raises(NotFound):
            exports.export_items(source, wanted, wish, unit, path, NOW)
    with pytest.raises(NotFound):
        take(source, path, unit)
    with pytest.raises(NotFound):
        take(source, path, caller(Post.LEADER))


def test_more_than_a_batch_comes_out_once_each(
    source: Source, receive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "BATCH", 3)
    for number in range(7):
        receive(f"转{number}")
    assert take(source, tmp_path / "a.csv").count == 7
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["标题"] for row in rows] == [f"转{number}" for number in reversed(range(7))]
    assert [row["序号"] for row in rows] == [str(number) for number in range(1, 8)]
    made = exports.export_items(source, ItemFilter(), Wish(form=Form.CSV), CLERK, tmp_path / "b.csv", NOW)
    assert made.count == 14


def test_a_word_table_has_the_short_columns_and_a_limit(
    source: Source, receive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive("转\x0b办")
    receive("转办")
    take(source, tmp_path / "a.docx")
    rows = [[cell.text for cell in row.cells] for row in Document(str(tmp_path / "a.docx")).tables[0].rows]
    assert rows[0][:3] == ["序号", "登记号", "收到日期"]
    assert [row[4] for row in rows] == ["标题", "转办", "转□办"]
    monkeypatch.setattr("service.files.tables.WORD_ROWS", 1)
    with pytest.raises(Invalid, match="最多 1 行"):
        take(source, tmp_path / "b.docx")


def test_hostile_texts_break_no_form(source: Source, receive, tmp_path: Path, sheets_of) -> None:
    receive("转=1+1", text="长" * 15_000 + "\x00\x1b")
    receive("转", text='=HYPERLINK("http://x","点")')
    for form in Form:
        assert take(source, tmp_path / f"a.{form.value}").count == 2
    rows = sheets_of(tmp_path / "a.xlsx")["来稿台账"]
    place = rows[0].index("正文")
    assert [row[place] for row in rows[1:]] == ['=HYPERLINK("http://x","点")', "长" * 15_000 + "□□"]
    assert [
        [str(value) for value in row]
        for row in CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()
    ][1][3:] == rows[1][3:]
