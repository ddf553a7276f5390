"""Signing in and out, and who a session belongs to.

Failed attempts make the next one wait, longer each time, for this user name *from this source* alone: nobody can lock
somebody else out. A browser in which the person has signed in before counts as a source of its own, so that strangers
behind the same address do not either.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from service import audit
from service.access import Caller, Post, Right, rights_of
from service.audit import Kind
from service.deadlines import local_day
from service.errors import ServiceError, Unavailable
from service.passwords import hash_token, is_right, new_token
from service.store import accounts, failures, sessions
from service.store import audit as log
from service.store.accounts import Account
from service.store.engine import Store
from service.store.sessions import Held, Session

FREE = 5
"""Attempts that cost no waiting."""
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
TOUCH = timedelta(minutes=1)
"""How exactly it is known when a session was last used."""


class WrongPassword(ServiceError):
    """User name and password do not go together, or the account is disabled: which of them is not told."""

    code = "E_SIGN_IN"


class TooManyAttempts(ServiceError):
    """Too many attempts with this user name from this source."""

    code = "E_TOO_MANY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """User name and password as typed, the address they come from, and the token of the browser (empty: none)."""

    user_name: str
    password: str
    source: str
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """How long a session lasts without being used, and at the most."""

    idle: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Somebody has signed in: the tokens for the session and the browser, told this once."""

    account: Account
    token: str
    device: str


def sign_in(store: Store, attempt: Attempt, lifetime: Lifetime, now: datetime) -> Opened:
    """Open a session.

    Raises:
        WrongPassword: they do not go together.
        TooManyAttempts: wait first.
    """
    user_name = attempt.user_name.strip().lower()[:40]
    with store.write() as connection:
        account = accounts.by_user_name(connection, user_name)
        source = attempt.source
        if account and attempt.device and sessions.knows_device(connection, hash_token(attempt.device), account.id):
            source = f"device:{hash_token(attempt.device)[:40]}"
        count, last = failures.count(connection, user_name, source, now)
        _check_wait(count, last, now)
        failures.note(connection, user_name, source, count + 1, now)
    right = is_right(attempt.password, account.password if account else "")
    if account is None or not right or account.disabled_at is not None:
        if account is not None:
            audit.note(store, Kind.SIGN_IN_FAILED, account.id, now, account.id, source=attempt.source)
        raise WrongPassword("用户名或密码不正确，请重新输入")
    with store.write() as connection:
        failures.clear(connection, user_name, source)
    return open_session(store, account, attempt, lifetime, now)


def _check_wait(count: int, last: datetime | None, now: datetime) -> None:
    if count < FREE or last is None:
        return
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(count - FREE, 10))
    left = last + wait - now
    if left > timedelta(0):
        raise TooManyAttempts(f"输错次数较多，请 {max(1, round(left.total_seconds()))} 秒后再试")


def open_session(store: Store, account: Account, attempt: Attempt, lifetime: Lifetime, now: datetime) -> Opened:
    """Open a session for somebody who has been recognised."""
    token, device = new_token(), attempt.device or new_token()
    session = Session(
        token_sha256=hash_token(token),
        account_id=account.id,
        opened_at=now,
        seen_at=now,
        ends_at=now + lifetime.longest,
        source=attempt.source[:80],
    )
    with store.write() as connection:
        sessions.purge(connection, now)
        sessions.add(connection, session)
        sessions.know_device(connection, hash_token(device), account.id, now)
        log.append(connection, audit.noted(Kind.SIGNED_IN, account.id, now, account.id, source=attempt.source))
    return Opened(account=account, token=token, device=device)


def sign_out(store: Store, token: str, now: datetime) -> None:
    """End a session, where it has not ended already."""
    with store.write() as connection:
        held = sessions.find(connection, hash_token(token), local_day(now))
        if held is not None:
            sessions.end(connection, held.session.token_sha256)
            who = held.account.id
            log.append(connection, audit.noted(Kind.SIGNED_OUT, who, now, who))


def caller_of_session(store: Store, token: str, lifetime: Lifetime, now: datetime) -> Caller | None:
    """Tell whose session a token is; None when there is none, it is over, or the account is disabled."""
    with store.read() as connection:
        held = sessions.find(connection, hash_token(token), local_day(now))
    if held is None or not _holds(held, lifetime, now):
        return None
    if now - held.session.seen_at >= TOUCH:
        with suppress(Unavailable), store.write() as connection:
            sessions.touch(connection, held.session.token_sha256, now)
    return caller_of_account(held.account, held.absent)


def _holds(held: Held, lifetime: Lifetime, now: datetime) -> bool:
    idle = now - held.session.seen_at >= lifetime.idle
    return not idle and now < held.session.ends_at and held.account.disabled_at is None


def caller_of_account(account: Account, absent: tuple[Account, ...] = ()) -> Caller:
    """Tell what a person may do: what their posts allow, those of the people they stand in for, and 限阅件 by name."""
    posts: frozenset[Post] = account.posts.union(*(one.posts for one in absent))
    named = {Right.RESTRICTED} if account.restricted else set()
    department = next((one.department for one in (account, *absent) if one.department), None)
    return Caller(
        id=account.id,
        name=account.name,
        rights=frozenset() if account.must_change else rights_of(posts) | named,
        posts=posts,
        department=department,
        stands_for=tuple(one.id for one in absent),
        must_change=account.must_change,
    )
