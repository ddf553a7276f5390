"""The whole schema: every module that defines tables is imported here, so that `metadata` is complete."""

from __future__ import annotations

from service.store import (
    import_tables,
    ledger_tables,
    list_tables,
    people_tables,
    review_tables,
    tables,
    upward_tables,
)

metadata = tables.metadata
__all__ = [
    "import_tables",
    "ledger_tables",
    "list_tables",
    "metadata",
    "people_tables",
    "review_tables",
    "upward_tables",
]
