"""`INSERT … ON CONFLICT`, which both databases have and SQLAlchemy keeps in their dialects."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_for(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Begin an insert that knows `on_conflict_do_update` and `on_conflict_do_nothing`."""
    return insert_into(table, connection.dialect.name)


def insert_into(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Begin such an insert for a kind of database, to be made once and kept."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
