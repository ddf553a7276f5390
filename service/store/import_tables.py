"""Tables of imports: what was uploaded, what became of each row, and what people said of columns and old words once."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from service.store.tables import Json, Moment, Words, metadata

imports = Table(
    "imports",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("size", Integer, nullable=False),
    Column("kept", Boolean, nullable=False),
    Column("about", Json, nullable=False),
    Column("plan", Json, nullable=False),
    Column("checked", Json),
    Column("scope", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("problem", Words, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("runner", String(36)),
    Column("beat_at", Moment),
    Column("cursor", Integer, nullable=False),
    Column("imported", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
    Column("same", Integer, nullable=False),
    Index("ix_imports_state", "state", "id"),
)
"""`state`: ready | running | stopped | done | undone | dropped. `cursor`: how many rows have an outcome, in their order."""

import_rows = Table(
    "import_rows",
    metadata,
    Column("import_id", String(36), ForeignKey("imports.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("submission_id", String(36), ForeignKey("submissions.id"), index=True),
    Column("content", String(32), nullable=False),
    Column("identity", String(32), nullable=False),
    Column("reason", Words, nullable=False),
    Index("ix_import_rows_content", "content"),
    Index("ix_import_rows_identity", "identity"),
)
"""`outcome`: imported | same | left_out. `place` counts rows from 1; `number` is what the file shows for the row."""

import_forms = Table(
    "import_forms",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("plan", Json, nullable=False),
    Column("person", String(80), nullable=False),
    Column("at", Moment, nullable=False),
)
"""How the columns of a table with the same heads were read last."""

import_values = Table(
    "import_values",
    metadata,
    Column("kind", String(12), primary_key=True),
    Column("value", String(200), primary_key=True),
    Column("target", String(80), nullable=False),
    Column("person", String(80), nullable=False),
    Column("at", Moment, nullable=False),
)
"""Which theme or department of today an old word stands for; an empty target stands for none."""

members = Table(
    "members",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(80), nullable=False, index=True),
    Column("circle", String(80), nullable=False),
    Column("committee", String(80), nullable=False),
    Column("unit", String(200), nullable=False),
    Column("phone", String(80), nullable=False),
    Column("import_id", String(36), ForeignKey("imports.id")),
    Column("at", Moment, nullable=False),
    Column("removed_at", Moment),
)
"""委员名册."""
