"""Keys of programs. Only their hashes are kept; a key is revoked, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service.access import Right
from service.store.people_tables import api_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a program may do, until when. `department` binds it to the items of one unit; `hint` is how the key begins."""

    id: str
    name: str
    key_sha256: str
    hint: str
    scopes: frozenset[Right]
    department: str | None
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None


def add(connection: Connection, key: Key) -> None:
    """Add a key."""
    values = {name: getattr(key, name) for name in Key.__slots__ if name != "scopes"}
    connection.execute(insert(api_keys).values(**values, scopes=sorted(one.value for one in key.scopes)))


def find(connection: Connection, key_sha256: str) -> Key | None:
    """Read a key by its hash."""
    row = connection.execute(select(api_keys).where(api_keys.c.key_sha256 == key_sha256)).first()
    return None if row is None else _read(row)


def every(connection: Connection) -> list[Key]:
    """Read every key, the newest first."""
    return [_read(row) for row in connection.execute(select(api_keys).order_by(api_keys.c.id.desc()))]


def touch(connection: Connection, key_id: str, now: datetime) -> None:
    """Note that a key is in use."""
    connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(used_at=now))


def revoke(connection: Connection, key_id: str, now: datetime) -> bool:
    """Revoke a key; tell whether there was one that had not been revoked."""
    revoked = connection.execute(
        update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    return revoked.rowcount == 1


def _read(row: Any) -> Key:
    values = {name: getattr(row, name) for name in Key.__slots__ if name != "scopes"}
    return Key(**values, scopes=frozenset(Right(one) for one in row.scopes))
