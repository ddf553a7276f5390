"""Accounts of people. None is ever deleted: what somebody did keeps their name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from service.access import Post
from service.errors import Conflict, NotFound
from service.store.people_tables import accounts, api_keys

_CALLED = select(accounts.c.id, accounts.c.name).union_all(select(api_keys.c.id, api_keys.c.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in.

    `password` is a hash, `department` binds a liaison, `restricted` names a reader of 限阅件.
    """

    id: str
    user_name: str
    name: str
    password: str
    posts: frozenset[Post]
    department: str | None = None
    restricted: bool = False
    must_change: bool = False
    created_at: datetime
    password_at: datetime
    disabled_at: datetime | None = None


def add(connection: Connection, account: Account) -> None:
    """Add an account.

    Raises:
        Conflict: the user name is taken.
    """
    try:
        with connection.begin_nested():
            connection.execute(insert(accounts).values(**_values(account)))
    except IntegrityError:
        raise Conflict("这个用户名已有人使用，请换一个") from None


def save(connection: Connection, account: Account) -> None:
    """Write an account as it now is."""
    connection.execute(update(accounts).where(accounts.c.id == account.id).values(**_values(account)))


def get(connection: Connection, account_id: str, *, locked: bool = False) -> Account:
    """Read one account, and hold it until the transaction ends where it is to be changed.

    Raises:
        NotFound: there is none.
    """
    found = _find(connection, accounts.c.id == account_id, locked=locked)
    if found is None:
        raise NotFound("没有找到这个账号，请核对后再试")
    return found


def by_user_name(connection: Connection, user_name: str) -> Account | None:
    """Read the account of a user name."""
    return _find(connection, accounts.c.user_name == user_name, locked=False)


def every(connection: Connection, *, locked: bool = False) -> list[Account]:
    """Read every account by user name, and hold them all until the transaction ends where that matters."""
    query = select(accounts).order_by(accounts.c.user_name)
    return [read_account(row) for row in connection.execute(query.with_for_update() if locked else query)]


def count(connection: Connection) -> int:
    """Count accounts."""
    return int(connection.execute(select(func.count()).select_from(accounts)).scalar_one())


def names(connection: Connection) -> dict[str, str]:
    """Read what everybody who can act is called, people and keys, by id."""
    return {row[0]: row[1] for row in connection.execute(_CALLED)}


def name_of(connection: Connection, actor: str) -> str | None:
    """Read what a person or a key is called, or None for whoever is neither."""
    called = _CALLED.subquery()
    return connection.execute(select(called.c.name).where(called.c.id == actor)).scalar()


def read_account(row: Any) -> Account:
    """Read the account of a row that has the columns of `accounts`."""
    values = {name: getattr(row, name) for name in Account.__slots__ if name != "posts"}
    return Account(**values, posts=frozenset(Post(one) for one in row.posts))


def _find(connection: Connection, condition: ColumnElement[bool], *, locked: bool) -> Account | None:
    query = select(accounts).where(condition)
    row = connection.execute(query.with_for_update() if locked else query).first()
    return None if row is None else read_account(row)


def _values(account: Account) -> dict[str, Any]:
    values = {name: getattr(account, name) for name in Account.__slots__ if name != "posts"}
    return {**values, "posts": sorted(one.value for one in account.posts)}
