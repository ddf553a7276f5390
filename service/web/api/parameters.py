"""What several endpoints read from path, query and application in the same way."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request

from nlp.domain import Stage, Track, Urgency
from service.access import Caller
from service.dispatch import Act, Desk
from service.errors import Invalid, NotFound
from service.office import Office
from service.store.conditions import Mark, SubmissionFilter

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)

Choice = TypeVar("Choice", bound=StrEnum)


class YesNo(StrEnum):
    """Yes or no in an address."""

    YES = "yes"
    NO = "no"


def office_of(request: Request) -> Office:
    """Give the office that the application serves."""
    office: Office = request.app.state.office
    return office


TheOffice = Annotated[Office, Depends(office_of)]


def desk_of(office: Office) -> Desk:
    """Give what dispatching needs of an office."""
    return Desk(store=office.store, policy=office.policy, directory=office.taxonomy)


def known_id(value: str) -> str:
    """Let only ids through that can be ours.

    Raises:
        NotFound: it cannot be one.
    """
    if not _ID.match(value):
        raise NotFound("没有找到，请核对编号")
    return value


def parse_day(value: str | None, field: str) -> date | None:
    """Read a day such as ``2026-11-23``; nothing and an empty value are None.

    Raises:
        Invalid: it is no day between 1990 and 2100.
    """
    if not value:
        return None
    try:
        day = date.fromisoformat(value) if _DAY.match(value) else None
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 2100:
        raise Invalid("不是正确的日期，应如 2026-11-23", field=field, code="E_DATE")
    return day


def parse_choice(kind: type[Choice], value: str | None, field: str) -> Choice | None:
    """Read one of an enum's values; nothing and an empty value are None.

    Raises:
        Invalid: it is none of them.
    """
    if not value:
        return None
    try:
        return kind(value)
    except ValueError:
        raise Invalid(f"只能是 {'、'.join(one.value for one in kind)} 之一", field=field, code="E_CHOICE") from None


def submission_filter(
    stage: str | None = None,
    theme: str | None = None,
    department: str | None = None,
    source: str | None = None,
    place: str | None = None,
    track: str | None = None,
    first: Annotated[str | None, Query(alias="from")] = None,
    to: str | None = None,
    q: Annotated[str, Query(max_length=100)] = "",
    urgency: str | None = None,
    mark: str | None = None,
    adopted: str | None = None,
    counted: str | None = None,
    matter: str | None = None,
) -> SubmissionFilter:
    """Read the filters that lists and distributions share.

    Raises:
        Invalid: a choice or day that cannot be, or days in the wrong order.
    """
    wanted = SubmissionFilter(
        stage=parse_choice(Stage, stage, "stage"),
        theme=_or_none(theme),
        lead=_or_none(department),
        source=source or None,
        place=_or_none(place),
        track=parse_choice(Track, track, "track"),
        first_day=parse_day(first, "from"),
        last_day=parse_day(to, "to"),
        text=q.strip(),
        urgency=parse_choice(Urgency, urgency, "urgency"),
        mark=parse_choice(Mark, mark, "mark"),
        adopted=None if not (taken := parse_choice(YesNo, adopted, "adopted")) else taken is YesNo.YES,
        counted=bool(counted),
        matter=matter or None,
    )
    if wanted.first_day and wanted.last_day and wanted.first_day > wanted.last_day:
        raise Invalid("开始日期晚于结束日期", field="from", code="E_DATE")
    return wanted


def _or_none(value: str | None) -> str | None:
    """Read a filter that can ask for those that have none: nothing asks for all, `none` for those."""
    return {"": None, "none": ""}.get(value or "", value)


Wanted = Annotated[SubmissionFilter, Depends(submission_filter)]
Limit = Annotated[int, Query(ge=1, le=200)]


def act_of(office: Office, caller: Caller, lease_token: str | None = None, version: int | None = None) -> Act:
    """Say who acts now, bound to their own unit if they belong to one, and on what they rely."""
    return Act(
        actor=caller.id, now=office.now(), lease_token=lease_token, version=version, department=caller.department
    )
