"""The process that opens a stranger's file: `python -m service.files.child FILE NAME LIMITS`, parts out as JSON lines.

Whatever happens here, its parent gets a last line that says so, or finds that there is none.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from nlp.errors import InputFileError
from service.files.caps import cap_self, step_back
from service.files.damage import Damage
from service.files.delimited import read_delimited, read_json_lines, read_text
from service.files.documents import read_document, read_folder
from service.files.grid import GridRow, Part, Remark, to_line
from service.files.limits import Limits, limits_of
from service.files.recognising import Kind, recognise, refusal
from service.files.sheets import read_workbook

Reader = Callable[[Path, str, Kind, Limits], Iterator[Part]]
READERS: dict[Kind, Reader] = {
    Kind.XLSX: read_workbook,
    Kind.XLS: read_workbook,
    Kind.DOCX: read_document,
    Kind.CSV: read_delimited,
    Kind.JSONL: read_json_lines,
    Kind.TXT: read_text,
    Kind.ZIP: read_folder,
}


def parts_of(path: Path, name: str, limits: Limits) -> Iterator[Part]:
    """Read a file of whatever kind.

    Raises:
        InputFileError: it is not read; the message says why and what to do.
    """
    kind = recognise(path, name)
    if kind in (Kind.DOC, Kind.WPS):
        yield from _converted(path, name, kind, limits)
    elif kind in READERS:
        yield from READERS[kind](path, name, kind, limits)
    else:
        raise refusal(kind, name)


def _converted(path: Path, name: str, kind: Kind, limits: Limits) -> Iterator[Part]:
    from service.files.converting import convert, require_converter

    require_converter(kind, name)
    with tempfile.TemporaryDirectory(prefix="minyi-doc-") as folder:
        made = convert([path], Path(folder), limits).get(path)
        if made is None:
            raise InputFileError(f"“{name}”不能转换，可能已损坏。请用 WPS 或 Word 打开后另存为 .docx 再导入。")
        yield from read_document(made, name, kind, limits)


def bounded(part: Part, limits: Limits) -> Part:
    """Cut the cells of a row that is longer than any row may be, and say so."""
    if not isinstance(part, GridRow) or sum(map(len, part.cells)) <= limits.row:
        return part
    length, left, cells = sum(map(len, part.cells)), limits.row, []
    for cell in part.cells:
        cells.append(cell[:left])
        left = max(0, left - len(cell))
    remark = Remark(column=-1, damage=Damage.CELL_LONG, detail=f"全行 {length} 字")
    return GridRow(sheet=part.sheet, number=part.number, cells=tuple(cells), remarks=(*part.remarks, remark))


def memory_for(path: Path, name: str, limits: Limits) -> int:
    """Tell how much memory reading may take: the program that converts old documents needs more."""
    old = recognise(path, name) in (Kind.DOC, Kind.WPS, Kind.ZIP)
    return limits.conversion_memory if old else limits.memory


def answer(path: Path, name: str, limits: Limits, write: Callable[[bytes], object]) -> None:
    """Write the parts of a file as lines, and a last line: that it is whole, or why it is not read."""
    last: list[str] = ["end"]
    rows = 0
    try:
        for part in parts_of(path, name, limits):
            rows += isinstance(part, GridRow) and part.sheet >= 0
            write(to_line(bounded(part, limits)))
        if not rows:
            last = ["refused", f"“{name}”中没有内容，请检查是否选错文件，或内容在图片里。"]
    except InputFileError as error:
        last = ["refused", str(error)]
    except MemoryError:
        last = ["refused", f"“{name}”读取时超出内存上限，请拆分后再导入。"]
    except Exception as error:
        last = ["refused", f"“{name}”无法读取（{type(error).__name__}），请用 WPS 或 Office 打开后另存再导入。"]
    write(json.dumps(last, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")


def main() -> int:
    """Read the file named by the arguments."""
    path, name, limits = Path(sys.argv[1]), sys.argv[2], limits_of(sys.argv[3])
    step_back()
    cap_self(limits, limits.conversion_memory)
    cap_self(limits, memory_for(path, name, limits))
    answer(path, name, limits, sys.stdout.buffer.write)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
