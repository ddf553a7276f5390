"""What everybody who can act is called, kept in memory: a history line should not cost a query."""

from __future__ import annotations

from sqlalchemy import Connection

from service.store import accounts
from service.store.engine import Store

PROGRAMS = {"api": "接口", "desk": "登记经办", "demo": "演示", "system": "系统"}
"""What is called something without having an account or a key."""


def said(connection: Connection, actor: str) -> str:
    """Say who acted: a person or a key by name, a unit's person without the unit."""
    kind, _, _ = actor.partition(":")
    return PROGRAMS.get(kind) or accounts.name_of(connection, kind) or kind


class Names:
    """Names of people and keys by id. An id that is not known yet makes it read them again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, str] = {}

    def of(self, actor: str) -> str | None:
        """Tell what somebody is called, or None for whoever has neither account nor key."""
        if actor not in self._known:
            self.refresh()
        return self._known.get(actor)

    def refresh(self) -> None:
        """Read every name again, as after a change of one."""
        with self._store.read() as connection:
            self._known = accounts.names(connection)
