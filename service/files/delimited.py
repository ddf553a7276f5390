"""Text files: the encoding found, lines in another encoding told apart, CSV with any usual separator, JSON lines."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.errors import InputFileError
from service.files.damage import Damage
from service.files.grid import FileFound, GridRow, Part, Remark, SheetFound
from service.files.limits import Limits
from service.files.recognising import Kind
from service.files.splitting import Paragraph, way_parts, ways

DELIMITERS = {",": "逗号", ";": "分号", "\t": "制表符", "|": "竖线"}
_LABELS = {"utf-8": "UTF-8", "gb18030": "GB18030", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "big5hkscs": "Big5"}
_SAMPLE = 1 << 20
_MAX_LINE = 8_000_000
_MAX_TEXT = 30_000_000
_MAX_KEYS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A text file as lines with their endings, each decoded alone; `bad` are the numbers of those in another encoding."""

    encoding: str
    lines: Sequence[str]
    bad: frozenset[int]


def read_delimited(path: Path, name: str, kind: Kind, limits: Limits) -> Iterator[Part]:
    """Read a CSV file.

    Raises:
        InputFileError: no encoding fits, or beyond the limits.
    """
    text = read_lines(path, name)
    delimiter = find_delimiter(text.lines[:200])
    notes = _encoding_notes(text)
    yield FileFound(kind=kind.label, encoding=f"{_label(text.encoding)}，{DELIMITERS[delimiter]}分隔", notes=notes)
    yield SheetFound(index=0, name="表格")
    yield from _csv_rows(text, delimiter, name, limits)


def _csv_rows(text: Lines, delimiter: str, name: str, limits: Limits) -> Iterator[GridRow]:
    csv.field_size_limit(1 << 30)
    reader = csv.reader((line.replace("\0", "") for line in text.lines), delimiter=delimiter)
    begin = seen = 0
    width = _usual_width(text.lines[:200], delimiter)
    while True:
        try:
            values = next(reader, None)
        except csv.Error as error:
            raise InputFileError(f"“{name}”第 {reader.line_num} 行不是正常的 CSV，请检查引号是否成对。") from error
        if values is None:
            return
        first, begin = begin + 1, reader.line_num
        if not any(value.strip() for value in values):
            continue
        seen += 1
        if seen > limits.rows or len(values) > limits.columns:
            raise InputFileError(
                f"“{name}”超出行列上限（最多 {limits.rows} 行、{limits.columns} 列），请拆分后再导入。"
            )
        yield GridRow(
            sheet=0,
            number=first,
            cells=tuple(value[: limits.cell] for value in values),
            remarks=(
                *_line_remarks(values, range(first, begin + 1), text, width, delimiter),
                *_remarks(values, width, limits),
            ),
        )


def _usual_width(lines: Sequence[str], delimiter: str) -> int:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row))
    except csv.Error:
        return 1
    return max(widths, key=lambda width: (widths[width], width), default=1)


def _line_remarks(values: Sequence[str], span: range, text: Lines, width: int, delimiter: str) -> Iterator[Remark]:
    """Say what is wrong with the lines that a row was read from."""
    if text.bad and not text.bad.isdisjoint(span):
        yield Remark(column=-1, damage=Damage.ENCODING)
    if len(span) > 1 and width > 1:
        swallowed = sum(value.count(delimiter) for value in values if "\n" in value)
        if swallowed >= (len(span) - 1) * (width - 1):
            yield Remark(column=-1, damage=Damage.QUOTES, detail=f"{len(span)} 行")


def _remarks(values: Sequence[str], width: int, limits: Limits) -> Iterator[Remark]:
    if any(values[width:]) or len(values) < width:
        yield Remark(column=-1, damage=Damage.RAGGED, detail=f"{len(values)} 列，表头 {width} 列")
    for column, value in enumerate(values):
        if len(value) > limits.cell:
            yield Remark(column=column, damage=Damage.CELL_LONG, detail=f"{len(value)} 字")


