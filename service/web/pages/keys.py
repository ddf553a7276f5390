"""接口密钥: keys of programs elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from service import keys
from service.access import Right
from service.errors import Invalid, NotFound, ServiceError
from service.keys import SCOPES, KeyDraft
from service.office import Office
from service.store.keys import Key
from service.web.api.parameters import known_id
from service.web.callers import caller_of, requires
from service.web.pages import frame

HERE = "/keys"
router = APIRouter(prefix=HERE, dependencies=[Depends(requires(Right.PEOPLE))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A key as a line of the list."""

    id: str
    name: str
    hint: str
    scopes: str
    department: str
    made: str
    expires: str
    used: str
    state: str
    tone: str
    working: bool


@router.get("")
def listed(request: Request, done: str = "", problem: str = "") -> HTMLResponse:
    """Show every key."""
    return _page(request, notice=done[:100], problem=problem[:200])


@router.post("")
def made(
    request: Request,
    name: Annotated[str, Form()] = "",
    scopes: Annotated[list[str] | None, Form()] = None,
    department: Annotated[str, Form()] = "",
    days: Annotated[str, Form()] = "90",
) -> HTMLResponse:
    """Make a key, and show it this once."""
    office: Office = request.app.state.office
    try:
        if not (days.isdecimal() and len(days) < 5):
            raise Invalid("有效期应为天数", field="days", code="E_RANGE")
        draft = KeyDraft(
            name=name, scopes=keys.parse_scopes(scopes or []), department=department or None, days=int(days)
        )
        _, secret = keys.make(office.store, office.taxonomy, draft, caller_of(request).id, office.now())
    except ServiceError as error:
        return _page(request, problem=str(error), status=422)
    return _page(request, secret=secret)


@router.post("/{key_id}/revoke")
def revoked(request: Request, key_id: str) -> RedirectResponse:
    """Revoke a key."""
    office: Office = request.app.state.office
    try:
        keys.revoke(office.store, known_id(key_id), caller_of(request).id, office.now())
    except NotFound:
        raise
    except ServiceError as error:
        return RedirectResponse(frame.address(HERE, problem=str(error)), 303)
    return RedirectResponse(frame.address(HERE, done="已吊销，用它的程序即刻不能再用"), 303)


def _page(request: Request, secret: str = "", notice: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    office: Office = request.app.state.office
    units = [one for one in frame.department_choices(office) if _dispatchable(office, one.value)]
    return frame.render(
        request,
        "keys.html",
        HERE,
        status=status,
        notice=notice,
        problem=problem,
        secret=secret,
        rows=[_line(office, one) for one in keys.every(office.store)],
        scopes=[frame.Choice(value=right.value, label=words) for right, words in SCOPES.items()],
        departments=units,
    )


def _dispatchable(office: Office, department: str) -> bool:
    found = office.taxonomy.department(department)
    return found is not None and found.level.dispatchable


def _line(office: Office, key: Key) -> Line:
    state = "已吊销" if key.revoked_at else "已到期" if key.expires_at <= office.now() else "有效"
    return Line(
        id=key.id,
        name=key.name,
        hint=f"{key.hint}…",
        scopes="、".join(words for right, words in SCOPES.items() if right in key.scopes),
        department=office.taxonomy.department_name(key.department),
        made=f"{frame.day(key.made_at)} {frame.actor_name(office, key.made_by)}",
        expires=frame.day(key.expires_at),
        used=frame.minute(key.used_at) if key.used_at else "未用过",
        state=state,
        tone="well" if state == "有效" else "plain",
        working=state == "有效",
    )
