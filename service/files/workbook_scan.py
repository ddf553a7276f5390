"""A first look over the XML of a workbook, piece by piece, before a reader makes room for its cells.

A sheet with one cell at XFD20000 is four kilobytes on disk and gigabytes in a reader that makes room for the rectangle.
The same look finds what the reader does not tell: hidden rows, error values, formulas without a value.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from defusedxml import ElementTree

from nlp.errors import InputFileError
from service.files.archives import PIECE, read_part
from service.files.limits import Limits

MAX_FLAGGED = 20_000
_MAX_ROW_BYTES = 64_000_000
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,9})"[^>]*(?<!/)>')
_CELL_ANY = re.compile(rb"<(?:\w+:)?c[\s>]")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*\shidden="(?:1|true)")[^>]*?\br="(\d+)"')
_ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*>.*?<(?:\w+:)?v>([^<]{1,20})<', re.DOTALL
)
_NO_VALUE = re.compile(
    rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d+)"[^>]*><(?:\w+:)?f(?:\s[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\s(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
_END = (b"</row>", b":row>")


@dataclass(slots=True, kw_only=True)
class SheetScan:
    """What the XML of a sheet tells. Rows count from 1 and columns from 0, as in `GridRow` and `Remark`."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    valueless: set[tuple[int, int]] = field(default_factory=set)


def column_number(letters: str) -> int:
    """Count a column from 0.

    >>> column_number("A"), column_number("AA"), column_number("XFD")
    (0, 26, 16383)
    """
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def scan_workbook(archive: zipfile.ZipFile, name: str, limits: Limits) -> tuple[dict[str, SheetScan], bool]:
    """Look over every sheet.

    Returns:
        The scans by the names of the sheets, and whether dates count from 1904.

    Raises:
        InputFileError: a sheet is beyond the limits, or the workbook does not say what its sheets are.
    """
    sheets, epoch = _sheets(archive, name)
    scans: dict[str, SheetScan] = {}
    for title, part in sheets.items():
        scan = SheetScan()
        for piece in _pieces(archive, part, name):
            _look(scan, piece)
            _check(scan, title, limits)
        scans[title] = scan
    return scans, epoch


def _sheets(archive: zipfile.ZipFile, name: str) -> tuple[dict[str, str], bool]:
    try:
        book_part = next(one for one in archive.namelist() if one.lower().replace("\\", "/") == "xl/workbook.xml")
        book = ElementTree.fromstring(read_part(archive, book_part, 8_000_000), forbid_dtd=True)
        rels = ElementTree.fromstring(read_part(archive, "xl/_rels/workbook.xml.rels", 8_000_000), forbid_dtd=True)
    except (StopIteration, KeyError, ElementTree.ParseError, ValueError) as error:
        raise InputFileError(f"“{name}”的内部结构不完整，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入。") from error
    targets = {one.get("Id"): one.get("Target", "") for one in rels}
    known = {one.lower(): one for one in archive.namelist()}
    sheets: dict[str, str] = {}
    for one in book.iter():
        if one.tag.endswith("}sheet"):
            target = next((targets.get(value, "") for key, value in one.attrib.items() if key.endswith("}id")), "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            if part.lower() in known and "/worksheets/" in f"/{part.lower()}":
                sheets[one.get("name", "")] = known[part.lower()]
    epoch = any(one.tag.endswith("}workbookPr") and one.get("date1904") in ("1", "true") for one in book.iter())
    return sheets, epoch


def _pieces(archive: zipfile.ZipFile, part: str, name: str) -> Iterator[bytes]:
    """Cut a sheet into pieces that end with a row."""
    left = b""
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            left += piece
            cut = max(left.rfind(mark) + len(mark) if mark in left else 0 for mark in _END)
            if cut:
                yield left[:cut]
                left = left[cut:]
            elif len(left) > _MAX_ROW_BYTES:
                raise InputFileError(f"“{name}”中有一行过大，请拆分后再导入。")
    yield left


def _look(scan: SheetScan, piece: bytes) -> None:
    found = _CELL.findall(piece)
    if found:
        letters, numbers = zip(*found, strict=True)
        scan.rows = max(scan.rows, max(map(int, set(numbers))))
        scan.columns = max(scan.columns, max(column_number(one.decode()) for one in set(letters)) + 1)
    scan.cells += max(len(found), len(_CELL_ANY.findall(piece)) if not found else 0)
    if len(scan.hidden_rows) < MAX_FLAGGED:
        scan.hidden_rows.update(int(one) for one in _HIDDEN_ROW.findall(piece))
    if b't="e"' in piece and len(scan.errors) < MAX_FLAGGED:
        scan.errors.update({_place(one): one[2].decode("ascii", "replace") for one in _ERROR.findall(piece)})
    if b"f>" in piece or b"<f" in piece:
        scan.valueless.update(map(_place, _NO_VALUE.findall(piece)[:MAX_FLAGGED]))
    scan.hidden_columns += len(_HIDDEN_COLUMN.findall(piece))


def _place(found: tuple[bytes, ...]) -> tuple[int, int]:
    return int(found[1]), column_number(found[0].decode())


def _check(scan: SheetScan, title: str, limits: Limits) -> None:
    area = scan.rows * scan.columns
    if scan.rows > 1_048_576 or scan.columns > limits.columns or area > limits.area or scan.cells > limits.area:
        raise InputFileError(
            f"工作表“{title[:40]}”超出行列上限（{scan.rows} 行 × {scan.columns} 列；"
            f"最多 {limits.rows} 行、{limits.columns} 列），请删去多余的行列或拆分后再导入。"
        )