def read_json_lines(path: Path, name: str, kind: Kind, limits: Limits) -> Iterator[Part]:
    """Read a file of one JSON object a line; its columns are the keys of the first thousand objects.

    Raises:
        InputFileError: no encoding fits, no object at all, or beyond the limits.
    """
    text = read_lines(path, name)
    keys: dict[str, None] = {}
    for line in text.lines[:1_000]:
        keys.update(dict.fromkeys(_object(line) or {}))
    if not keys:
        raise InputFileError(f"“{name}”中没有 JSON 对象，请整理成每行一个 {{…}} 后再导入。")
    if len(keys) > _MAX_KEYS:
        raise InputFileError(f"“{name}”的字段超过 {_MAX_KEYS} 个，请只保留需要的字段。")
    yield FileFound(kind=kind.label, encoding=_label(text.encoding), notes=_encoding_notes(text))
    yield SheetFound(index=0, name="表格", header=tuple(keys))
    rows = 0
    for number, line in enumerate(text.lines, start=1):
        if not line.strip():
            continue
        rows += 1
        if rows > limits.rows:
            raise InputFileError(f"“{name}”超出行数上限（最多 {limits.rows} 行），请拆分后再导入。")
        yield _json_row(number, line, tuple(keys), number in text.bad, limits)


def _json_row(number: int, line: str, keys: tuple[str, ...], bad: bool, limits: Limits) -> GridRow:
    found = _object(line)
    remarks = [Remark(column=-1, damage=Damage.ENCODING)] if bad else []
    if found is None:
        remarks.append(Remark(column=-1, damage=Damage.NOT_RECORD))
        return GridRow(sheet=0, number=number, cells=(line.strip()[:200],), remarks=tuple(remarks))
    extra = [key for key in found if key not in keys]
    if extra:
        remarks.append(Remark(column=-1, damage=Damage.UNREAD, detail=f"未列入的字段 {len(extra)} 个"))
    cells = [_plain(found.get(key)) for key in keys]
    remarks += [
        Remark(column=column, damage=Damage.CELL_LONG, detail=f"{len(cell)} 字")
        for column, cell in enumerate(cells)
        if len(cell) > limits.cell
    ]
    return GridRow(sheet=0, number=number, cells=tuple(cell[: limits.cell] for cell in cells), remarks=tuple(remarks))


def _object(line: str) -> dict[str, object] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_text(path: Path, name: str, kind: Kind, limits: Limits) -> Iterator[Part]:
    """Read running text, cut into submissions in every way that gives several.

    Raises:
        InputFileError: no encoding fits, or too long.
    """
    if path.stat().st_size > _MAX_TEXT:
        raise InputFileError(f"“{name}”超过 {_MAX_TEXT // 1_000_000} MB，请拆分后再导入。")
    text = read_lines(path, name)
    yield FileFound(kind=kind.label, encoding=_label(text.encoding), notes=_encoding_notes(text))
    paragraphs = [Paragraph(line.rstrip("\r\n").replace("\0", "")) for line in text.lines]
    for index, way in enumerate(ways(paragraphs)):
        yield from way_parts(index, way, [""] * len(way.pieces), limits)


def read_lines(path: Path, name: str) -> Lines:
    """Decode a text file line by line.

    Raises:
        InputFileError: no encoding fits.
    """
    raw = path.read_bytes()
    if encoding := _utf16(raw):
        text = raw.decode(encoding, "replace").lstrip("\ufeff")
        lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)
        bad = frozenset(number for number, line in enumerate(lines, start=1) if "\ufffd" in line)
        return Lines(encoding=encoding, lines=lines, bad=bad)
    parts = re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", raw.removeprefix(b"\xef\xbb\xbf"))
    if any(len(part) > _MAX_LINE for part in parts):
        raise InputFileError(f"“{name}”中有一行过长，请检查是否选错文件，或拆分后再导入。")
    return _decode(parts, name)


