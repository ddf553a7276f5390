"""更正记录: what persons said the theme is. A label that was undone stays, and is no longer read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from nlp.domain import Label, LabelSource, Writing
from service.store.import_tables import import_rows
from service.store.tables import labels, submissions


def add(connection: Connection, label_id: str, decision_id: str, label: Label) -> None:
    """Add the label that a person's decision gives."""
    connection.execute(
        insert(labels).values(
            id=label_id,
            submission_id=label.submission_id,
            decision_id=decision_id,
            theme=label.theme,
            secondary=list(label.secondary),
            person=label.person,
            at=label.at,
            reason=label.reason,
            source=label.source.value,
        )
    )


def undo(connection: Connection, decision_id: str, now: datetime) -> None:
    """Mark the label of a decision as undone."""
    connection.execute(update(labels).where(labels.c.decision_id == decision_id).values(undone_at=now))


def undo_of(connection: Connection, submission_id: str, now: datetime) -> None:
    """Mark the labels of a submission as undone."""
    still = (labels.c.submission_id == submission_id, labels.c.undone_at.is_(None))
    connection.execute(update(labels).where(*still).values(undone_at=now))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLabels:
    """How many labels of an import have the same reason and theme."""

    reason: str
    theme: str
    count: int


def _imported(import_id: str) -> tuple[ColumnElement[bool], ...]:
    ids = select(import_rows.c.submission_id).where(import_rows.c.import_id == import_id)
    imported = labels.c.source == LabelSource.IMPORT.value
    return (labels.c.submission_id.in_(ids), imported, labels.c.undone_at.is_(None))


def of_import(connection: Connection, import_id: str) -> list[ImportedLabels]:
    """Count the labels of an import that hold, the frequent first."""
    query = (
        select(labels.c.reason, labels.c.theme, func.count().label("number"))
        .where(*_imported(import_id))
        .group_by(labels.c.reason, labels.c.theme)
        .order_by(func.count().desc(), labels.c.reason)
    )
    return [ImportedLabels(reason=row.reason, theme=row.theme, count=row.number) for row in connection.execute(query)]


def undo_imported(connection: Connection, import_id: str, reason: str, theme: str, now: datetime) -> None:
    """Mark the labels of an import with one reason and theme as undone."""
    chosen = (*_imported(import_id), labels.c.reason == reason, labels.c.theme == theme)
    connection.execute(update(labels).where(*chosen).values(undone_at=now))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSubmission:
    """A label and the text that it is about."""

    label: Label
    writing: Writing


def every_with_text(connection: Connection) -> list[LabelledSubmission]:
    """Read every label that holds with its text, of submissions that are not restricted, the oldest first."""
    query = (
        select(labels, submissions.c.title, submissions.c.text)
        .join(submissions)
        .where(labels.c.undone_at.is_(None), ~submissions.c.restricted)
        .order_by(labels.c.id)
    )
    return [
        LabelledSubmission(label=_read(row), writing=Writing(title=row.title, text=row.text))
        for row in connection.execute(query)
    ]


def _read(row: Any) -> Label:
    return Label(
        submission_id=row.submission_id,
        theme=row.theme,
        secondary=tuple(row.secondary),
        person=row.person,
        at=row.at,
        reason=row.reason,
        source=LabelSource(row.source),
    )
