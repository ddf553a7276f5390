"""Files of real programs, read as their users see them (tests/files/README.md says how each was made)."""

import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from nlp.errors import InputFileError
from service.files.converting import converter
from service.files.damage import Damage
from service.files.grid import FileFound, GridRow, Part, SheetFound
from service.files.limits import Limits
from service.files.reading import read_file
from tests.conftest import absent

FILES = Path(__file__).resolve().parents[2] / "files"


def read(path: Path, name: str = "") -> list[Part]:
    return list(read_file(path, name or path.name))


def rows(parts: list[Part], sheet: int = 0) -> dict[int, GridRow]:
    return {part.number: part for part in parts if isinstance(part, GridRow) and part.sheet == sheet}


def sheets(parts: list[Part]) -> list[SheetFound]:
    return [part for part in parts if isinstance(part, SheetFound)]


def damages(row: GridRow) -> set[tuple[int, Damage]]:
    return {(remark.column, remark.damage) for remark in row.remarks}


@pytest.mark.parametrize("name", ["ledger.xlsx", "ledger.xls"])
def test_a_workbook_of_either_kind(name: str) -> None:
    parts = read(FILES / name)
    assert [(one.name, one.hidden) for one in sheets(parts)] == [
        ("2025年台账", False),
        ("填报说明", False),
        ("停用", True),
    ]
    found = rows(parts)
    assert found[5].cells[:9] == (
        "社情〔2025〕1号", "关于改造老旧小区供热管网的建议",
        "老旧小区供热管网超期服役，冬季室温不达标，建议列入年度改造计划。", "甲委员", "13900000001",
        "2025-01-08", "老旧小区改造", "区住建局", "已列入年度计划，分两批改造。",
    )  # fmt: skip
    assert damages(found[5]) == {(4, Damage.PHONE_NUMBER), (9, Damage.LONG_NUMBER)}
    assert (-1, Damage.HIDDEN) in damages(found[7])
    assert (9, Damage.ERROR_VALUE) in damages(found[6])
    assert found[8].cells[3] == "丙委员"
    assert (3, Damage.MERGED) in damages(found[8])


@pytest.mark.parametrize(
    ("name", "encoding"), [("ledger-gb18030.csv", "GB18030，逗号分隔"), ("ledger-utf16-tab.csv", "UTF-16，制表符分隔")]
)
def test_text_tables_of_other_encodings(name: str, encoding: str) -> None:
    parts = read(FILES / name)
    assert isinstance(parts[0], FileFound)
    assert parts[0].encoding == encoding
    assert rows(parts)[5].cells[1] == "关于改造老旧小区供热管网的建议"


def check_suggestion(parts: list[Part]) -> None:
    (whole,) = rows(parts).values()
    title, text, name, _, circle, *_ = whole.cells
    assert (title, name, circle) == ("关于加强校园周边交通管理的建议", "丁委员", "教育界")
    for kept in (
        "上下学时段校园周边车辆乱停，。", "（注：数据来自校方登记）", "文本框里的补充：建议设置限时停车位。",
        "图形里的文字：可错峰放学。",
        "控件里的内容：由交警部门牵头。", "修订中加入的一句：请增派护学岗。", "第一小学\t缺二十个",
    ):  # fmt: skip
        assert text.count(kept) == 1, kept
    assert "存在安全隐患" not in text


def test_a_document_with_everything_that_is_easily_lost() -> None:
    parts = read(FILES / "suggestion.docx")
    check_suggestion(parts)
    assert isinstance(parts[0], FileFound)
    assert parts[0].notes == ("页眉页脚文字“某区政协社情民意信息”未并入正文",)


def test_an_old_document_is_converted_where_there_is_a_converter(tmp_path: Path) -> None:
    if converter() is None:
        absent("LibreOffice")
    check_suggestion(read(FILES / "suggestion.doc"))
    check_suggestion(read(FILES / "suggestion.doc", "来稿.wps"))


@pytest.mark.parametrize("name", ["来稿.doc", "来稿.wps"])
def test_without_a_converter_an_old_document_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputFileError, match=r"没有安装 LibreOffice.*另存为 \.docx"):
        read(FILES / "suggestion.doc", name)