def _utf16(raw: bytes) -> str | None:
    if raw[:2] == b"\xff\xfe":
        return "utf-16-le"
    if raw[:2] == b"\xfe\xff":
        return "utf-16-be"
    head = raw[:4_096]
    if b"\0" not in head or b"\0\0" in head:
        return None
    low, high = head[0::2].count(0), head[1::2].count(0)
    return ("utf-16-le" if high > low else "utf-16-be") if min(low, high) == 0 and max(low, high) > 3 else None


def _decode(parts: Sequence[bytes], name: str) -> Lines:
    utf8 = [_fits(part, "utf-8") for part in parts]
    wide = [place for place, part in enumerate(parts) if not part.isascii()]
    fitting = sum(utf8[place] for place in wide)
    if fitting == len(wide):
        return Lines(encoding="utf-8", lines=[part.decode("utf-8") for part in parts], bad=frozenset())
    if 2 * fitting > len(wide):
        return _mixed(parts, "utf-8", {place + 1 for place in wide if not utf8[place]})
    if _more_likely_big5(parts):
        return _mixed(parts, "big5hkscs", {n for n, part in enumerate(parts, start=1) if not _fits(part, "big5hkscs")})
    foreign = {place + 1 for place in wide if utf8[place] and len(parts[place]) > 8}
    unfit = {place + 1 for place in wide if not _fits(parts[place], "gb18030")}
    if 4 * len(unfit) > len(wide):
        return _guessed(parts, name)
    return _mixed(parts, "gb18030", foreign | unfit)


def _more_likely_big5(parts: Sequence[bytes]) -> bool:
    """Tell whether a text makes sense as traditional script in Big5 rather than as simplified script in GB18030.

    Nearly all characters of running text stand among the common ones, which each of the two keeps in a block of its own.
    """
    sample = b"".join(parts)[:_SAMPLE]
    simplified, traditional = _share(sample, "gb18030", 0xB0, 0xD7), _share(sample, "big5hkscs", 0xA4, 0xC6)
    return traditional > 0.9 and traditional > simplified + 0.1


def _share(sample: bytes, encoding: str, first: int, last: int) -> float:
    """Give the share of the common characters among those that an encoding writes in two bytes."""
    decoded = [one for one in sample.decode(encoding, "ignore") if "\u4e00" <= one <= "\u9fff"]
    heads = [one.encode(encoding, "ignore")[:1] for one in decoded[:20_000]]
    return sum(bool(head) and first <= head[0] <= last for head in heads) / max(1, len(heads))


def _mixed(parts: Sequence[bytes], encoding: str, bad: set[int]) -> Lines:
    return Lines(encoding=encoding, lines=[part.decode(encoding, "replace") for part in parts], bad=frozenset(bad))


def _guessed(parts: Sequence[bytes], name: str) -> Lines:
    """Ask for the encoding where neither of the two usual ones fits."""
    from charset_normalizer import from_bytes

    sample = b"".join(parts)[:_SAMPLE]
    best = from_bytes(sample, cp_isolation=["big5", "big5hkscs", "shift_jis", "euc_kr", "gb18030", "cp1252"]).best()
    if best is None or best.encoding.startswith("cp12"):
        raise InputFileError(f"无法识别“{name}”的编码，请用记事本打开后另存为 UTF-8 再导入。")
    return _mixed(parts, best.encoding, {n for n, part in enumerate(parts, start=1) if not _fits(part, best.encoding)})


def _fits(part: bytes, encoding: str) -> bool:
    try:
        part.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _encoding_notes(text: Lines) -> tuple[str, ...]:
    return (f"有 {len(text.bad)} 行的编码与全文不同",) if text.bad else ()


def _label(encoding: str) -> str:
    return _LABELS.get(encoding, encoding.upper())


def find_delimiter(lines: Sequence[str]) -> str:
    """Find the mark that cuts the most lines into the same number of parts, more than one.

    >>> find_delimiter(["标题;正文", "a,b;c"])
    ';'
    """
    best, most = ",", 0.0
    for mark in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if row)
        except csv.Error:
            continue
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda one: (one[0] > 1, one[1]))
        weight = count / sum(widths.values()) if width > 1 else 0.0
        if weight > most + 0.05:
            best, most = mark, weight
    return best
