"""The number that a submission had in the office's old table is kept beside its own.

Revision ID: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column; what is registered already has none."""
    op.add_column("submissions", sa.Column("old_number", sa.String(length=80), nullable=False, server_default=""))
