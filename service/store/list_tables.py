"""Tables behind lists and figures: the search index, tallies, marks, same matters, saved views, operations on many.

The index itself is made by the migration, because each database has its own: on SQLite `search_terms` is a contentless
FTS5 table of the grams, on PostgreSQL a table of arrays of numbers under a GIN index. Its rows are those of
`search_documents`. What has been registered since stands in `search_waiting` until it is put into the index.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from service.store.tables import Json, Moment, Words, metadata

INDEX_TABLE = "search_terms"

search_documents = Table(
    "search_documents",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False, unique=True),
)

search_waiting = Table(
    "search_waiting",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False),
    Column("fields", Text, nullable=False),
)
"""`fields`: what is looked for in, folded, `grams.END` between them. Numbers rise in the order of registration."""

tallies = Table(
    "tallies",
    metadata,
    Column("level", String(5), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("track", String(20), primary_key=True),
    Column("value", String(80), primary_key=True),
    Column("theme", String(80), primary_key=True),
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
)
"""How many submissions and items there are; `shard` keeps several writing processes out of each other's way."""

submission_marks = Table(
    "submission_marks",
    metadata,
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("mark", String(20), primary_key=True),
    Column("person", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_submission_marks_mark", "mark", "submission_id"),
)

same_matters = Table(
    "same_matters",
    metadata,
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("matter", String(36), nullable=False, index=True),
    Column("person", String(80), nullable=False),
    Column("at", Moment, nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    Column("person", String(80), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("value", Json, nullable=False),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("person", String(80), nullable=False),
    Column("name", Words, nullable=False),
    Column("query", Words, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("saved_at", Moment, nullable=False),
    UniqueConstraint("person", "name"),
)

operations = Table(
    "operations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("value", String(80), nullable=False),
    Column("person", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("undone_by", String(80)),
    Column("undone_at", Moment),
    Index("ix_operations_person", "person", "id"),
)

operation_parts = Table(
    "operation_parts",
    metadata,
    Column("operation_id", String(36), ForeignKey("operations.id"), primary_key=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("problem", Words, nullable=False),
    Column("undo_problem", Words),
)
"""`problem` says why a part was not done, empty where it was; `undo_problem` the same of its undoing."""