def test_a_document_of_many_is_cut_at_its_headings() -> None:
    parts = read(FILES / "collection.docx")
    best = max(sheets(parts), key=lambda one: one.choice)
    assert best.name == "按标题分件（3 件）"
    assert best.notes == ("开头的“2025年第一季度社情民意汇编”不作为来稿",)
    assert [row.cells[0] for row in rows(parts, best.index).values()] == [
        "关于改善农村饮水质量的建议", "关于增加社区助餐点的建议", "关于整治电动车飞线充电的建议",
    ]  # fmt: skip


def test_a_form_is_read_label_by_label() -> None:
    parts = read(FILES / "form.docx")
    assert max(sheets(parts), key=lambda one: one.choice).index == 0
    title, text, name, unit, circle, _, phone, day, *_ = rows(parts)[1].cells
    assert (title, name, unit, circle) == ("关于增设夜间门诊的建议", "戊委员", "某医院主任", "医药卫生界")
    assert (phone, day) == ("0953-0000000", "2025年4月2日")
    assert text.endswith("下班后看病难，急诊压力大。\n建议在基层医院开设夜间门诊。")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ledger-password.xls", "密码"),
        ("ledger-web.xls", "网页"),
        ("ledger-2003.xls", "XML 表格"),
        ("ledger.ods", "ods"),
    ],
)
def test_what_is_not_read_is_named_with_what_to_do(name: str, says: str, tmp_path: Path) -> None:
    upload = tmp_path / "upload-1"
    shutil.copyfile(FILES / name, upload)
    with pytest.raises(InputFileError, match=says) as refused:
        read(upload, name)
    assert "请" in str(refused.value)


def test_a_workbook_of_wps_is_refused_by_name_whatever_it_holds() -> None:
    with pytest.raises(InputFileError, match=r"\.et"):
        read(FILES / "ledger.xls", "台账.et")


def test_the_content_counts_and_not_the_suffix() -> None:
    assert rows(read(FILES / "ledger.xlsx", "台账.csv"))[5].cells[3] == "甲委员"
    assert rows(read(FILES / "suggestion.docx", "来稿.doc"))[1].cells[2] == "丁委员"


def test_a_zip_of_documents_is_one_import(tmp_path: Path) -> None:
    path = tmp_path / "来稿.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(FILES / "suggestion.docx", "一月/甲.docx")
        archive.write(FILES / "collection.docx", "乙.docx")
        archive.writestr("丙.txt", "关于丙的建议\n请尽快办理".encode("gb18030"))
        archive.writestr("~$乙.docx", b"lock")
        archive.writestr("照片.jpg", b"\xff\xd8\xff")
    parts = read(path)
    assert [row.cells[-1] for row in rows(parts).values()] == ["一月/甲.docx", "丙.txt", "乙.docx"]
    assert len(rows(parts, 1)) == 5
    assert isinstance(parts[0], FileFound)
    assert "有图片 1 个未读取，请单独处理" in parts[0].notes


def slow_child(folder: Path, body: str) -> None:
    (folder / "service" / "files").mkdir(parents=True)
    for place in ("service", "service/files"):
        (folder / place / "__init__.py").write_text("")
    (folder / "service" / "files" / "child.py").write_text(body)


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow_child(
        tmp_path, f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)\n"
    )
    monkeypatch.setattr("service.files.reading._ROOT", tmp_path)
    with pytest.raises(InputFileError, match="超时"):
        list(read_file(FILES / "ledger.xlsx", "台账.xlsx", Limits(seconds=1.0)))
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_child_that_dies_or_never_ends_its_line_is_an_answer_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.files.reading._ROOT", tmp_path)
    slow_child(tmp_path, "import sys\nsys.stdout.write('x' * 20_000_000)\nsys.stdout.flush()\n")
    with pytest.raises(InputFileError, match="出错"):
        list(read_file(FILES / "ledger.xlsx", "台账.xlsx"))


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the child caps its own memory on Linux")
def test_a_child_cannot_take_more_memory_than_it_may(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(("举" * 3_000 + "\n").encode() * 3_000)
    with pytest.raises(InputFileError, match="内存"):
        list(read_file(path, "a.txt", Limits(memory=90_000_000)))


def test_leaving_early_ends_the_child() -> None:
    parts = read_file(FILES / "ledger.xlsx", "台账.xlsx")
    next(parts)
    parts.close()  # type: ignore[attr-defined]
