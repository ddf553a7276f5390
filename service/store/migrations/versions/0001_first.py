"""First schema.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store import tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table and index."""
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("answer", tables.Json(), nullable=False),
        sa.Column("created_at", tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "receipt_counters",
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_receipt_counters")),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("receipt", sa.String(length=80), nullable=False),
        sa.Column("track", sa.String(length=20), nullable=False),
        sa.Column("title", tables.Words(), nullable=False),
        sa.Column("text", tables.Words(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("submitter", tables.Json(), nullable=False),
        sa.Column("received_at", tables.Moment(), nullable=False),
        sa.Column("received_day", sa.String(length=10), nullable=False),
        sa.Column("registered_at", tables.Moment(), nullable=False),
        sa.Column("urgency", sa.String(length=20), nullable=False),
        sa.Column("openness", sa.String(length=20), nullable=False),
        sa.Column("name_public", sa.Boolean(), nullable=False),
        sa.Column("reported_elsewhere", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("warnings", tables.Json(), nullable=False),
        sa.Column("theme", sa.String(length=80), nullable=True),
        sa.Column("lead", sa.String(length=80), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("receipt", name=op.f("uq_submissions_receipt")),
    )
    op.create_index(
        "ix_submissions_day",
        "submissions",
        ["received_day", "restricted", "theme", "place", "source", "lead"],
        unique=False,
    )
    op.create_index("ix_submissions_lead_day", "submissions", ["lead", "received_day", "restricted"], unique=False)
    op.create_index(
        "ix_submissions_open_id",
        "submissions",
        ["id"],
        unique=False,
        sqlite_where=sa.text("NOT restricted"),
        postgresql_where=sa.text("NOT restricted"),
    )
    op.create_index("ix_submissions_stage_id", "submissions", ["stage", "id"], unique=False)
    op.create_index("ix_submissions_theme_day", "submissions", ["theme", "received_day", "restricted"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", tables.Words(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("stored_at", tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_attachments_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_submission_id"), "attachments", ["submission_id"], unique=False)
    op.create_table(
        "predictions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("ranked", tables.Json(), nullable=False),
        sa.Column("evidence", tables.Json(), nullable=False),
        sa.Column("secondary", tables.Json(), nullable=False),
        sa.Column("known_features", sa.Integer(), nullable=False),
        sa.Column("model_version", sa.String(length=80), nullable=False),
        sa.Column("made_at", tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_predictions_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_predictions")),
    )
    op.create_index(op.f("ix_predictions_submission_id"), "predictions", ["submission_id"], unique=False)
    op.create_table(
        "review_tasks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("opened_at", tables.Moment(), nullable=False),
        sa.Column("closed_at", tables.Moment(), nullable=True),
        sa.Column("skipped_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_review_tasks_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_tasks")),
    )
    op.create_index(
        "ix_review_tasks_next",
        "review_tasks",
        ["priority", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "uq_review_tasks_open",
        "review_tasks",
        ["submission_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("prediction_id", sa.String(length=36), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("supersedes", sa.String(length=36), nullable=True),
        sa.Column("routing", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=80), nullable=True),
        sa.Column("dispositions", tables.Json(), nullable=False),
        sa.Column("lead", sa.String(length=80), nullable=True),
        sa.Column("co_handlers", tables.Json(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.String(length=80), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=True),
        sa.Column("reasons", tables.Json(), nullable=False),
        sa.Column("doubts", tables.Json(), nullable=False),
        sa.Column("model_version", sa.String(length=80), nullable=False),
        sa.Column("taxonomy_version", sa.String(length=80), nullable=False),
        sa.Column("policy_version", sa.String(length=80), nullable=False),
        sa.Column("made_at", tables.Moment(), nullable=False),
        sa.CheckConstraint("(source = 'person') = (person IS NOT NULL)", name=op.f("ck_decisions_person_named")),
        sa.ForeignKeyConstraint(["prediction_id"], ["predictions.id"], name=op.f("fk_decisions_prediction_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_decisions_submission_id")),
        sa.ForeignKeyConstraint(["supersedes"], ["decisions.id"], name=op.f("fk_decisions_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_submission_id"), "decisions", ["submission_id"], unique=False)
    op.create_index(
        "uq_decisions_current",
        "decisions",
        ["submission_id"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", tables.Moment(), nullable=False),
        sa.Column("due_at", tables.Moment(), nullable=True),
        sa.Column("signed_at", tables.Moment(), nullable=True),
        sa.Column("accepted_at", tables.Moment(), nullable=True),
        sa.Column("answered_at", tables.Moment(), nullable=True),
        sa.Column("closed_at", tables.Moment(), nullable=True),
        sa.Column("lease_token", sa.String(length=36), nullable=True),
        sa.Column("leased_until", tables.Moment(), nullable=True),
        sa.Column("extension_requested", sa.Boolean(), nullable=False),
        sa.Column("extension_reason", tables.Words(), nullable=False),
        sa.Column("answer", tables.Words(), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("return_reason", tables.Words(), nullable=False),
        sa.Column("replaces", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_items_decision_id")),
        sa.ForeignKeyConstraint(["replaces"], ["items.id"], name=op.f("fk_items_replaces")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_items_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    op.create_index("ix_items_claim", "items", ["department", "state", "id"], unique=False)
    op.create_index("ix_items_state", "items", ["state", "id"], unique=False)
    op.create_index(op.f("ix_items_submission_id"), "items", ["submission_id"], unique=False)
    op.create_index(
        "uq_items_open_department",
        "items",
        ["submission_id", "department"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('closed', 'returned', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('closed', 'returned', 'withdrawn')"),
    )
    op.create_index(
        "uq_items_open_lead",
        "items",
        ["submission_id"],
        unique=True,
        sqlite_where=sa.text("role = 'lead' AND state NOT IN ('closed', 'returned', 'withdrawn')"),
        postgresql_where=sa.text("role = 'lead' AND state NOT IN ('closed', 'returned', 'withdrawn')"),
    )
    op.create_table(
        "labels",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("theme", sa.String(length=80), nullable=False),
        sa.Column("secondary", tables.Json(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("undone_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_labels_decision_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_labels_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
    )
    op.create_index(op.f("ix_labels_submission_id"), "labels", ["submission_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("payload", tables.Json(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_events_item_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_events_submission_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_events_submission_id"), "events", ["submission_id"], unique=False)


def downgrade() -> None:
    """Remove everything."""
    op.drop_index(op.f("ix_events_submission_id"), table_name="events")
    op.drop_table("events")
    op.drop_index(op.f("ix_labels_submission_id"), table_name="labels")
    op.drop_table("labels")
    op.drop_index(
        "uq_items_open_lead",
        table_name="items",
        sqlite_where=sa.text("role = 'lead' AND state NOT IN ('closed', 'returned', 'withdrawn')"),
        postgresql_where=sa.text("role = 'lead' AND state NOT IN ('closed', 'returned', 'withdrawn')"),
    )
    op.drop_index(
        "uq_items_open_department",
        table_name="items",
        sqlite_where=sa.text("state NOT IN ('closed', 'returned', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('closed', 'returned', 'withdrawn')"),
    )
    op.drop_index(op.f("ix_items_submission_id"), table_name="items")
    op.drop_index("ix_items_state", table_name="items")
    op.drop_index("ix_items_claim", table_name="items")
    op.drop_table("items")
    op.drop_index(
        "uq_decisions_current",
        table_name="decisions",
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.drop_index(op.f("ix_decisions_submission_id"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index(
        "uq_review_tasks_open",
        table_name="review_tasks",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(
        "ix_review_tasks_next",
        table_name="review_tasks",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_table("review_tasks")
    op.drop_index(op.f("ix_predictions_submission_id"), table_name="predictions")
    op.drop_table("predictions")
    op.drop_index(op.f("ix_attachments_submission_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_index("ix_submissions_theme_day", table_name="submissions")
    op.drop_index("ix_submissions_stage_id", table_name="submissions")
    op.drop_index(
        "ix_submissions_open_id",
        table_name="submissions",
        sqlite_where=sa.text("NOT restricted"),
        postgresql_where=sa.text("NOT restricted"),
    )
    op.drop_index("ix_submissions_lead_day", table_name="submissions")
    op.drop_index("ix_submissions_day", table_name="submissions")
    op.drop_table("submissions")
    op.drop_table("receipt_counters")
    op.drop_index(op.f("ix_idempotency_keys_created_at"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
