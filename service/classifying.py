"""Judging whole files from the command line."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import numpy as np

from nlp.domain import Judgement, Routing
from nlp.judging import Judge
from service.deadlines import BEIJING
from service.files.rows import Columns, Row, read_rows
from service.files.writers import row_writer
from service.model_versions import writing_of

BATCH = 1_024
HEADER = (
    "id", "theme", "confidence", "top", "decision", "department", "co_departments", "doubts", "evidence",
)  # fmt: skip

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """What became of a file: rows written, automatic ones, ones with a repeated id, ones that could not be judged."""

    rows: int
    auto: int
    repeated_ids: int
    unjudged: int


def record_of(row_id: str, judgement: Judgement) -> dict[str, object]:
    """Give one judgement in the form that `minyi classify` writes."""
    prediction, decision = judgement.prediction, judgement.decision
    return {
        "id": row_id,
        "theme": prediction.theme,
        "confidence": prediction.confidence,
        "top": [one[:2] for one in prediction.ranked[:3]],
        "decision": decision.routing.value,
        "department": decision.lead,
        "co_departments": list(decision.co_handlers),
        "doubts": [doubt.value for doubt in decision.doubts],
        "evidence": [one[:2] for one in prediction.evidence],
    }


def batches(rows: Iterable[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """Cut rows into lists of at most `size`."""
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


def classify_file(
    judge: Judge, source: Path, target: Path, columns: Columns, report: Report | None = None
) -> Classified:
    """Judge every row of a file and write one record for each, in the same order.

    CSV and JSONL stream: of all rows only eight bytes each are kept, to count the repeated ids.

    Args:
        judge: judges the rows.
        source: the file to read.
        target: the file to write.
        columns: see `read_rows`.
        report: told of the progress; the rows are counted for it first.

    Raises:
        InputFileError: the source cannot be read or the target cannot be written; then no target appears.
    """
    today = datetime.now(BEIJING).date()
    seen = array("q")
    rows = auto = unjudged = 0
    total = sum(1 for _ in read_rows(source, columns)) if report else 0
    with row_writer(target, HEADER) as writer:
        for batch in batches(read_rows(source, columns)):
            judgements = judge.judge([writing_of(row) for row in batch], today)
            for row, judgement in zip(batch, judgements, strict=True):
                writer.write(record_of(row.id, judgement))
                unjudged += judgement.prediction.theme is None
                auto += judgement.decision.routing is Routing.AUTO
            rows += len(batch)
            seen.extend(hash(row.id) for row in batch)
            if report:
                report("判断", rows, total)
    return Classified(rows=rows, auto=auto, repeated_ids=rows - len(np.unique(seen)), unjudged=unjudged)
