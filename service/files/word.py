"""The XML of a Word document as paragraphs and tables: everything that a reader sees, nothing that was struck out.

Content controls, text boxes and tracked insertions are read, tracked deletions are not; footnotes follow the paragraph
that points to them. Pictures, embedded objects and the like cannot be read and are counted.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from defusedxml import ElementTree

from service.files.archives import read_part
from service.files.splitting import Paragraph

_PART_LIMIT = 120_000_000
_DEPTH = 60
_SKIPPED = {"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr", "sdtPr", "sectPr", "tblPr", "trPr"}
_UNREAD = {
    "pic": "图片",
    "imagedata": "图片",
    "OLEObject": "嵌入的对象",
    "chart": "图表",
    "relIds": "SmartArt 图形",
    "sym": "特殊符号",
}
_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)\Z", re.IGNORECASE)

Element: TypeAlias = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTable:
    """A table: rows of cells, a merged cell filled into every place that it covers downward."""

    rows: tuple[tuple[str, ...], ...]


Block: TypeAlias = Paragraph | WordTable


@dataclass(slots=True, kw_only=True)
class WordText:
    """A document as read: blocks in order, text of headers and footers, what could not be read and how often."""

    blocks: list[Block] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)


class TooDeep(ValueError):
    """The document nests deeper than any program writes."""


def read_word(archive: zipfile.ZipFile) -> WordText:
    """Read the parts of a .docx.

    Raises:
        KeyError, ValueError, xml.etree.ElementTree.ParseError: it is not a whole document.
    """
    known = {name.lower(): name for name in archive.namelist()}
    reader = _Reader(levels=_levels(archive, known))
    for kind in ("footnotes", "endnotes"):
        part = known.get(f"word/{kind}.xml")
        if part:
            reader.notes.update(_notes(_parse(archive, part), kind, reader))
    body = next(one for one in _parse(archive, known["word/document.xml"]) if _name(one) == "body")
    reader.found.blocks = list(reader.blocks(body, 0))
    for part in sorted(known):
        if re.match(r"word/(header|footer)\d*\.xml\Z", part):
            text = " ".join(filter(None, (one.text.strip() for one in reader.flat(_parse(archive, known[part])))))
            if text and not text.isdigit():
                reader.found.margins.append(text)
    if part := known.get("word/comments.xml"):
        reader.found.unread["批注"] += sum(1 for one in _parse(archive, part).iter() if _name(one) == "comment")
    return reader.found


def _parse(archive: zipfile.ZipFile, part: str) -> Element:
    return ElementTree.fromstring(read_part(archive, part, _PART_LIMIT), forbid_dtd=True)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _value(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _child(element: Element, *names: str) -> Element | None:
    for name in names:
        found = next((one for one in element if _name(one) == name), None)
        if found is None:
            return None
        element = found
    return element


def _levels(archive: zipfile.ZipFile, known: dict[str, str]) -> dict[str, int]:
    """Tell which styles are headings, and of which level."""
    part = known.get("word/styles.xml")
    levels: dict[str, int] = {}
    for style in _parse(archive, part) if part else ():
        named = _child(style, "name")
        outline = _child(style, "pPr", "outlineLvl")
        found = _HEADING.match(_value(named, "val")) if named is not None else None
        if found:
            levels[_value(style, "styleId")] = int(found[1])
        elif outline is not None and _value(outline, "val").isdigit():
            levels[_value(style, "styleId")] = int(_value(outline, "val")) + 1
        elif named is not None and _value(named, "val").lower() == "title":
            levels[_value(style, "styleId")] = 1
    return levels


def _notes(root: Element, kind: str, reader: _Reader) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for note in root:
        if _value(note, "type") in ("", "normal"):
            text = " ".join(filter(None, (one.text.strip() for one in reader.flat(note))))
            found[kind[:-1], _value(note, "id")] = text
    return found


@dataclass(slots=True, kw_only=True)
class _Reader:
    levels: dict[str, int]
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    found: WordText = field(default_factory=WordText)

    def blocks(self, element: Element, depth: int) -> Iterator[Block]:
        """Give the paragraphs and tables below an element."""
        if depth > _DEPTH:
            raise TooDeep("nested too deeply")
        for one in element:
            name = _name(one)
            if name == "p":
                yield from self._paragraph(one, depth)
            elif name == "tbl":
                yield self._table(one, depth)
            elif name == "altChunk":
                self.found.unread["插入的其他文档"] += 1
            elif name not in _SKIPPED:
                yield from self.blocks(one, depth + 1)

    def flat(self, element: Element) -> Iterator[Paragraph]:
        """Give everything below an element as paragraphs."""
        for block in self.blocks(element, 0):
            if isinstance(block, Paragraph):
                yield block
            else:
                yield from (Paragraph(" ".join(filter(None, row))) for row in block.rows)

    def _paragraph(self, paragraph: Element, depth: int) -> Iterator[Block]:
        parts: list[str] = []
        boxes: list[Block] = []
        self._runs(paragraph, parts, boxes, depth)
        yield Paragraph("".join(parts), self._level(paragraph))
        yield from boxes

    def _level(self, paragraph: Element) -> int:
        outline = _child(paragraph, "pPr", "outlineLvl")
        if outline is not None and _value(outline, "val").isdigit():
            level = int(_value(outline, "val")) + 1
            return level if level <= 9 else 0
        style = _child(paragraph, "pPr", "pStyle")
        return self.levels.get(_value(style, "val"), 0) if style is not None else 0

    def _runs(self, element: Element, parts: list[str], boxes: list[Block], depth: int) -> None:
        if depth > _DEPTH:
            raise TooDeep("nested too deeply")
        for one in element:
            name = _name(one)
            if name == "t":
                parts.append(one.text or "")
            elif name in _MARKS:
                parts.append(_MARKS[name])
            elif name == "txbxContent":
                boxes.extend(self.blocks(one, depth + 1))
            elif name in ("footnoteReference", "endnoteReference"):
                note = self.notes.get((name.removesuffix("Reference"), _value(one, "id")))
                parts.append(f"（注：{note}）" if note else "")
            elif name in _UNREAD:
                self.found.unread[_UNREAD[name]] += 1
            elif name not in _SKIPPED:
                self._runs(one, parts, boxes, depth + 1)

    def _table(self, table: Element, depth: int) -> WordTable:
        rows: list[tuple[str, ...]] = []
        above: dict[int, str] = {}
        for row in self._below(table, "tr"):
            cells: list[str] = []
            for cell in self._below(row, "tc"):
                column = len(cells)
                merge, span = _child(cell, "tcPr", "vMerge"), _child(cell, "tcPr", "gridSpan")
                text = self._cell(cell, depth)
                if merge is not None and _value(merge, "val") in ("", "continue") and not text:
                    text = above.get(column, "")
                elif merge is not None:
                    above[column] = text
                wide = int(_value(span, "val")) if span is not None and _value(span, "val").isdigit() else 1
                cells += [text, *[""] * (min(wide, 200) - 1)]
            rows.append(tuple(cells))
        return WordTable(rows=tuple(rows))

    def _below(self, element: Element, wanted: str) -> Iterator[Element]:
        """Give the rows of a table or the cells of a row, through content controls and tracked insertions."""
        for one in element:
            name = _name(one)
            if name == wanted:
                if not (wanted == "tr" and _child(one, "trPr", "del") is not None):
                    yield one
            elif name in ("sdt", "sdtContent", "customXml", "ins"):
                yield from self._below(one, wanted)

    def _cell(self, cell: Element, depth: int) -> str:
        lines: list[str] = []
        for block in self.blocks(cell, depth + 1):
            if isinstance(block, Paragraph):
                lines.append(block.text.strip())
            else:
                lines += [" ".join(filter(None, row)) for row in block.rows]
        return "\n".join(lines).strip()
