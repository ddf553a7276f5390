"""Reports are counted off indexes.

Revision ID: 0009
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the indexes that hold what reports count and group by."""
    columns = ["track", "received_day", "restricted", "stage", "theme", "place", "lead", "source"]
    op.create_index("ix_submissions_report", "submissions", columns, unique=False)
    dates = ["signed_at", "accepted_at", "answered_at", "closed_at", "due_at", "state", "satisfaction", "submission_id"]
    op.create_index("ix_items_report", "items", dates, unique=False)
