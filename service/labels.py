"""Labels: corrections out to a file in the form that `minyi train` reads, and a check for labels that are likely wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nlp.label_quality import suspects
from nlp.privacy import mask
from nlp.taxonomy import Taxonomy
from nlp.training import Recipe, cross_validate
from service.exports import own_record, record
from service.files.rows import Columns
from service.files.writers import row_writer
from service.knowledge import Knowledge
from service.model_versions import LeftOut, read_labelled
from service.store import labels
from service.store.engine import Store

EXPORT_HEADER = ("id", "title", "text", "theme", "secondary", "person", "at", "reason", "source")
CHECK_HEADER = ("file", "row", "id", "label", "suggested", "confidence", "quality", "title", "text")

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A labelled row whose label is likely wrong, with the theme suggested instead; see `nlp.label_quality.Suspect`."""

    file: str
    row: int
    id: str
    label: str
    suggested: str
    confidence: float
    quality: float
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A check of labelled files: rows checked, the doubtful ones (likeliest error first), rows that could not be used."""

    rows: int
    doubtful: list[Doubtful]
    left_out: list[LeftOut]


def check_files(
    files: Sequence[Path], columns: Columns, taxonomy: Taxonomy | None, knowledge: Knowledge, report: Report
) -> Checked:
    """Rank the labels of files by how likely they are wrong, each row judged by a model trained without it.

    Raises:
        InputFileError, TrainingDataError: a file cannot be read, or there is too little to learn from.
    """
    labelled = read_labelled(files, columns, taxonomy)
    recipe = Recipe(words=knowledge.words, report=report)
    found = cross_validate(labelled.writings, labelled.themes, taxonomy=taxonomy, recipe=recipe)
    doubtful = []
    for one in suspects(found):
        row = labelled.rows[one.row]
        doubtful.append(
            Doubtful(
                file=row.file,
                row=row.number,
                id=row.id,
                label=one.label,
                suggested=one.suggested,
                confidence=one.confidence,
                quality=one.quality,
                title=row.writing.title,
                text=row.writing.text,
            )
        )
    return Checked(rows=len(labelled.rows), doubtful=doubtful, left_out=labelled.left_out)


def write_doubtful(checked: Checked, target: Path) -> None:
    """Write the doubtful rows to a file; the suffix tells the format.

    Raises:
        InputFileError: it cannot be written.
    """
    with row_writer(target, CHECK_HEADER) as writer:
        for one in checked.doubtful:
            writer.write({name: getattr(one, name) for name in CHECK_HEADER})


def export_labels(store: Store, target: Path, actor: str, now: datetime) -> int:
    """Write the label that holds of each submission, the oldest first, write the export down, and give their number.

    Restricted submissions are left out; personal data in the texts is covered.

    Raises:
        InputFileError: the file cannot be written.
    """
    with store.read() as connection:
        latest = {one.label.submission_id: one for one in labels.every_with_text(connection)}
    with row_writer(target, EXPORT_HEADER) as writer:
        for one in latest.values():
            writer.write(
                {
                    "id": one.label.submission_id,
                    "title": mask(one.writing.title),
                    "text": mask(one.writing.text),
                    "theme": one.label.theme,
                    "secondary": ";".join(one.label.secondary),
                    "person": one.label.person,
                    "at": one.label.at.isoformat(),
                    "reason": one.label.reason,
                    "source": one.label.source.value,
                }
            )
    form = target.suffix[1:].lower()
    record(store, own_record("更正记录", len(latest), form, "训练", actor, now, masked=True))
    return len(latest)
