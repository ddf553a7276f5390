"""What everybody who can act is called, kept in memory: a history line should not cost a query."""

from __future__ import annotations

from service.store import accounts
from service.store.engine import Store


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
