"""What is typed into a form beside the list and not sent yet: kept as typed, there again when the item is opened."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from service import drafts, statistics
from service.access import Caller, Right
from service.office import Office
from service.steps import check_bound
from service.store.drafts import Draft
from service.web.api.parameters import act_of, known_id
from service.web.callers import caller_of, requires
from service.web.pages import drafting
from service.web.pages.acting import NAMES

router = APIRouter()
FORM = "item"


@router.post("/items/{item_id}/draft", dependencies=[Depends(requires(Right.UNIT, Right.MANAGE, Right.SIGN))])
async def keep(request: Request, item_id: str) -> HTMLResponse:
    """Keep what has been typed into one form; a form in which nothing stands is none."""
    return await run_in_threadpool(_keep, request, known_id(item_id), await request.form())


def _keep(request: Request, item_id: str, form: FormData) -> HTMLResponse:
    office, caller = request.app.state.office, caller_of(request)
    check_bound(statistics.item_of(office.store, item_id), act_of(office, caller))
    values = {name: str(form.get(name, "")) for name in NAMES}
    if not any(value.strip() for value in values.values()):
        return drafting.throw_away(office, caller.id, FORM, item_id)
    content = {"action": str(form.get("action", ""))[:40], **{name: value for name, value in values.items() if value}}
    return drafting.keep(office, caller.id, FORM, item_id, content)


def kept(office: Office, caller: Caller, item_id: str) -> Draft | None:
    """Read what a person has typed at an item and not sent."""
    return next((one for one in drafts.kept(office.store, caller.id, FORM) if one.key == item_id), None)


def discard(office: Office, caller: Caller, item_id: str) -> None:
    """Throw away what a person has typed at an item."""
    drafts.discard(office.store, caller.id, FORM, item_id)
