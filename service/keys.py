"""接口密钥: what programs elsewhere call the API with. A key is shown once, has a scope and an end."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from service import audit
from service.access import Caller, Right
from service.audit import Kind
from service.directory import Directory, name_of
from service.errors import Invalid, NotFound, Unavailable
from service.ids import new_id
from service.limits import check_name, is_blank
from service.passwords import hash_token, new_token
from service.store import audit as log
from service.store import keys
from service.store.engine import Store
from service.store.keys import Key

SCOPES = {
    Right.READ: "读来稿、承办件和统计",
    Right.REGISTER: "登记来稿、试判",
    Right.REVIEW: "拟办",
    Right.SIGN: "签发",
    Right.MANAGE: "改派、审核、催办、办结",
    Right.UNIT: "领取、签收、报送办理结果",
    Right.EXPORT: "导出",
    Right.SETTINGS: "运行状态",
}
"""What a key may be for, in words. 限阅件, accounts and the log are for people alone."""
LONGEST_DAYS = 366
TOUCH = timedelta(hours=1)
_PREFIX = "minyi_"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDraft:
    """A key as it is wanted: what for, its scopes, the unit that it is bound to, how many days it lasts."""

    name: str
    scopes: frozenset[Right]
    department: str | None = None
    days: int = 90


def make(store: Store, directory: Directory, draft: KeyDraft, actor: str, now: datetime) -> tuple[Key, str]:
    """Make a key, and give it with its secret, which is told this once.

    Raises:
        Invalid: no name, no scope or one that keys cannot have, an unknown department, or days out of range.
    """
    _check(directory, draft)
    secret = _PREFIX + new_token()
    key = Key(
        id=new_id(now),
        name=draft.name.strip(),
        key_sha256=hash_token(secret),
        hint=secret[: len(_PREFIX) + 4],
        scopes=draft.scopes,
        department=draft.department,
        made_by=actor,
        made_at=now,
        expires_at=now + timedelta(days=draft.days),
    )
    with store.write() as connection:
        keys.add(connection, key)
        told = {"name": key.name, "scopes": sorted(key.scopes), "department": key.department, "days": draft.days}
        log.append(connection, audit.noted(Kind.KEY_MADE, actor, now, key.id, **told))
    return key, secret


def revoke(store: Store, key_id: str, actor: str, now: datetime) -> None:
    """Revoke a key at once.

    Raises:
        NotFound: there is none, or it has been revoked.
    """
    with store.write() as connection:
        if not keys.revoke(connection, key_id, now):
            raise NotFound("没有这个密钥，或已吊销")
        log.append(connection, audit.noted(Kind.KEY_REVOKED, actor, now, key_id))


def every(store: Store) -> list[Key]:
    """Read every key, the newest first."""
    with store.read() as connection:
        return keys.every(connection)


def caller_of_key(store: Store, secret: str, now: datetime) -> Caller | None:
    """Tell who calls with a key; None when there is no such key, or it has ended or been revoked."""
    with store.read() as connection:
        key = keys.find(connection, hash_token(secret))
    if key is None or key.revoked_at is not None or key.expires_at <= now:
        return None
    if key.used_at is None or now - key.used_at >= TOUCH:
        with suppress(Unavailable), store.write() as connection:
            keys.touch(connection, key.id, now)
    return Caller(id=key.id, name=key.name, rights=key.scopes, department=key.department)


def parse_scopes(values: Collection[str]) -> frozenset[Right]:
    """Read scopes by their names.

    Raises:
        Invalid: one is unknown.
    """
    try:
        return frozenset(Right(one) for one in values)
    except ValueError:
        known = "、".join(SCOPES)
        raise Invalid(f"有不认识的权限，只能是 {known}", field="scopes", code="E_CHOICE") from None


def _check(directory: Directory, draft: KeyDraft) -> None:
    if is_blank(draft.name):
        raise Invalid("请填写密钥的用途", field="name", code="E_EMPTY")
    check_name(draft.name, "name")
    if not draft.scopes or not draft.scopes <= set(SCOPES):
        raise Invalid("请至少选一项权限；人员、审计和限阅件不能授给密钥", field="scopes", code="E_CHOICE")
    if draft.department is not None and name_of(directory, draft.department) is None:
        raise Invalid("没有这个承办单位，请从列表中选择", field="department", code="E_DEPARTMENT")
    if draft.department is not None and draft.scopes != {Right.UNIT}:
        raise Invalid("限定承办单位的密钥只能用于领取和办理本单位的件", field="scopes", code="E_CHOICE")
    if not 1 <= draft.days <= LONGEST_DAYS:
        raise Invalid(f"有效期须为 1–{LONGEST_DAYS} 天", field="days", code="E_RANGE")
