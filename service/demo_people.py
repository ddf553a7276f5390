"""The people of the demonstration: one for every post, so that each can be tried."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

from nlp.domain import Submitter
from service import people
from service.access import Post
from service.errors import Conflict
from service.passwords import random_password
from service.people import SYSTEM, Draft
from service.store.engine import Store

CLERK = "jingban"
SIGNER = "qianfa"
DEMO = (
    Draft(
        user_name=CLERK,
        name="王经办",
        posts=frozenset({Post.REGISTRAR, Post.SIGNER}),
        restricted=True,
    ),
    Draft(user_name="dengji", name="马登记", posts=frozenset({Post.REGISTRAR})),
    Draft(user_name=SIGNER, name="李签发", posts=frozenset({Post.SIGNER}), restricted=True),
    Draft(user_name="jiaoyu", name="杨老师", posts=frozenset({Post.LIAISON}), department="education"),
    Draft(user_name="lingdao", name="丁主席", posts=frozenset({Post.LEADER})),
    Draft(user_name="admin", name="系统管理员", posts=frozenset({Post.ADMINISTRATOR})),
    Draft(user_name="shenji", name="安全审计员", posts=frozenset({Post.AUDITOR})),
)


MEMBERS = (
    ("马志远", "农业界", "农业和农村委员会"),
    ("李秀兰", "教育界", "教科卫体委员会"),
    ("杨晓东", "医药卫生界", "教科卫体委员会"),
    ("丁玉梅", "妇联", "社会和法制委员会"),
    ("白玉林", "经济界", "经济委员会"),
    ("金国庆", "工会", "社会和法制委员会"),
    ("何丽", "少数民族界", "民族和宗教委员会"),
    ("王海涛", "社会福利和社会保障界", "社会和法制委员会"),
)
"""Name, 界别 and 专委会 of the members who send something; all of them invented."""


def anybody(chance: random.Random) -> Submitter:
    """Choose a member."""
    name, circle, committee = chance.choice(MEMBERS)
    return Submitter(name=name, circle=circle, committee=committee)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Somebody to sign in as."""

    user_name: str
    name: str
    posts: str


def ensure(store: Store, now: datetime, password: str | None = None) -> tuple[list[Role], str]:
    """Make the accounts that are missing, give all of them one password, and tell who they are and the password."""
    chosen = password or random_password(*(draft.user_name for draft in DEMO))
    for draft in DEMO:
        present = people.find(store, draft.user_name)
        if present is None:
            people.create(store, draft, SYSTEM, now, password=chosen)
        else:
            people.set_password(store, present.id, chosen, now)
    roles = [
        Role(user_name=one.user_name, name=one.name, posts="、".join(post.label for post in Post if post in one.posts))
        for one in DEMO
    ]
    return roles, chosen


def id_of(store: Store, user_name: str) -> str:
    """Give the id of one of them.

    Raises:
        Conflict: the accounts have not been made.
    """
    found = people.find(store, user_name)
    if found is None:
        raise Conflict("演示账号尚未建立，请用 minyi demo 启动")
    return found.id
