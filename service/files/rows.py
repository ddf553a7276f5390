"""Rows of submissions in: CSV, JSONL and XLSX, by the file's suffix. What goes out is written by `writers`."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nlp.errors import InputFileError
from service.files.archives import checked_zip
from service.files.limits import Limits
from service.files.recognising import Kind, recognise, refusal
from service.files.workbook_scan import scan_workbook

SUFFIXES = (".csv", ".jsonl", ".xlsx")
COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "编号", "留言编号", "登记号"),
    "title": ("title", "标题", "主题", "留言主题"),
    "text": ("text", "内容", "正文", "留言详情"),
    "theme": ("theme", "类别", "分类", "一级标签"),
    "received_at": ("received_at", "时间", "留言时间", "收到时间"),
    "likes": ("likes", "点赞数"),
}

Columns = Mapping[str, str]
_WORKBOOK = Limits(rows=1_048_576, columns=16_384, area=60_000_000)
_SUSPICIOUS = 2_000_000
"""A workbook of fewer bytes is looked over first: it may hold a rectangle of gigabytes, and looking costs little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as read: `number` is its 1-based place, `id` that number where the file has none."""

    number: int
    id: str
    title: str = ""
    text: str = ""
    theme: str = ""
    received_at: str = ""
    likes: str = ""


def parse_columns(text: str) -> dict[str, str]:
    """Read a mapping such as ``title=标题,text=正文``.

    Raises:
        InputFileError: a part is not ``known=name``.
    """
    mapping: dict[str, str] = {}
    for part in filter(None, text.split(",")):
        known, _, name = part.partition("=")
        if known.strip() not in COLUMN_NAMES or not name.strip():
            allowed = "、".join(COLUMN_NAMES)
            raise InputFileError(f"--columns 中的“{part}”不对，应写成 列=表头，列为 {allowed} 之一。")
        mapping[known.strip()] = name.strip()
    return mapping


def read_rows(path: Path, columns: Columns | None = None) -> Iterator[Row]:
    """Read a file row by row; a row without anything in it is a row too, a blank line and the blank end of a sheet are not.

    Raises:
        InputFileError: the file is missing, of another kind, not decodable, or has neither a title nor a text column.
    """
    if not path.is_file():
        raise InputFileError(f"找不到文件 {path}，请检查路径。")
    readers = {".csv": _csv_records, ".jsonl": _jsonl_records, ".xlsx": _xlsx_records}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputFileError(f"不支持 {path.name} 的格式，请另存为 {'、'.join(SUFFIXES)} 后再试。")
    _check_kind(path)
    chosen: dict[str, str] | None = None
    for number, record in enumerate(reader(path), start=1):
        if chosen is None:
            chosen = _choose(path, list(record), columns or {})
        values = {known: _text(record.get(name)) for known, name in chosen.items()}
        values["id"] = values.get("id", "").strip() or str(number)
        yield Row(number=number, **values)
    if chosen is None:
        raise InputFileError(f"文件 {path.name} 中没有数据行，请检查表头下面是否有内容。")


def _check_kind(path: Path) -> None:
    """Refuse what is not what its suffix says, and a small workbook that would not fit into memory.

    Raises:
        InputFileError: the message says what the file is and what to do.
    """
    kind = recognise(path, path.name)
    if kind is not Kind.EMPTY and not kind.readable:
        raise refusal(kind, path.name)
    workbook = path.suffix.lower() == ".xlsx"
    if kind is not Kind.EMPTY and workbook is not (kind is Kind.XLSX):
        raise InputFileError(f"文件 {path.name} 实际是{kind.label}，与后缀不符，请改正后缀或另存后再试。")
    if workbook and path.stat().st_size < _SUSPICIOUS:
        with checked_zip(path, path.name, _WORKBOOK) as archive:
            scan_workbook(archive, path.name, _WORKBOOK)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _choose(path: Path, header: list[str], asked: Columns) -> dict[str, str]:
    by_name = {name.strip().lstrip("\ufeff").lower(): name for name in header}
    chosen: dict[str, str] = {}
    for known, names in COLUMN_NAMES.items():
        if known in asked:
            if asked[known].lower() not in by_name:
                raise InputFileError(f"文件 {path.name} 没有“{asked[known]}”列，现有列：{'、'.join(header)[:200]}。")
            chosen[known] = by_name[asked[known].lower()]
        else:
            found = next((by_name[name] for name in names if name in by_name), None)
            if found is not None and found not in chosen.values() and found not in asked.values():
                chosen[known] = found
    if "title" not in chosen and "text" not in chosen:
        raise InputFileError(
            f"文件 {path.name} 中没有认出标题列或正文列（现有列：{'、'.join(header)[:200]}），请用 --columns 指明。"
        )
    return chosen


def encoding_of(path: Path) -> str:
    """Tell how a text file is encoded: UTF-8 (with or without BOM), UTF-16 with BOM, else GB18030.

    Raises:
        InputFileError: none of them fits.
    """
    with path.open("rb") as stream:
        if stream.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as text:
                while text.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise InputFileError(f"无法识别文件 {path.name} 的编码，请另存为 UTF-8 或 GB18030 编码。")


def _csv_records(path: Path) -> Iterator[dict[str, object]]:
    csv.field_size_limit(1 << 24)
    with path.open(encoding=encoding_of(path), newline="") as stream:
        try:
            reader = csv.reader(line.replace("\0", "") for line in stream)
            header = next(reader, [])
            for values in reader:
                if values:
                    short = len(header) - len(values)
                    yield dict(zip(header, values + [""] * short if short > 0 else values, strict=False))
        except csv.Error as error:
            raise InputFileError(f"文件 {path.name} 第 {reader.line_num} 行不是正常的 CSV：{error}。") from error


def _jsonl_records(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding=encoding_of(path)) as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise InputFileError(f"文件 {path.name} 第 {number} 行不是正常的 JSON。") from error
            if not isinstance(record, dict):
                raise InputFileError(f"文件 {path.name} 第 {number} 行不是 JSON 对象。")
            yield record


def _xlsx_records(path: Path) -> Iterator[dict[str, object]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows()
        header = [str(name) for name in next(iter(rows), [])]
        blanks = 0
        for values in rows:
            if not any(str(value).strip() for value in values):
                blanks += 1
                continue
            yield from (dict.fromkeys(header) for _ in range(blanks))
            blanks = 0
            yield dict(zip(header, values, strict=False))
    except (CalamineError, OSError, IndexError) as error:
        raise InputFileError(f"文件 {path.name} 不是可读的 .xlsx，请用 WPS 或 Excel 打开后另存为 .xlsx。") from error
