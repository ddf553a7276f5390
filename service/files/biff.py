"""A first look over an .xls (BIFF8): which rows are hidden and which cells hold an error, as no reader of ours tells."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from service.files.workbook_scan import MAX_FLAGGED, SheetScan

_FILEPASS = 0x002F
_BOF, _EOF, _ROW, _BOOLERR, _FORMULA, _COLINFO = 0x0809, 0x000A, 0x0208, 0x0205, 0x0006, 0x007D
_WORKSHEET = 0x0010
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_MOST = 200_000_000
_FIRST = 50
"""Records among which the one of a password stands: it comes right behind the first."""


def is_protected(path: Path) -> bool:
    """Tell whether a workbook asks for a password before anything of it can be read."""
    return any(kind == _FILEPASS for kind, _ in islice(_records(_stream(path)), _FIRST))


def scan_sheets(path: Path) -> list[SheetScan]:
    """Look over every worksheet, in their order; nothing where the stream cannot be read."""
    scans: list[SheetScan] = []
    for kind, data in _records(_stream(path)):
        if kind == _BOF and len(data) >= 4:
            scans.append(SheetScan() if struct.unpack_from("<H", data, 2)[0] == _WORKSHEET else SheetScan(columns=-1))
        elif scans:
            _look(scans[-1], kind, data)
    return [scan for scan in scans if scan.columns >= 0]


def _stream(path: Path) -> bytes:
    import olefile

    with olefile.OleFileIO(str(path)) as ole:
        name = next((one for one in ("Workbook", "Book") if ole.exists(one)), None)
        return bytes(ole.openstream(name).read(_MOST)) if name else b""


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, place)
        yield kind, content[place + 4 : place + 4 + length]
        place += 4 + length


def _look(scan: SheetScan, kind: int, data: bytes) -> None:
    if kind == _ROW and len(data) >= 14:
        row, flags = struct.unpack_from("<H10xH", data)
        if flags & 0x20 and len(scan.hidden_rows) < MAX_FLAGGED:
            scan.hidden_rows.add(row + 1)
    elif kind == _COLINFO and len(data) >= 10:
        scan.hidden_columns += struct.unpack_from("<8xH", data)[0] & 1
    elif kind == _BOOLERR and len(data) >= 8 and data[7] == 1:
        _error(scan, data, data[6])
    elif kind == _FORMULA and len(data) >= 14 and data[12:14] == b"\xff\xff" and data[6] == 2:
        _error(scan, data, data[8])


def _error(scan: SheetScan, data: bytes, code: int) -> None:
    row, column = struct.unpack_from("<HH", data)
    if len(scan.errors) < MAX_FLAGGED:
        scan.errors[row + 1, column] = _ERRORS.get(code, "#ERR")
