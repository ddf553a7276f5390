"""Tables of what goes up (报送, 采用, 批示, 《社情民意》) and of what leaves the system as a file (导出)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from service.store.tables import Json, Moment, Words, metadata

briefs = Table(
    "briefs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("label", String(80), nullable=False),
    Column("issued_on", String(10), nullable=False),
    Column("signer", String(80), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    UniqueConstraint("year", "number"),
)
"""Numbers (期号) are never used again, so that a number is unique for ever."""

brief_members = Table(
    "brief_members",
    metadata,
    Column("brief_id", String(36), ForeignKey("briefs.id"), primary_key=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True, index=True),
    Column("place", Integer, nullable=False),
)

upward_reports = Table(
    "upward_reports",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False, index=True),
    Column("level", String(10), nullable=False),
    Column("reported_on", String(10), nullable=False),
    Column("signer", String(80), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("outcome_on", String(10)),
    Column("note", Words, nullable=False),
    Column("brief_id", String(36), ForeignKey("briefs.id")),
    Column("version", Integer, nullable=False),
    Column("recorded_by", String(80), nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Index(
        "uq_upward_reports_standing",
        "submission_id",
        "level",
        unique=True,
        sqlite_where=text("withdrawn_at IS NULL"),
        postgresql_where=text("withdrawn_at IS NULL"),
    ),
    Index("ix_upward_reports_day", "reported_on", "level"),
    Index("ix_upward_reports_outcome_day", "outcome_on", "level"),
)

instructions = Table(
    "instructions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False, index=True),
    Column("leader", String(80), nullable=False),
    Column("level", String(10), nullable=False),
    Column("given_on", String(10), nullable=False, index=True),
    Column("text", Words, nullable=False),
    Column("attachment_id", String(36), ForeignKey("attachments.id")),
    Column("recorded_by", String(80), nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
)

exports = Table(
    "exports",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", String(80), nullable=False),
    Column("what", String(40), nullable=False),
    Column("form", String(10), nullable=False),
    Column("count", Integer, nullable=False),
    Column("purpose", Words, nullable=False),
    Column("masked", Boolean, nullable=False),
    Column("filters", Json, nullable=False),
)
