"""A file as plain lines of our own, a file a sheet: a stranger's file is opened once, and everything later reads these.

What carries a state-secret marking never reaches the disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO

from nlp.errors import InputFileError
from nlp.intake_checks import look_at
from service.errors import SecretText
from service.files.grid import FileFound, GridRow, Part, SheetFound, from_line, to_line
from service.imports.plan import About, SheetAbout

_MARKED_ROWS = 30
_SECRET = "文件带有密级标志，本系统为非涉密系统，未保存任何内容，请联系本单位保密员"  # noqa: S105 - a sentence


def folder_of(home: Path, import_id: str) -> Path:
    """Name the folder of the lines of an import."""
    return home / "imports" / import_id


def stage(parts: Iterable[Part], folder: Path) -> About:
    """Write the rows of a file into a folder.

    Raises:
        InputFileError: the file is not read, or no sheet has a row.
        SecretText: the marking stands above the rows of a table or in the margin: the whole file is meant.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        about = _stage(parts, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return about


def staged_rows(folder: Path, sheet: int) -> Iterator[GridRow]:
    """Read the rows of a sheet again."""
    path = _path(folder, sheet)
    if not path.is_file():
        raise InputFileError("暂存的内容已不在磁盘上，请重新上传文件。")
    with path.open("rb") as stream:
        for line in stream:
            row = from_line(line)
            if isinstance(row, GridRow):
                yield row


def _path(folder: Path, sheet: int) -> Path:
    return folder / f"{sheet}.jsonl"


def _stage(parts: Iterable[Part], folder: Path) -> About:
    found = FileFound(kind="")
    sheets: dict[int, SheetAbout] = {}
    secrets = 0
    with ExitStack() as stack:
        streams: dict[int, IO[bytes]] = {}
        for part in parts:
            if isinstance(part, FileFound):
                found = part
            elif isinstance(part, SheetFound):
                sheets[part.index] = _about(part)
                streams[part.index] = stack.enter_context(_path(folder, part.index).open("wb"))
            else:
                row = screened(part, sheets.get(part.sheet))
                if row.sheet not in streams:
                    continue
                secrets += row.secret
                streams[row.sheet].write(to_line(row))
                sheets[row.sheet] = replace(sheets[row.sheet], rows=sheets[row.sheet].rows + 1)
    filled = tuple(one for one in sheets.values() if one.rows)
    if not filled:
        raise InputFileError("文件中没有内容，请检查是否选错文件。")
    return About(kind=found.kind, encoding=found.encoding, notes=found.notes, sheets=filled, secrets=secrets)


def _about(found: SheetFound) -> SheetAbout:
    names = ("index", "name", "hidden", "header", "date1904", "choice", "notes")
    values = asdict(found)
    return SheetAbout(**{name: values[name] for name in names})


def screened(row: GridRow, sheet: SheetAbout | None) -> GridRow:
    """Give a row, emptied where it carries a marking.

    Raises:
        SecretText: the marking belongs to the whole file.
    """
    text = "\n".join(row.cells)
    if "密" not in text or look_at([text])[0].secret_marking is None:
        return row
    above = sheet is None or (not sheet.header and sheet.rows < 3 and sum(map(bool, row.cells)) < _MARKED_ROWS // 10)
    if above:
        raise SecretText(_SECRET)
    return replace(row, cells=(), remarks=(), secret=True)
