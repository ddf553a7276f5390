"""审计日志: what is written down of people, and reading it. Texts of submissions never stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from nlp.domain import Labelled
from service.store import audit, restricted
from service.store.audit import Entry, Noted
from service.store.engine import Store


class Kind(Labelled):
    """What an entry tells of; the label is what the page shows."""

    SIGNED_IN = "signed_in", "登录"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败"
    SIGNED_OUT = "signed_out", "退出"
    PASSWORD_CHANGED = "password_changed", "修改密码"
    PASSWORD_RESET = "password_reset", "重置密码"
    ACCOUNT_MADE = "account_made", "新建账号"
    ACCOUNT_CHANGED = "account_changed", "修改账号"
    ACCOUNT_DISABLED = "account_disabled", "停用账号"
    ACCOUNT_ENABLED = "account_enabled", "启用账号"
    SUBSTITUTE_SET = "substitute_set", "设定 AB 角"
    SUBSTITUTE_ENDED = "substitute_ended", "结束 AB 角"
    KEY_MADE = "key_made", "新建接口密钥"
    KEY_REVOKED = "key_revoked", "吊销接口密钥"
    EXPORTED = "exported", "导出"
    RESTRICTED_SEEN = "restricted_seen", "查看限阅件"
    RESTRICTED_DECIDED = "restricted_decided", "处理限阅件"
    BACKED_UP = "backed_up", "备份"
    RESTORED = "restored", "恢复"
    SETTINGS_CHANGED = "settings_changed", "修改设置"


_OF_RESTRICTED = {Kind.RESTRICTED_SEEN.value, Kind.RESTRICTED_DECIDED.value}


def noted(kind: Kind, actor: str, now: datetime, subject: str = "", **details: Any) -> Noted:
    """Make an entry to be appended within a transaction by `service.store.audit.append`."""
    return Noted(actor=actor, kind=kind.value, at=now, subject=subject, details=tuple(details.items()))


def note(store: Store, kind: Kind, actor: str, now: datetime, subject: str = "", **details: Any) -> None:
    """Append an entry in a transaction of its own, such as that of an export."""
    with store.write() as connection:
        audit.append(connection, noted(kind, actor, now, subject, **details))


def page(store: Store, before: int | None, limit: int, kinds: Sequence[Kind] = (), actor: str = "") -> list[Entry]:
    """Read entries, the newest first."""
    with store.read() as connection:
        return audit.page(connection, before, limit, [one.value for one in kinds], actor)


def receipts(store: Store, entries: Sequence[Entry]) -> dict[str, str]:
    """Give the 登记号 of the 限阅件 that entries are about, by their ids: which it was, nothing of what it says."""
    ids = [one.subject for one in entries if one.kind in _OF_RESTRICTED]
    with store.read() as connection:
        return restricted.receipts(connection, ids)


def broken_at(store: Store) -> int | None:
    """Give the number of the first entry that does not fit into the chain, or None when the log is whole."""
    with store.read() as connection:
        return audit.broken_at(connection)
