"""Lists and figures: the search index, tallies, marks, same matters, saved views, operations on many.

Revision ID: 0004
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from service.store import search, tables
from service.store.grams import fold

revision = "0004"
down_revision = "0003"

_AT_ONCE = 500
_SIGNS = (
    "".join(chr(code) for code in range(0x21, 0x7F) if not chr(code).isalnum()).replace("'", "''").replace('"', '""')
)
_FTS5 = (
    "CREATE VIRTUAL TABLE search_terms USING fts5"
    "(terms, content='', detail=none, columnsize=0, tokenize=\"ascii tokenchars '{signs}\x01'\")"
)
_UNDECIDED = ("review", "awaiting_signature", "restricted")
_DAY_INDEXES = ("stage", "theme", "lead", "place", "source")


def upgrade() -> None:
    """Make the tables and indexes, and put what is there into them; revision 0011 counts it into the tallies."""
    _make_index()
    _make_tallies()
    _make_marks()
    _make_views()
    _make_operations()
    _change_submissions()
    op.create_index(op.f("ix_events_kind_at"), "events", ["kind", "at"])
    connection = op.get_bind()
    _judge_adopted(connection)
    for rows in _submissions(connection):
        search.add_fields(connection, {row.id: _fields(row) for row in rows})


def _make_index() -> None:
    op.create_table(
        "search_documents",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_search_documents_submission_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_documents")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_search_documents_submission_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE search_terms (number integer PRIMARY KEY, terms bigint[] NOT NULL)")
        op.execute("CREATE INDEX ix_search_terms ON search_terms USING gin (terms)")
    else:
        op.get_bind().exec_driver_sql(_FTS5.format(signs=_SIGNS))


def _make_tallies() -> None:
    words = [("level", 5), ("kind", 10), ("period", 10), ("value", 80), ("theme", 80)]
    op.create_table(
        "tallies",
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in words),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*(name for name, _ in words), "shard", name=op.f("pk_tallies")),
    )


def _make_marks() -> None:
    op.create_table(
        "submission_marks",
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_submission_marks_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", "mark", name=op.f("pk_submission_marks")),
    )
    op.create_index(op.f("ix_submission_marks_mark"), "submission_marks", ["mark", "submission_id"])
    op.create_table(
        "same_matters",
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("matter", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_same_matters_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_same_matters")),
    )
    op.create_index(op.f("ix_same_matters_matter"), "same_matters", ["matter"])


def _make_views() -> None:
    op.create_table(
        "preferences",
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", tables.Json(), nullable=False),
        sa.PrimaryKeyConstraint("person", "name", name=op.f("pk_preferences")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("name", tables.Words(), nullable=False),
        sa.Column("query", tables.Words(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("person", "name", name=op.f("uq_saved_views_person_name")),
    )


def _make_operations() -> None:
    op.create_table(
        "operations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("undone_by", sa.String(length=80)),
        sa.Column("undone_at", tables.Moment()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
    )
    op.create_index(op.f("ix_operations_person"), "operations", ["person", "id"])
    op.create_table(
        "operation_parts",
        sa.Column("operation_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("problem", tables.Words(), nullable=False),
        sa.Column("undo_problem", tables.Words()),
        sa.ForeignKeyConstraint(["operation_id"], ["operations.id"], name=op.f("fk_operation_parts_operation_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_operation_parts_submission_id")),
        sa.PrimaryKeyConstraint("operation_id", "submission_id", name=op.f("pk_operation_parts")),
    )


def _change_submissions() -> None:
    op.add_column("submissions", sa.Column("adopted", sa.Boolean()))
    for name in ("stage_id", "theme_day", "lead_day", "day"):
        op.drop_index(op.f(f"ix_submissions_{name}"), "submissions")
    op.create_index(op.f("ix_submissions_day"), "submissions", ["received_day", "id"])
    for name in _DAY_INDEXES:
        op.create_index(op.f(f"ix_submissions_{name}_day"), "submissions", [name, "received_day", "id"])


def _judge_adopted(connection: sa.Connection) -> None:
    """Compare each decision that holds with the last of the machine, as `service.placing.adopted` does."""
    names = ("id", "submission_id", "current", "person", "theme", "lead", "co_handlers", "dispositions")
    decisions = sa.table("decisions", *map(sa.column, names))
    stages = sa.table("submissions", sa.column("id"), sa.column("stage"), sa.column("adopted", sa.Boolean()))
    query = sa.select(decisions, stages.c.stage).join(stages, stages.c.id == decisions.c.submission_id)
    suggested: dict[str, Any] = {}
    holding: dict[str, Any] = {}
    for row in connection.execute(query.order_by(decisions.c.id)):
        if row.person is None:
            suggested[row.submission_id] = _gist(row)
        if row.current:
            holding[row.submission_id] = row
    values = [
        {"chosen": name, "taken": suggested.get(name) == _gist(row)}
        for name, row in holding.items()
        if row.person is not None or row.stage not in _UNDECIDED
    ]
    if values:
        changed = sa.update(stages).where(stages.c.id == sa.bindparam("chosen"))
        connection.execute(changed.values(adopted=sa.bindparam("taken")), values)


def _gist(row: Any) -> tuple[Any, ...]:
    return row.theme, row.lead, frozenset(json.loads(row.co_handlers)), frozenset(json.loads(row.dispositions))


def _submissions(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    """Read what is not restricted, some rows at a time."""
    texts = ("id", "receipt", "title", "text", "submitter")
    table = sa.table("submissions", *map(sa.column, texts), sa.column("restricted", sa.Boolean()))
    after = ""
    while True:
        query = sa.select(table).where(table.c.id > after, ~table.c.restricted).order_by(table.c.id).limit(_AT_ONCE)
        rows = connection.execute(query).all()
        if not rows:
            return
        yield rows
        after = rows[-1].id


def _fields(row: Any) -> list[str]:
    read = tables.Words().process_result_value
    person = json.loads(row.submitter)
    dialect = op.get_bind().dialect
    named = (row.receipt, read(row.title, dialect), read(row.text, dialect), person["name"], *person["cosigners"])
    return [folded for folded in (fold(one or "") for one in named) if folded]
