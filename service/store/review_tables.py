"""Tables of the desk at work: who has which submission open, what is typed and not yet registered, what was split."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from service.store.tables import Json, Moment, metadata

holds = Table(
    "holds",
    metadata,
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("person", String(80), nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
)
"""Soft: a hold tells others who has a submission open; it forbids nothing, and one that has ended counts for nothing."""

drafts = Table(
    "drafts",
    metadata,
    Column("person", String(80), primary_key=True),
    Column("form", String(40), primary_key=True),
    Column("key", String(40), primary_key=True),
    Column("content", Json, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

splits = Table(
    "splits",
    metadata,
    Column("child_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("parent_id", String(36), ForeignKey("submissions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("person", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("undone_at", Moment),
    UniqueConstraint("parent_id", "number"),
)
