"""Workbooks (.xlsx and .xls) as rows of texts, with what Excel already broke said at its cell."""

from __future__ import annotations

import datetime as dates
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nlp.errors import InputFileError
from service.files.archives import check_markup, checked_zip, outside_parts
from service.files.biff import is_protected, scan_sheets
from service.files.damage import Damage, cut, number_damage
from service.files.grid import FileFound, GridRow, Part, Remark, SheetFound
from service.files.limits import Limits
from service.files.recognising import Kind
from service.files.workbook_scan import SheetScan, scan_workbook

_TOP = 40
_MAX_MERGES = 50_000


def read_workbook(path: Path, name: str, kind: Kind, limits: Limits) -> Iterator[Part]:
    """Read every sheet of a workbook.

    Raises:
        InputFileError: broken, protected, or beyond the limits.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    scans: dict[str, SheetScan] = {}
    in_order: list[SheetScan] = []
    epoch = False
    notes: tuple[str, ...] = ()
    if kind is Kind.XLSX:
        with checked_zip(path, name, limits) as archive:
            check_markup(archive, name)
            scans, epoch = scan_workbook(archive, name, limits)
            notes = tuple(f"含{one}，未读取" for one in outside_parts(archive))
    elif is_protected(path):
        raise _protected(name)
    else:
        in_order = scan_sheets(path)
    yield FileFound(kind=kind.label, notes=notes)
    try:
        book = CalamineWorkbook.from_path(str(path))
        left = limits.rows
        for index, about in enumerate(book.sheets_metadata):
            hidden = about.visible != SheetVisibleEnum.Visible
            sheet = book.get_sheet_by_index(index)
            scan = scans.get(about.name) or (in_order[index] if index < len(in_order) else SheetScan())
            for part in _sheet(sheet, index, scan, replace(limits, rows=left)):
                left -= isinstance(part, GridRow)
                yield replace(part, hidden=hidden, date1904=epoch) if isinstance(part, SheetFound) else part
    except PasswordError as error:
        raise _protected(name) from error
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise InputFileError(f"“{name}”已损坏，读不出工作表，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入。") from error


def _protected(name: str) -> InputFileError:
    return InputFileError(f"“{name}”有打开密码，请先在 WPS 或 Excel 中取消密码，再导入。")


def _sheet(sheet: Any, index: int, scan: SheetScan, limits: Limits) -> Iterator[Part]:
    if sheet.total_width > limits.columns or sheet.total_width * sheet.total_height > limits.area:
        raise InputFileError(f"工作表“{sheet.name[:40]}”超出行列上限，请删去多余的行列或拆分后再导入。")
    merges = [(a[0] + 1, a[1], b[0] + 1, b[1]) for a, b in (sheet.merged_cell_ranges or ())[:_MAX_MERGES]]
    notes = []
    if scan.hidden_rows:
        notes.append(f"有 {len(scan.hidden_rows)} 行被隐藏或筛掉")
    if scan.hidden_columns:
        notes.append("有隐藏的列，也已读出")
    top = tuple(one for one in merges if one[0] <= _TOP)
    yield SheetFound(index=index, name=sheet.name, merges=top, notes=tuple(notes))
    yield from _rows(sheet, index, scan, _downward(merges), limits)


def _downward(merges: list[tuple[int, int, int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Say for the cells below the first of a merged column where their value stands."""
    return {
        (row, first_column): (first, first_column)
        for first, first_column, last, _ in merges
        if last - first < 1_000
        for row in range(first + 1, last + 1)
    }


def _rows(
    sheet: Any, index: int, scan: SheetScan, downward: dict[tuple[int, int], tuple[int, int]], limits: Limits
) -> Iterator[GridRow]:
    _, first_column = sheet.start or (0, 0)  # rows are given from the first of the sheet, columns from the first used
    sources = set(downward.values())
    kept: dict[tuple[int, int], str] = {}
    seen = 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        remarks: list[Remark] = []
        cells = [""] * first_column + [
            _cell(value, column, remarks, limits) for column, value in enumerate(values, start=first_column)
        ]
        if scan.errors or scan.valueless:
            _flag(number, cells, remarks, scan)
        if downward:
            _fill(number, cells, remarks, downward, sources, kept)
        if not any(cells):
            continue
        if number in scan.hidden_rows:
            remarks.append(Remark(column=-1, damage=Damage.HIDDEN))
        seen += 1
        if seen > limits.rows:
            raise InputFileError(f"工作表“{sheet.name[:40]}”的行数超过上限（最多 {limits.rows} 行），请拆分后再导入。")
        yield GridRow(sheet=index, number=number, cells=tuple(cells), remarks=tuple(remarks))


def _flag(number: int, cells: list[str], remarks: list[Remark], scan: SheetScan) -> None:
    for column in range(len(cells)):
        if (number, column) in scan.errors:
            cells[column] = cells[column] or scan.errors[number, column]
            remarks.append(Remark(column=column, damage=Damage.ERROR_VALUE, detail=scan.errors[number, column]))
        elif (number, column) in scan.valueless:
            remarks.append(Remark(column=column, damage=Damage.FORMULA_BLANK))


def _fill(
    number: int,
    cells: list[str],
    remarks: list[Remark],
    downward: dict[tuple[int, int], tuple[int, int]],
    sources: set[tuple[int, int]],
    kept: dict[tuple[int, int], str],
) -> None:
    """Give the lower cells of a merged column the value of the first."""
    if not any(cells):
        return
    for column in range(len(cells)):
        place = (number, column)
        if place in sources:
            kept[place] = cells[column]
        elif place in downward and not cells[column] and kept.get(downward[place]):
            cells[column] = kept[downward[place]]
            remarks.append(Remark(column=column, damage=Damage.MERGED))


def _cell(value: object, column: int, remarks: list[Remark], limits: Limits) -> str:
    if isinstance(value, str):
        if len(value) > limits.cell:
            remarks.append(Remark(column=column, damage=Damage.CELL_LONG, detail=f"{len(value)} 字"))
            return value[: limits.cell]
        if cut(value):
            remarks.append(Remark(column=column, damage=Damage.CELL_CUT))
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        damage = number_damage(value)
        if damage is not None:
            remarks.append(Remark(column=column, damage=damage))
        return str(int(value)) if float(value).is_integer() else repr(value)
    return _moment(value)


def _moment(value: object) -> str:
    if isinstance(value, dates.datetime):
        midnight = value.time() == dates.time(0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    return str(value)
