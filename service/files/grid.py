"""What reading gives, whatever the format: sheets of rows of texts, one JSON line each on their way between processes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from service.files.damage import DAMAGES, Damage


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A fault at a cell (`column` counts from 0) or of the whole row (-1); `detail` is a figure or a name to say."""

    column: int
    damage: Damage
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFound:
    """The file: its kind in Chinese, how it was read, what could not be read (Chinese sentences)."""

    kind: str
    encoding: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFound:
    """A sheet, a table of a document, or one way to cut a text into submissions.

    `header` is given where the columns are known and no row holds them. `merges` are (first row, first column, last
    row, last column), numbers of rows from 1 and of columns from 0, of the first rows only. `choice` tells what the
    sheet is preferred by: a sheet of the highest choice is proposed first.
    """

    index: int
    name: str
    hidden: bool = False
    header: tuple[str, ...] = ()
    merges: tuple[tuple[int, int, int, int], ...] = ()
    date1904: bool = False
    choice: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """A row: the number that its file shows for it (from 1), its texts, its faults. `secret` has neither."""

    sheet: int
    number: int
    cells: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()
    secret: bool = False


Part: TypeAlias = FileFound | SheetFound | GridRow
"""A file is one FileFound, then each SheetFound before its GridRows; notes of sheets may come late, with the same index."""

_TAGS: dict[type[FileFound | SheetFound], str] = {FileFound: "file", SheetFound: "sheet"}


def to_line(part: Part) -> bytes:
    """Write a part as one line."""
    if isinstance(part, GridRow):
        remarks = [[one.column, one.damage.value, one.detail] for one in part.remarks]
        value: list[Any] = ["row", part.sheet, part.number, part.cells, remarks, part.secret]
    else:
        value = [_TAGS[type(part)], asdict(part)]
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def from_line(line: bytes) -> Part:
    """Read a part back."""
    tag, *rest = json.loads(line.decode("utf-8", "surrogatepass"))
    if tag == "row":
        sheet, number, cells, remarks, secret = rest
        found = tuple(Remark(column=column, damage=DAMAGES[name], detail=detail) for column, name, detail in remarks)
        return GridRow(sheet=sheet, number=number, cells=tuple(cells), remarks=found, secret=secret)
    values: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in rest[0].items()}
    if tag == "file":
        return FileFound(**values)
    return SheetFound(**{**values, "merges": tuple(tuple(one) for one in values["merges"])})


def rows_of(parts: Iterable[Part], sheet: int) -> Iterator[GridRow]:
    """Give the rows of one sheet."""
    return (part for part in parts if isinstance(part, GridRow) and part.sheet == sheet)
