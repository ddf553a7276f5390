"""委员名册: importing it, and matching who sent something to who is on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from nlp.domain import Submitter
from service.files.damage import Weight
from service.ids import new_id
from service.imports.problems import Problem
from service.store import members
from service.store.members import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The members by name; a name may be that of several."""

    by_name: Mapping[str, Sequence[Member]]

    def completed(self, submitter: Submitter, problems: list[Problem]) -> Submitter:
        """Fill in 界别, 专委会 and unit of a member where they are not said; a name of several is said as a problem."""
        if not self.by_name:
            return submitter
        found = self.by_name.get(plain_name(submitter.name), ())
        fitting = [one for one in found if _fits(one, submitter)]
        if len(fitting) > 1:
            reason, advice = f"名册中有 {len(fitting)} 位同名委员，界别和专委会未自动补全", "请补上界别或单位"
            problems.append(Problem(column="反映人", weight=Weight.NOTE, reason=reason, advice=advice))
        if len(fitting) != 1:
            return submitter
        member = fitting[0]
        return replace(
            submitter,
            name=member.name,
            circle=submitter.circle or member.circle,
            committee=submitter.committee or member.committee,
            unit=submitter.unit or member.unit[:80],
        )


def roster_of(connection: Connection) -> Roster:
    """Read the roster."""
    by_name: dict[str, list[Member]] = {}
    for member in members.present(connection):
        by_name.setdefault(plain_name(member.name), []).append(member)
    return Roster(by_name=by_name)


def plain_name(name: str) -> str:
    """Give a name as it is compared: without spaces and the word 委员.

    >>> plain_name("王 芳 委员")
    '王芳'
    """
    return re.sub(r"\s|[（(].*?[）)]|委员\Z|(?:政协)?委员[:：]?", "", name)


def _fits(member: Member, submitter: Submitter) -> bool:
    return submitter.circle in ("", member.circle) and submitter.committee in ("", member.committee)


def take_in(connection: Connection, import_id: str, named: Sequence[Submitter], now: datetime) -> int:
    """Add members, or renew those who are on the roster with the same name and 界别, and count both."""
    roster = roster_of(connection)
    fresh: dict[tuple[str, str], Member] = {}
    for one in named:
        known = [
            each for each in roster.by_name.get(plain_name(one.name), ()) if _fits(each, replace(one, committee=""))
        ]
        if len(known) == 1:
            members.renew(connection, _renewed(known[0], one, now))
        else:
            fresh[one.name, one.circle] = Member(
                id=new_id(now), name=one.name, circle=one.circle, committee=one.committee, unit=one.unit,
                phone=one.phone, import_id=import_id, at=now,
            )  # fmt: skip
    members.add(connection, list(fresh.values()))
    return len(named)


def _renewed(member: Member, said: Submitter, now: datetime) -> Member:
    return replace(
        member,
        circle=said.circle or member.circle,
        committee=said.committee or member.committee,
        unit=said.unit or member.unit,
        phone=said.phone or member.phone,
        at=now,
    )
