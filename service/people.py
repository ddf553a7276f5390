"""人员: accounts, their posts and passwords. An account is disabled, never deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from service import audit
from service.access import ALONE, Post, Right, rights_of
from service.audit import Kind
from service.errors import Conflict, Invalid
from service.ids import new_id
from service.limits import check_name, is_blank
from service.passwords import check_password, hash_password, is_right, random_password
from service.store import accounts, sessions
from service.store import audit as log
from service.store.accounts import Account
from service.store.engine import Store

ADMINISTRATOR = "admin"
"""User name of the account that the first start makes."""
READERS = 2
"""How many people read 限阅件."""
SYSTEM = "system"
"""Who acts when the program itself or somebody at the machine's command line does."""
_USER_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An account as an administrator wants it: user name, name, posts, the department of a liaison, reader of 限阅件."""

    user_name: str
    name: str
    posts: frozenset[Post]
    department: str | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new account, or one with a new password; the password is told this once."""

    account: Account
    password: str


def ensure_administrator(store: Store, now: datetime) -> Made | None:
    """Make the first administrator where there is no account at all, with a random password that must be changed."""
    with store.read() as connection:
        if accounts.count(connection):
            return None
    draft = Draft(user_name=ADMINISTRATOR, name="系统管理员", posts=frozenset({Post.ADMINISTRATOR}))
    try:
        return create(store, draft, SYSTEM, now)
    except Conflict:
        return None


def is_first_start(store: Store) -> bool:
    """Tell whether nobody has signed in so far: the first administrator still has the password of the first start."""
    with store.read() as connection:
        if accounts.count(connection) != 1:
            return False
        return accounts.every(connection)[0].must_change


def create(store: Store, draft: Draft, actor: str, now: datetime, password: str | None = None) -> Made:
    """Make an account with a random password that must be changed, or with one that is given and stays.

    Raises:
        Invalid: a user name or name that cannot be, posts that do not go together, a weak password.
        Conflict: the user name is taken, or two people read 限阅件 already.
    """
    draft = _checked(draft)
    chosen = random_password(draft.user_name) if password is None else password
    check_password(chosen, draft.user_name)
    account = Account(
        id=new_id(now),
        user_name=draft.user_name,
        name=draft.name,
        password=hash_password(chosen),
        posts=draft.posts,
        department=draft.department,
        restricted=draft.restricted,
        must_change=password is None,
        created_at=now,
        password_at=now,
    )
    with store.write() as connection:
        _check_readers(connection, account)
        accounts.add(connection, account)
        told = {"user_name": account.user_name, **_told(account)}
        log.append(connection, audit.noted(Kind.ACCOUNT_MADE, actor, now, account.id, **told))
    return Made(account=account, password=chosen)


def change(store: Store, account_id: str, draft: Draft, actor: str, now: datetime) -> Account:
    """Change name, posts, department and the right to read 限阅件. The user name stays.

    Raises:
        NotFound, Invalid, Conflict: as in `create`; and when nobody would be left who manages accounts.
    """

    def apply(account: Account) -> Account:
        wanted = _checked(replace(draft, user_name=account.user_name))
        return replace(
            account,
            name=wanted.name,
            posts=wanted.posts,
            department=wanted.department,
            restricted=wanted.restricted,
        )

    return _change(store, account_id, apply, Kind.ACCOUNT_CHANGED, actor, now)


def disable(store: Store, account_id: str, actor: str, now: datetime) -> Account:
    """Disable an account; whoever is signed in with it is signed out at once.

    Raises:
        NotFound: there is none.
        Conflict: it is one's own, or the last one that manages accounts.
    """
    if account_id == actor:
        raise Conflict("不能停用自己的账号，请由另一位系统管理员办理")
    return _change(
        store, account_id, lambda account: replace(account, disabled_at=now), Kind.ACCOUNT_DISABLED, actor, now
    )


def enable(store: Store, account_id: str, actor: str, now: datetime) -> Account:
    """Enable a disabled account again."""
    return _change(
        store, account_id, lambda account: replace(account, disabled_at=None), Kind.ACCOUNT_ENABLED, actor, now
    )


def reset_password(store: Store, account_id: str, actor: str, now: datetime) -> Made:
    """Give an account a new random password that must be changed; sessions and known browsers end."""
    password = random_password(get(store, account_id).user_name)
    hashed = hash_password(password)

    def apply(account: Account) -> Account:
        return replace(account, password=hashed, must_change=True, password_at=now)

    account = _change(store, account_id, apply, Kind.PASSWORD_RESET, actor, now, sign_out=True)
    return Made(account=account, password=password)


