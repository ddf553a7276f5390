"""Indexes of open items by due date, of supervised and extended ones, of what is restricted.

Revision ID: 0007
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_OPEN = "state NOT IN ('closed', 'returned', 'withdrawn')"


def upgrade() -> None:
    """Change the indexes."""
    op.drop_index(op.f("ix_items_state"), "items")
    op.drop_index(op.f("ix_items_due"), "items")
    op.drop_index(op.f("ix_submissions_open_id"), "submissions")
    op.create_index(op.f("ix_items_state"), "items", ["state", "due_at", "id"])
    op.create_index(op.f("ix_items_open"), "items", ["due_at", "id"], **_where(_OPEN, _OPEN))
    op.create_index(op.f("ix_items_open_due"), "items", ["department", "due_at", "id"], **_where(_OPEN, _OPEN))
    for name, column in (("supervised", "supervised"), ("extension", "extension_requested")):
        op.create_index(op.f(f"ix_items_{name}"), "items", ["due_at", "id"], **_where(f"{column} = 1", column))
    op.create_index(op.f("ix_submissions_restricted"), "submissions", ["id"], **_where("restricted = 1", "restricted"))


def _where(sqlite: str, postgresql: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text(postgresql)}
