"""Word documents as sheets: the whole as one submission, cut at headings, or a row of a table each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError

from nlp.errors import InputFileError
from service.files.archives import check_markup, checked_zip, outside_parts
from service.files.column_names import known_names
from service.files.grid import FileFound, GridRow, Part, SheetFound
from service.files.limits import Limits
from service.files.recognising import Kind
from service.files.splitting import FIELDS, Paragraph, Way, way_parts, ways
from service.files.word import WordTable, WordText, read_word

_LABELS = {name for names in FIELDS.values() for name in names}
_FORM_COLUMNS = (2, 4, 6)


def open_word(path: Path, name: str, limits: Limits) -> tuple[WordText, list[str]]:
    """Read a .docx, and name in Chinese what of it was not read.

    Raises:
        InputFileError: broken, hostile, or beyond the limits.
    """
    with checked_zip(path, name, limits) as archive:
        check_markup(archive, name)
        try:
            found = read_word(archive)
        except (KeyError, StopIteration, ParseError, DefusedXmlException, ValueError) as error:
            raise InputFileError(f"“{name}”的内部结构不完整，请用 WPS 或 Word 打开后另存为 .docx 再导入。") from error
        outside = outside_parts(archive)
    return found, _notes(found, outside)


def _notes(found: WordText, outside: Sequence[str]) -> list[str]:
    notes = []
    if total := sum(found.unread.values()):
        kinds = "、".join(f"{kind} {count} 处" for kind, count in sorted(found.unread.items()) if count)
        notes.append(f"含无法读取的内容 {total} 处（{kinds}）")
    notes += [f"含{one}，未读取" for one in outside]
    notes += [f"页眉页脚文字“{one[:40]}”未并入正文" for one in found.margins[:3]]
    return notes


def read_document(path: Path, name: str, kind: Kind, limits: Limits) -> Iterator[Part]:
    """Read one document: its ways of being cut, then its tables.

    Raises:
        InputFileError: see `open_word`.
    """
    found, notes = open_word(path, name, limits)
    yield FileFound(kind=kind.label, notes=tuple(notes))
    yield from _margins(found)
    index = 0
    for way in ways(paragraphs_of(found)):
        yield from way_parts(index, way, [name] * len(way.pieces), limits)
        index += 1
    for number, table in enumerate((one for one in found.blocks if isinstance(one, WordTable)), start=1):
        if len(table.rows) > 1 and max(map(len, table.rows)) > 1:
            yield from _table_parts(index, number, table, limits)
            index += 1


def _margins(found: WordText) -> Iterator[Part]:
    """Hand over headers and footers too, so that a marking there is seen; no sheet holds them."""
    for number, text in enumerate(found.margins, start=1):
        yield GridRow(sheet=-1, number=number, cells=(text,))


def _table_parts(index: int, number: int, table: WordTable, limits: Limits) -> Iterator[Part]:
    heads = max((len(known_names(row)) for row in table.rows[:4]), default=0)
    choice = 6 if heads > 1 and not _is_form(table) else 0
    yield SheetFound(index=index, name=f"表格 {number}（{len(table.rows)} 行）", choice=choice)
    for row_number, row in enumerate(table.rows[: limits.rows], start=1):
        if any(row):
            yield GridRow(sheet=index, number=row_number, cells=row[: limits.columns])


def paragraphs_of(found: WordText) -> list[Paragraph]:
    """Give a whole document as paragraphs; a form becomes lines such as “反映人：…”."""
    result: list[Paragraph] = []
    for block in found.blocks:
        if isinstance(block, Paragraph):
            result.append(block)
        else:
            result += [Paragraph(line) for row in block.rows for line in _row_lines(row)]
    return result


def _row_lines(row: Sequence[str]) -> Iterator[str]:
    filled = [cell for cell in row if cell]
    if len(filled) in _FORM_COLUMNS and all(_label(cell) for cell in filled[::2]):
        yield from (f"{_label(label)}：{value}" for label, value in zip(filled[::2], filled[1::2], strict=True))
    elif filled and not (len(filled) == 1 and _label(filled[0])):
        yield "\t".join(filled)


def _label(cell: str) -> str:
    plain = "".join(cell.split()).strip("：:")
    return plain if plain in _LABELS else ""


def _is_form(table: WordTable) -> bool:
    """Tell whether a table is a form of labels beside values rather than a list."""
    labelled = sum(bool(row) and bool(_label(row[0])) for row in table.rows)
    return 2 * labelled >= len(table.rows)


def read_folder(path: Path, name: str, kind: Kind, limits: Limits) -> Iterator[Part]:
    """Read a zip of Word and text files as one import: each file one submission, or cut at its headings.

    Raises:
        InputFileError: hostile, beyond the limits, or nothing in it can be read.
    """
    from service.files.folder import documents_in

    found, notes, margins = documents_in(path, name, limits)
    if not found:
        raise InputFileError(f"“{name}”中没有可读的 Word 或文本文件，请检查。{'；'.join(notes[:5])}")
    yield FileFound(kind=f"{kind.label}，内有 {len(found)} 个可读文件", notes=tuple(notes))
    yield from (GridRow(sheet=-1, number=number, cells=(text,)) for number, text in enumerate(margins, start=1))
    whole = Way(name=f"每个文件一件（{len(found)} 件）", pieces=[one for _, one in found], choice=2)
    yield from way_parts(0, whole, [file for file, _ in found], limits)
    cut = [(file, piece) for file, one in found for piece in max(ways(one), key=lambda way: way.choice).pieces]
    if len(cut) > len(found):
        many = Way(name=f"每个文件再按标题分件（{len(cut)} 件）", pieces=[one for _, one in cut], choice=1)
        yield from way_parts(1, many, [file for file, _ in cut], limits)
