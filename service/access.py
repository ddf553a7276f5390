"""Who calls, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable
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


ALONE = frozenset({Post.LIAISON, Post.ADMINISTRATOR, Post.AUDITOR})
"""Posts that nobody holds beside another one: who runs the machine or checks on others reads no texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody, or a program, that asks for something.

    `id` is what decisions and events keep as the actor: that of an account or of a key. `department` binds a caller to
    the items of one unit; None is the whole office. `stands_for` are the ids of those whose work the caller does today
    (AB 角). A caller who `must_change` the password may do nothing else.
    """

    id: str
    name: str
    rights: frozenset[Right]
    posts: frozenset[Post] = frozenset()
    department: str | None = None
    stands_for: tuple[str, ...] = ()
    must_change: bool = False

    def may(self, *rights: Right) -> bool:
        """Tell whether the caller has one of the rights."""
        return not self.rights.isdisjoint(rights)

    def reaches(self, department: str) -> bool:
        """Tell whether the items of a department are the caller's to see."""
        return self.department in (None, department)

    @property
    def title(self) -> str:
        """What the caller is in the office, in words."""
        return "、".join(one.label for one in Post if one in self.posts)


PROGRAM = Caller(id="api", name="接口", rights=frozenset(Right) - {Right.RESTRICTED, Right.PEOPLE, Right.AUDIT})
"""A program on this machine."""


NOBODY = Caller(id="", name="", rights=frozenset())
"""Somebody who is not signed in."""


def rights_of(posts: Iterable[Post]) -> frozenset[Right]:
    """Give the rights that posts come with."""
    return frozenset().union(*(RIGHTS[post] for post in posts))