def set_password(store: Store, account_id: str, password: str, now: datetime) -> None:
    """Give an account a password that stays, as the demonstration does.

    Raises:
        Invalid: it is weak.
    """
    check_password(password, get(store, account_id).user_name)
    hashed = hash_password(password)

    def apply(account: Account) -> Account:
        return replace(account, password=hashed, must_change=False, password_at=now)

    _change(store, account_id, apply, Kind.PASSWORD_RESET, SYSTEM, now)


def change_password(store: Store, account_id: str, old: str, new: str, keep: str, now: datetime) -> None:
    """Change one's own password; every other session ends, the one whose token has the hash `keep` goes on.

    Raises:
        Invalid: the old password is wrong, or the new one is weak or the same.
    """
    account = get(store, account_id)
    if not is_right(old, account.password):
        raise Invalid("原密码不正确，请重新输入", field="old", code="E_PASSWORD")
    if old == new:
        raise Invalid("新密码与原密码相同，请换一个", field="password", code="E_PASSWORD")
    check_password(new, account.user_name)
    hashed = hash_password(new)
    with store.write() as connection:
        present = accounts.get(connection, account_id, locked=True)
        if present.password != account.password:
            raise Conflict("密码刚刚在别处改过，请重新登录")
        accounts.save(connection, replace(present, password=hashed, must_change=False, password_at=now))
        sessions.end_all(connection, account_id, but=keep)
        log.append(connection, audit.noted(Kind.PASSWORD_CHANGED, account_id, now, account_id))


def get(store: Store, account_id: str) -> Account:
    """Read one account.

    Raises:
        NotFound: there is none.
    """
    with store.read() as connection:
        return accounts.get(connection, account_id)


def find(store: Store, user_name: str) -> Account | None:
    """Read the account of a user name."""
    with store.read() as connection:
        return accounts.by_user_name(connection, user_name.strip().lower())


def every(store: Store) -> list[Account]:
    """Read every account by user name."""
    with store.read() as connection:
        return accounts.every(connection)


def _change(
    store: Store,
    account_id: str,
    apply: Callable[[Account], Account],
    kind: Kind,
    actor: str,
    now: datetime,
    *,
    sign_out: bool = False,
) -> Account:
    with store.write() as connection:
        everybody = accounts.every(connection, locked=True)
        before = accounts.get(connection, account_id)
        after = apply(before)
        _check_readers(connection, after)
        _check_manageable([after if one.id == account_id else one for one in everybody])
        accounts.save(connection, after)
        if after.disabled_at is not None or sign_out:
            sessions.end_all(connection, account_id)
            sessions.forget_devices(connection, account_id)
        log.append(connection, audit.noted(kind, actor, now, account_id, **_told(after)))
    return after


def _checked(draft: Draft) -> Draft:
    user_name, name = draft.user_name.strip().lower(), draft.name.strip()
    if not _USER_NAME.match(user_name):
        message = "用户名须为 2–40 位小写字母、数字、点、横线，以字母开头"
        raise Invalid(message, field="user_name", code="E_USER_NAME")
    if is_blank(name):
        raise Invalid("请填写姓名", field="name", code="E_EMPTY")
    check_name(name, "name")
    if not draft.posts:
        raise Invalid("请至少选一个岗位", field="posts", code="E_POSTS")
    lonely = [post.label for post in Post if post in draft.posts and post in ALONE]
    if lonely and len(draft.posts) > 1:
        raise Invalid(f"“{lonely[0]}”不能兼任其他岗位", field="posts", code="E_POSTS")
    if (Post.LIAISON in draft.posts) != bool(draft.department):
        raise Invalid("承办单位联络员须选定一个承办单位，其他岗位不选", field="department", code="E_DEPARTMENT")
    if draft.restricted and Right.READ not in rights_of(draft.posts):
        raise Invalid("限阅件只能指定给登记经办、审核签发或领导", field="restricted", code="E_POSTS")
    return replace(draft, user_name=user_name, name=name, department=draft.department or None)


def _check_readers(connection: Connection, account: Account) -> None:
    """Let two people at most read 限阅件."""
    if not account.restricted or account.disabled_at is not None:
        return
    others = [
        one
        for one in accounts.every(connection, locked=True)
        if one.restricted and one.disabled_at is None and one.id != account.id
    ]
    if len(others) >= READERS:
        raise Conflict(f"限阅件已指定{others[0].name}、{others[1].name}两人，请先取消其中一人")


def _check_manageable(everybody: list[Account]) -> None:
    """Leave somebody who manages accounts."""
    if not any(Post.ADMINISTRATOR in one.posts and one.disabled_at is None for one in everybody):
        raise Conflict("至少要有一个启用的系统管理员账号")


def _told(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "posts": sorted(one.value for one in account.posts),
        "department": account.department,
        "restricted": account.restricted or None,
    }
