"""What has just been registered waits for the search index in a table of its own.

Revision ID: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table, and let SQLite gather whole batches in memory before it writes them into the index."""
    op.create_table(
        "search_waiting",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_search_waiting_submission_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_waiting")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO search_terms (search_terms, rank) VALUES ('hashsize', 16777216)")
