"""What the ledger keeps beside the items: who has one open just now, and the answers that a unit uses again."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from service.store.tables import Moment, Words, metadata

holdings = Table(
    "holdings",
    metadata,
    Column("item_id", String(36), ForeignKey("items.id"), primary_key=True),
    Column("side", String(80), primary_key=True),
    Column("person", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
)
"""`side`: the id of the unit, or empty for the desk. `version`: the item as it was opened; a step ends the holding."""

answer_templates = Table(
    "answer_templates",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("department", String(80), nullable=False),
    Column("name", String(80), nullable=False),
    Column("text", Words, nullable=False),
    Column("person", String(80), nullable=False),
    Column("saved_at", Moment, nullable=False),
    UniqueConstraint("department", "name"),
)
"""`department`: the unit whose template it is, or empty for the office's, which every unit may use."""
