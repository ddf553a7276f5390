"""The labels that an import brought: counted by old theme, and taken back by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.store import imports, labels
from service.store.engine import Store
from service.store.labels import ImportedLabels


def of_import(store: Store, import_id: str) -> Sequence[ImportedLabels]:
    """Count the labels of an import that hold, by what the old table said."""
    with store.read() as connection:
        return labels.of_import(connection, import_id)


def take_back(store: Store, import_id: str, reason: str, theme: str, now: datetime) -> None:
    """Take back the labels of an import with one reason and theme.

    Raises:
        NotFound: there is no such import.
    """
    with store.write() as connection:
        imports.get(connection, import_id)
        labels.undo_imported(connection, import_id, reason, theme, now)
