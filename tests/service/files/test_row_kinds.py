"""`classify` and `train` read what a file is, not what it is called."""

from pathlib import Path

import pytest

from nlp.errors import InputFileError
from service.files.rows import read_rows
from tests.badinputs.hostile import book, cell

FILES = Path(__file__).resolve().parents[2] / "files"


def said(path: Path) -> str:
    with pytest.raises(InputFileError) as refused:
        list(read_rows(path))
    return str(refused.value)


def test_a_page_and_an_old_workbook_under_another_name(tmp_path: Path) -> None:
    page, old = tmp_path / "网页.xlsx", tmp_path / "旧.xlsx"
    page.write_bytes((FILES / "ledger-web.xls").read_bytes())
    old.write_bytes((FILES / "ledger.xls").read_bytes())
    assert "网页" in said(page)
    assert "与后缀不符" in said(old)


def test_a_far_corner_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "远角.xlsx"
    path.write_bytes(book(f'<row r="1">{cell("A1")}</row><row r="20000">{cell("XFD20000")}</row>'))
    assert "超出行列上限" in said(path)


def test_an_empty_file_says_that_nothing_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "空.csv"
    path.write_bytes(b"")
    assert "没有数据行" in said(path)
