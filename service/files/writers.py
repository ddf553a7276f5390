"""Writers of records: CSV, JSONL and XLSX, by the file's suffix; a file appears only when all of it is written."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from nlp.errors import InputFileError
from service.files.cells import flat, safe_cell
from service.files.workbooks import XLSX_ROWS, Column, Workbook

SUFFIXES = (".csv", ".jsonl", ".xlsx")
_as_json = json.JSONEncoder(ensure_ascii=False).encode


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; it takes its name when the block ends well, and is gone when it does not.

    Raises:
        InputFileError: the place cannot be written.
    """
    temporary = path.with_name(f".{path.name}.part{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise InputFileError(
            f"无法写入 {path}：{error.strerror}。请检查文件夹、磁盘空间，或文件是否正被打开。"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def row_writer(path: Path, header: Sequence[str]) -> Iterator[Writer]:
    """Open a writer of records by the file's suffix; the file appears under its name only when all is written.

    Raises:
        InputFileError: the suffix is unknown or the place cannot be written.
    """
    writers = {".csv": CsvWriter, ".jsonl": JsonlWriter, ".xlsx": XlsxWriter}
    kind = writers.get(path.suffix.lower())
    if kind is None:
        raise InputFileError(f"不支持输出 {path.name} 的格式，请用 {'、'.join(SUFFIXES)}。")
    with written_whole(path) as temporary:
        writer = kind(temporary, header)
        try:
            yield writer
        finally:
            writer.close()


class Writer:
    """Writes records one after the other."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.header = tuple(header)

    def write(self, record: Mapping[str, Any]) -> None:
        """Append one record; lists become JSON text where the format has no lists."""
        raise NotImplementedError

    def write_all(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Append records."""
        for record in records:
            self.write(record)

    def close(self) -> None:
        """Finish the file."""
        raise NotImplementedError


class JsonlWriter(Writer):
    """One JSON object a line, UTF-8."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        super().__init__(path, header)
        self._stream: TextIO = path.open("w", encoding="utf-8", newline="\n")

    def write(self, record: Mapping[str, Any]) -> None:
        """Append one record."""
        line = _as_json({name: record.get(name) for name in self.header})
        self._stream.write(line.encode("utf-8", "replace").decode("utf-8") + "\n")

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


class CsvWriter(Writer):
    """UTF-8 with BOM, so that Excel and WPS open it right; formulas are defused."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        super().__init__(path, header)
        self._stream: TextIO = path.open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._stream)
        self._csv.writerow([safe_cell(flat(name)) for name in header])

    def write(self, record: Mapping[str, Any]) -> None:
        """Append one record."""
        self._csv.writerow([safe_cell(flat(record.get(name))) for name in self.header])

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


class XlsxWriter(Writer):
    """A workbook of one sheet; text stays text whatever it begins with, and goes on in further cells where it is long."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        super().__init__(path, header)
        self._book = Workbook(path)
        self._sheet = self._book.sheet("结果", [Column(name=name) for name in header])

    def write(self, record: Mapping[str, Any]) -> None:
        """Append one record.

        Raises:
            InputFileError: the sheet is full.
        """
        if self._sheet.full:
            raise InputFileError(f".xlsx 最多 {XLSX_ROWS - 1} 行，请改用 .csv 或 .jsonl 输出。")
        self._sheet.write([record.get(name) for name in self.header])

    def close(self) -> None:
        """Finish the file."""
        self._sheet.finish()
        self._book.close()
