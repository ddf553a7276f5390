"""Imports: uploaded files, the outcome of each row, what is remembered of columns and old words, the roster.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store import tables

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables of imports."""
    op.create_table(
        "import_forms",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("plan", tables.Json(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_import_forms")),
    )
    op.create_table(
        "import_values",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_import_values")),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", tables.Words(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("about", tables.Json(), nullable=False),
        sa.Column("plan", tables.Json(), nullable=False),
        sa.Column("checked", tables.Json(), nullable=True),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("problem", tables.Words(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("created_at", tables.Moment(), nullable=False),
        sa.Column("started_at", tables.Moment(), nullable=True),
        sa.Column("finished_at", tables.Moment(), nullable=True),
        sa.Column("runner", sa.String(length=36), nullable=True),
        sa.Column("beat_at", tables.Moment(), nullable=True),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_sha256"), "imports", ["sha256"], unique=False)
    op.create_index("ix_imports_state", "imports", ["state", "id"], unique=False)
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=True),
        sa.Column("content", sa.String(length=32), nullable=False),
        sa.Column("identity", sa.String(length=32), nullable=False),
        sa.Column("reason", tables.Words(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_import_rows_submission_id")),
        sa.PrimaryKeyConstraint("import_id", "place", name=op.f("pk_import_rows")),
    )
    op.create_index("ix_import_rows_content", "import_rows", ["content"], unique=False)
    op.create_index("ix_import_rows_identity", "import_rows", ["identity"], unique=False)
    op.create_index(op.f("ix_import_rows_submission_id"), "import_rows", ["submission_id"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("circle", sa.String(length=80), nullable=False),
        sa.Column("committee", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=80), nullable=False),
        sa.Column("import_id", sa.String(length=36), nullable=True),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("removed_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_members_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_name"), "members", ["name"], unique=False)
