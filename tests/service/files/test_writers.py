import csv
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from nlp.errors import InputFileError
from service.files.writers import row_writer


def test_csv_opens_right_and_is_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with row_writer(path, ("甲", "乙")) as writer:
        writer.write_all([{"甲": "=1+1", "乙": 5}, {"甲": "一\n\x00二", "乙": ["a"]}])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream)) == [["甲", "乙"], ["'=1+1", "5"], ["一\n□二", '["a"]']]


def test_a_workbook_keeps_all_of_a_long_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with row_writer(path, ("id", "text")) as writer:
        writer.write({"id": "1", "text": "长" * 40_000})
    book = CalamineWorkbook.from_path(str(path))
    assert "".join(book.get_sheet_by_index(0).to_python()[1][1:]) == "长" * 40_000
    assert book.sheet_names == ["结果", "说明"]


def test_a_failure_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(AttributeError), row_writer(tmp_path / "a.csv", ("甲",)) as writer:
        writer.write("not a record")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputFileError, match="无法写入"), row_writer(tmp_path / "no" / "a.csv", ("甲",)):
        pass
    with pytest.raises(InputFileError, match="不支持输出"), row_writer(tmp_path / "a.doc", ("甲",)):
        pass
