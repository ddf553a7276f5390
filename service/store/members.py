"""委员名册: who the members are. Somebody who left stays on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from service.store.import_tables import members


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """委员: one member of the committee, with 界别 and 专委会."""

    id: str
    name: str
    circle: str = ""
    committee: str = ""
    unit: str = ""
    phone: str = ""
    import_id: str | None = None
    at: datetime
    removed_at: datetime | None = None


def present(connection: Connection) -> list[Member]:
    """Read the members of today, by name."""
    query = select(members).where(members.c.removed_at.is_(None)).order_by(members.c.name, members.c.id)
    return [Member(**row._mapping) for row in connection.execute(query)]


def add(connection: Connection, made: Sequence[Member]) -> None:
    """Add members."""
    if made:
        connection.execute(insert(members), [asdict(one) for one in made])


def renew(connection: Connection, member: Member) -> None:
    """Write what is now known of a member."""
    connection.execute(update(members).where(members.c.id == member.id).values(**asdict(member)))


def remove_of(connection: Connection, import_id: str, now: datetime) -> int:
    """Take the members of an import off the roster, and count them."""
    gone = update(members).where(members.c.import_id == import_id, members.c.removed_at.is_(None))
    return connection.execute(gone.values(removed_at=now)).rowcount
