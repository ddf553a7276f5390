"""Who calls, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nlp.domain import Labelled


class Right(StrEnum):
    """Something that a caller may do."""

    READ = "read"
    """Read 来稿, items and figures of the whole office."""
    REGISTER = "register"
    """登记, 导入, attachments."""
    REVIEW = "review"
    """拟办."""
    SIGN = "sign"
    """签发."""
    MANAGE = "manage"
    """What the desk does to items: 改派, 审核, 催办, 延期, 办结, 代登记."""
    UNIT = "unit"
    """What a unit does to its own items: 签收, 申请退回, 申请延期, 报送办理结果."""
    EXPORT = "export"
    """Take lists and papers out of the system."""
    PEOPLE = "people"
    """Accounts and keys."""
    SETTINGS = "settings"
    """Models, backups, the state of the machine."""
    AUDIT = "audit"
    """The log of who did what."""
    RESTRICTED = "restricted"
    """限阅件; given to two named people, never by a role."""


class Post(Labelled):
    """A role of a person: what they are in the office."""

    REGISTRAR = "registrar", "登记经办"
    SIGNER = "signer", "审核签发"
    LIAISON = "liaison", "承办单位联络员"
    LEADER = "leader", "领导"
    ADMINISTRATOR = "administrator", "系统管理员"
    AUDITOR = "auditor", "安全审计员"


RIGHTS: dict[Post, frozenset[Right]] = {
    Post.REGISTRAR: frozenset({Right.READ, Right.REGISTER, Right.REVIEW, Right.MANAGE, Right.EXPORT}),
    Post.SIGNER: frozenset({Right.READ, Right.SIGN, Right.MANAGE, Right.EXPORT}),
    Post.LIAISON: frozenset({Right.UNIT}),
    Post.LEADER: frozenset({Right.READ}),
    Post.ADMINISTRATOR: frozenset({Right.PEOPLE, Right.SETTINGS}),
    Post.AUDITOR: frozenset({Right.AUDIT}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody, or a program, that asks for something.

    `id` is what decisions and events keep as the actor. `department` binds a caller to the items of one unit; None is
    the whole office.
    """

    id: str
    name: str
    rights: frozenset[Right]
    posts: frozenset[Post] = frozenset()
    department: str | None = None

    def may(self, right: Right) -> bool:
        """Tell whether the caller has a right."""
        return right in self.rights


DESK = Caller(id="desk", name="登记经办", rights=frozenset(Right) - {Right.RESTRICTED})
"""Whoever sits at this machine, until there are accounts."""
PROGRAM = Caller(id="api", name="接口", rights=frozenset(Right) - {Right.RESTRICTED, Right.PEOPLE, Right.AUDIT})
"""A program on this machine."""
