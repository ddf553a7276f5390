"""The rest of an item's chain (督办, 审核, 反馈, 评价, 归档), who has it in hand, files and templates of answers.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from service.store import tables

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns."""
    moments: list[sa.Column[Any]] = [
        sa.Column(name, tables.Moment()) for name in ("audited_at", "fed_back_at", "archived_at")
    ]
    columns: list[sa.Column[Any]] = [
        sa.Column("extension_until", sa.Date()),
        sa.Column("handler", sa.String(length=80), nullable=False, server_default=""),
        sa.Column("supervised", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("satisfaction", sa.String(length=20)),
        *moments,
    ]
    for column in columns:
        op.add_column("items", column)
    op.create_index("ix_items_due", "items", ["due_at", "id"])
    with op.batch_alter_table("attachments") as batch:
        batch.add_column(sa.Column("item_id", sa.String(length=36)))
        batch.create_foreign_key("fk_attachments_item_id", "items", ["item_id"], ["id"])
    op.create_table(
        "holdings",
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("side", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_holdings_item_id"),
        sa.PrimaryKeyConstraint("item_id", "side", name="pk_holdings"),
    )
    op.create_table(
        "answer_templates",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("text", tables.Words(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("saved_at", tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answer_templates"),
        sa.UniqueConstraint("department", "name", name="uq_answer_templates_department_name"),
    )
    _write_first_templates()


FIRST = (
    (
        "已解决",
        "收到转办件后，我单位于__月__日到现场核实，情况属实。已采取以下措施：____。现已办结，并向反映人作了说明。",
    ),
    ("正在解决", "经核实，情况属实。目前已____，预计__月底前完成，届时再报结果。"),
    ("列入计划", "经研究，该事项因____暂不具备条件，已列入____计划，待条件成熟后实施。"),
    ("留作参考", "所提建议已认真研究，因____，现阶段不宜实施，留作工作参考。已向反映人作了解释。"),
)
"""One for each grade; the office and the units change them and add their own on the page 答复模板."""


def _write_first_templates() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    table = sa.table(
        "answer_templates",
        *(sa.column(name) for name in ("id", "department", "name", "text", "person")),
        sa.column("saved_at", tables.Moment()),
    )
    rows = [
        {
            "id": f"00000000-0000-7000-8000-{number:012}",
            "department": "",
            "name": name,
            "text": text,
            "person": "system",
            "saved_at": moment,
        }
        for number, (name, text) in enumerate(FIRST, start=1)
    ]
    op.bulk_insert(table, rows)
