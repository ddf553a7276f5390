"""Reasons and sources of labels, the order of the review queue, holds, drafts, splits, what a person did today.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store import tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns, tables and indexes that the desk works with."""
    op.add_column("labels", sa.Column("reason", tables.Words(), nullable=False, server_default=""))
    op.add_column("labels", sa.Column("source", sa.String(length=10), nullable=False, server_default="person"))
    _order_the_queue()
    op.create_index("ix_events_actor", "events", ["actor", "at"], unique=False)
    op.create_table(
        "holds",
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("since", tables.Moment(), nullable=False),
        sa.Column("until", tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_holds_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_holds")),
    )
    op.create_table(
        "drafts",
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("content", tables.Json(), nullable=False),
        sa.Column("saved_at", tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("person", "form", "key", name=op.f("pk_drafts")),
    )
    op.create_table(
        "splits",
        sa.Column("child_id", sa.String(length=36), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("made_at", tables.Moment(), nullable=False),
        sa.Column("undone_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["submissions.id"], name=op.f("fk_splits_child_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["submissions.id"], name=op.f("fk_splits_parent_id")),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_splits")),
        sa.UniqueConstraint("parent_id", "number", name=op.f("uq_splits_parent_id_number")),
    )


def _order_the_queue() -> None:
    """Let a task say the day on which its submission was received, so that the oldest can come first."""
    op.add_column("review_tasks", sa.Column("received_day", sa.String(length=10), nullable=False, server_default=""))
    op.execute(
        "UPDATE review_tasks SET received_day = "
        "(SELECT received_day FROM submissions WHERE submissions.id = review_tasks.submission_id)"
    )
    op.drop_index("ix_review_tasks_next", "review_tasks")
    op.create_index(
        "ix_review_tasks_next",
        "review_tasks",
        ["priority", "received_day", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
