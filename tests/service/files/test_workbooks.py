import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from service.files import workbooks
from service.files.workbooks import Column, Kind, Workbook, sheet_name

COLUMNS = (
    Column(name="正文"),
    Column(name="件数", kind=Kind.NUMBER),
    Column(name="占比", kind=Kind.SHARE),
    Column(name="日期", kind=Kind.DAY),
    Column(name="时刻", kind=Kind.MOMENT),
)
LONG = "长" * 40_000
HOSTILE = [
    '=HYPERLINK("http://x","点")',
    "+cmd|' /C calc'!A0",
    *("@SUM(1)", "-1+1", "＝1", "\ud800a", "\x0b控制", "_x0041_", "http://x.cn/a", "mailto:a@b.cn", "<b>&amp;"),
    *("'引", "00123", "一\n二", "😀𠀀", "#REF!", "TRUE", "1e5"),
]
SHOWN = [text.replace("\ud800", "□").replace("\x0b", "□") for text in HOSTILE]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "导出.xlsx"
    book = Workbook(path)
    sheet = book.sheet("收到/转办:[x]*?", COLUMNS, "题目")
    for text in HOSTILE:
        sheet.write([text, 3, 0.25, date(2026, 11, 5), datetime(2026, 11, 5, 23, 0, tzinfo=UTC)])
    sheet.write([LONG, 10**17, None, date(1850, 1, 1), None])
    sheet.finish()
    book.close()
    return path


def test_cells_are_typed_and_texts_are_texts(written: Path) -> None:
    rows = CalamineWorkbook.from_path(str(written)).get_sheet_by_name("收到／转办：［x］＊？").to_python()
    assert rows[1][:5] == ["正文", "件数", "占比", "日期", "时刻"]
    assert [row[0] for row in rows[2 : 2 + len(SHOWN)]] == SHOWN
    assert rows[2][1:5] == [3, 0.25, date(2026, 11, 5), datetime(2026, 11, 6, 7, 0)]
    assert rows[-1][1:5] == ["100000000000000000", "", "1850-01-01", ""]


def test_a_long_text_goes_on_and_it_is_said(written: Path) -> None:
    book = CalamineWorkbook.from_path(str(written))
    last = book.get_sheet_by_index(0).to_python()[-1]
    assert len(last[0]) == 32_767
    assert last[0] + "".join(last[5:]) == LONG
    ((_,), (said,)) = book.get_sheet_by_name("说明").to_python()
    assert f"第 {len(HOSTILE) + 3} 行的“正文”超过一格" in said
    assert "第 6 列" in said


def test_nothing_is_live_and_the_head_is_frozen(written: Path) -> None:
    with zipfile.ZipFile(written) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in archive.namelist() if "rels" in name and b"hyperlink" in archive.read(name)]
    assert "<f>" not in sheet
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet


def test_libreoffice_sees_the_same_cells(written: Path, sheets_of) -> None:
    rows = sheets_of(written)["收到／转办：［x］＊？"]
    assert [row[0] for row in rows[2 : 2 + len(SHOWN)]] == SHOWN
    assert rows[2][1:5] == ["3", "25%", "2026-11-05", "2026-11-06 07:00:00"]
    assert rows[-1][0] + "".join(rows[-1][5:]) == LONG


def test_a_full_sheet_goes_on_as_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "XLSX_ROWS", 4)
    book = Workbook(tmp_path / "a.xlsx")
    sheet = book.sheet("表", [Column(name="数")])
    for number in range(7):
        sheet.write([number])
    sheet.finish()
    book.close()
    read = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    assert read.sheet_names == ["表", "表（2）", "表（3）"]
    assert [row[0] for name in read.sheet_names for row in read.get_sheet_by_name(name).to_python()[1:]] == [*range(7)]


@pytest.mark.parametrize("wanted", ["", "/", "'''", "History", "一" * 60, "a\x00b", "\ud800", "[]:*?/\\"])
def test_every_name_becomes_one_that_excel_takes(wanted: str, tmp_path: Path) -> None:
    book = Workbook(tmp_path / "a.xlsx")
    for _ in range(2):
        book.sheet(wanted, [Column(name="数")]).finish()
    book.close()
    assert len(set(book.names)) == 2
    assert len(CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).sheet_names) == 2
    assert sheet_name("History").lower() != "history"


def test_charts_are_native_and_draw_the_table(tmp_path: Path) -> None:
    path = tmp_path / "图.xlsx"
    book = Workbook(path)
    sheet = book.sheet(
        "按月/主题", [Column(name="主题"), *(Column(name=name, kind=Kind.NUMBER) for name in ("1月", "2月"))]
    )
    for number in range(12):
        sheet.write([f"主题{number}", number, 2 * number])
    sheet.finish()
    sheet.stacked_chart("按月", 12, (1, 2))
    sheet.columns_chart("件数", 12, series=1)
    book.close()
    with zipfile.ZipFile(path) as archive:
        stacked, plain = (archive.read(f"xl/charts/chart{number}.xml").decode() for number in (1, 2))
    assert stacked.count("<c:ser>") == 10
    assert "'按月／主题'!$B$2:$C$2" in stacked
    assert plain.count("<c:ser>") == 1
    assert "'按月／主题'!$B$2:$B$13" in plain
