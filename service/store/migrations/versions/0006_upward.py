"""What goes up, and what leaves the system as a file.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store import tables

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables of reports, instructions, briefs and exports."""
    op.create_table(
        "briefs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("issued_on", sa.String(length=10), nullable=False),
        sa.Column("signer", sa.String(length=80), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefs")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_briefs_year_number")),
    )
    op.create_table(
        "brief_members",
        sa.Column("brief_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brief_id"], ["briefs.id"], name=op.f("fk_brief_members_brief_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_brief_members_submission_id")),
        sa.PrimaryKeyConstraint("brief_id", "submission_id", name=op.f("pk_brief_members")),
    )
    op.create_index(op.f("ix_brief_members_submission_id"), "brief_members", ["submission_id"], unique=False)
    op.create_table(
        "upward_reports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("reported_on", sa.String(length=10), nullable=False),
        sa.Column("signer", sa.String(length=80), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("outcome_on", sa.String(length=10), nullable=True),
        sa.Column("note", tables.Words(), nullable=False),
        sa.Column("brief_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", tables.Moment(), nullable=False),
        sa.Column("withdrawn_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["brief_id"], ["briefs.id"], name=op.f("fk_upward_reports_brief_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_upward_reports_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upward_reports")),
    )
    op.create_index(op.f("ix_upward_reports_submission_id"), "upward_reports", ["submission_id"], unique=False)
    op.create_index("ix_upward_reports_day", "upward_reports", ["reported_on", "level"], unique=False)
    op.create_index("ix_upward_reports_outcome_day", "upward_reports", ["outcome_on", "level"], unique=False)
    op.create_index(
        "uq_upward_reports_standing",
        "upward_reports",
        ["submission_id", "level"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "instructions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("leader", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("given_on", sa.String(length=10), nullable=False),
        sa.Column("text", tables.Words(), nullable=False),
        sa.Column("attachment_id", sa.String(length=36), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", tables.Moment(), nullable=False),
        sa.Column("withdrawn_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachments.id"], name=op.f("fk_instructions_attachment_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_instructions_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instructions")),
    )
    op.create_index(op.f("ix_instructions_submission_id"), "instructions", ["submission_id"], unique=False)
    op.create_index(op.f("ix_instructions_given_on"), "instructions", ["given_on"], unique=False)
    op.create_table(
        "exports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("purpose", tables.Words(), nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("filters", tables.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(op.f("ix_exports_at"), "exports", ["at"], unique=False)
