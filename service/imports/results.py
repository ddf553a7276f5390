"""What became of an import: the rows left out, as a file that can be put right and imported again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from service.exports import own_record, record
from service.files.writers import row_writer
from service.imports.checking import body
from service.imports.plan import read_plan
from service.store import imports
from service.store.engine import Store
from service.store.imports import Import, Outcome

REASON = "未导入的原因"


def write_left_out(store: Store, home: Path, found: Import, target: Path, actor: str, now: datetime) -> int:
    """Write the rows left out with their reasons, in the columns of the file, and give their number.

    They stand as their file had them, to be put right; that they left is written down.

    Raises:
        InputFileError: the staged rows are gone, or the target cannot be written.
    """
    plan = read_plan(found.plan)
    with store.read() as connection:
        left_out = imports.outcomes(connection, found.id, [Outcome.LEFT_OUT])
    header = ("行号", REASON, *plan.names)
    with row_writer(target, header) as writer:
        for place, row in body(home, found, plan):
            if place in left_out:
                cells = dict(zip(plan.names, row.cells, strict=False))
                writer.write({"行号": row.number, REASON: left_out[place].reason, **cells})
    form = target.suffix[1:].lower()
    record(store, own_record("未导入的行", len(left_out), form, "改正后重新导入", actor, now, masked=False))
    return len(left_out)
