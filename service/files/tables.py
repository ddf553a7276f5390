"""Tables out of the system, in the form asked for: .xlsx, .csv, .docx or .jsonl, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nlp.domain import Labelled
from service.deadlines import BEIJING
from service.errors import Invalid
from service.files.cells import flat
from service.files.workbooks import Column, Kind, Workbook
from service.files.writers import row_writer, written_whole

WORD_ROWS = 1_000


class Form(Labelled):
    """A form that a table can leave in; the value is the suffix of its file."""

    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV"
    DOCX = "docx", "Word"
    JSONL = "jsonl", "JSON 行"

    @property
    def media_type(self) -> str:
        """The media type of its files."""
        return {
            Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Form.CSV: "text/csv; charset=utf-8",
            Form.JSONL: "application/x-ndjson",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableHead:
    """A title and columns of a table."""

    title: str
    columns: Sequence[Column]


def write_table(path: Path, form: Form, head: TableHead, rows: Iterable[Sequence[object]]) -> int:
    """Write a table and give the number of its rows; the file appears only when it is whole.

    Raises:
        InputFileError: the place cannot be written.
        Invalid: too many rows for a Word table.
    """
    if form is Form.XLSX:
        return _write_workbook(path, head, rows)
    if form is Form.DOCX:
        return _write_word(path, head, rows)
    count = 0
    with row_writer(path, [one.name for one in head.columns]) as writer:
        for row in rows:
            texts = [shown(value, column) for column, value in zip(head.columns, row, strict=True)]
            writer.write(dict(zip(writer.header, texts, strict=True)))
            count += 1
    return count


def shown(value: object, column: Column) -> object:
    """Write days, moments (in Beijing) and shares as text; everything else stays."""
    if isinstance(value, datetime):
        local = value.astimezone(BEIJING) if value.tzinfo else value
        return local.strftime("%Y-%m-%d %H:%M" if column.kind is Kind.MOMENT else "%Y-%m-%d")
    if column.kind is Kind.SHARE and isinstance(value, float):
        return f"{value:.1%}"
    return value.isoformat() if isinstance(value, date) else value


def _write_workbook(path: Path, head: TableHead, rows: Iterable[Sequence[object]]) -> int:
    count = 0
    with written_whole(path) as temporary:
        book = Workbook(temporary)
        sheet = book.sheet(head.title, head.columns)
        try:
            for row in rows:
                sheet.write(row)
                count += 1
            sheet.finish()
        finally:
            book.close()
    return count


def _write_word(path: Path, head: TableHead, rows: Iterable[Sequence[object]]) -> int:
    from docx.shared import Mm

    from service.files.word_writing import TITLE, add, add_page_number, new_document, repeat_as_head

    document = new_document(landscape=True)
    add(document, str(flat(head.title)), font=TITLE, size=18, align="center", pitch=30)
    table = document.add_table(rows=1, cols=len(head.columns))
    table.style = "Table Grid"
    table.autofit = False
    total = sum(one.width for one in head.columns)
    widths = [Mm(257 * one.width / total) for one in head.columns]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _word_row(table.rows[0], [one.name for one in head.columns], widths, bold=True)
    repeat_as_head(table.rows[0])
    count = 0
    for row in rows:
        count += 1
        if count > WORD_ROWS:
            raise Invalid(f"Word 表格最多 {WORD_ROWS} 行，请缩小范围，或改用 Excel 导出", field="form")
        texts = [_plain(shown(value, column)) for column, value in zip(head.columns, row, strict=True)]
        _word_row(table.add_row(), texts, widths)
    add_page_number(document)
    with written_whole(path) as temporary:
        document.save(str(temporary))
    return count


def _plain(value: object) -> str:
    return "" if value is None else str(flat(value))


def _word_row(row: Any, texts: Sequence[str], widths: Sequence[Any], *, bold: bool = False) -> None:
    from service.files.word_writing import BODY, LABEL, write

    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell.width = width
        cell.paragraphs[0].paragraph_format.line_spacing = 1.0
        write(cell.paragraphs[0], text, font=LABEL if bold else BODY, size=9)
