"""Sessions, and the browsers that somebody has signed in with before. Only hashes of their tokens are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, delete, insert, select, update

from service.store.accounts import Account, read_account
from service.store.people_tables import accounts, devices, sessions, substitutions
from service.store.upsert import insert_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody signed in. It ends at `ends_at`, or earlier when nothing has been asked for a while."""

    token_sha256: str
    account_id: str
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A session with its account, and the accounts of those for whom that person stands in today."""

    session: Session
    account: Account
    absent: tuple[Account, ...]


def add(connection: Connection, session: Session) -> None:
    """Open a session."""
    connection.execute(insert(sessions).values({name: getattr(session, name) for name in Session.__slots__}))


def find(connection: Connection, token_sha256: str, day: date) -> Held | None:
    """Read a session by the hash of its token, in one query."""
    away = accounts.alias("away")
    today = day.isoformat()
    standing_in = and_(
        substitutions.c.substitute_id == accounts.c.id,
        substitutions.c.first_day <= today,
        substitutions.c.last_day >= today,
        substitutions.c.ended_at.is_(None),
    )
    query = (
        select(
            *(column.label(f"s_{column.name}") for column in sessions.c),
            *accounts.c,
            *(column.label(f"a_{column.name}") for column in away.c),
        )
        .join_from(sessions, accounts)
        .outerjoin(substitutions, standing_in)
        .outerjoin(away, away.c.id == substitutions.c.absent_id)
        .where(sessions.c.token_sha256 == token_sha256)
    )
    rows = connection.execute(query).all()
    if not rows:
        return None
    first = rows[0]._mapping
    absent = tuple(read_account(_Prefixed(row._mapping)) for row in rows if row._mapping["a_id"] is not None)
    session = Session(**{name: first[f"s_{name}"] for name in Session.__slots__})
    return Held(session=session, account=read_account(rows[0]), absent=absent)


class _Prefixed:
    """The columns of one of two tables of a joined row."""

    def __init__(self, mapping: object) -> None:
        self._mapping = mapping

    def __getattr__(self, name: str) -> object:
        return self._mapping[f"a_{name}"]  # type: ignore[index]


def touch(connection: Connection, token_sha256: str, now: datetime) -> None:
    """Note that a session is in use."""
    connection.execute(update(sessions).where(sessions.c.token_sha256 == token_sha256).values(seen_at=now))


def end(connection: Connection, token_sha256: str) -> None:
    """End one session."""
    connection.execute(delete(sessions).where(sessions.c.token_sha256 == token_sha256))


def end_all(connection: Connection, account_id: str, but: str = "") -> None:
    """End every session of a person, except the one with the hash `but`."""
    connection.execute(delete(sessions).where(sessions.c.account_id == account_id, sessions.c.token_sha256 != but))


def purge(connection: Connection, now: datetime) -> None:
    """Forget the sessions that are over."""
    connection.execute(delete(sessions).where(sessions.c.ends_at <= now))


def know_device(connection: Connection, token_sha256: str, account_id: str, now: datetime) -> None:
    """Remember that a person has signed in with a browser."""
    statement = insert_for(connection, devices).values(token_sha256=token_sha256, account_id=account_id, seen_at=now)
    keys = [devices.c.token_sha256, devices.c.account_id]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"seen_at": now}))


def knows_device(connection: Connection, token_sha256: str, account_id: str) -> bool:
    """Tell whether a person has signed in with a browser before."""
    query = select(devices.c.seen_at).where(devices.c.token_sha256 == token_sha256, devices.c.account_id == account_id)
    return connection.execute(query).first() is not None


def forget_devices(connection: Connection, account_id: str) -> None:
    """Forget every browser of a person."""
    connection.execute(delete(devices).where(devices.c.account_id == account_id))
