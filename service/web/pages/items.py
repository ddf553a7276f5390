"""Acting on items from their pages: one at a time beside the list, or many at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from nlp.domain import ItemState, QueueItem
from service import attachments, dispatch, statistics
from service.access import Caller, Right
from service.attachments import Upload
from service.dispatch import Act, Desk
from service.errors import NotFound, ServiceError
from service.office import Office
from service.web.api.parameters import act_of, desk_of, known_id
from service.web.callers import caller_of, requires
from service.web.errors import STATUS
from service.web.pages import frame, item_drafts
from service.web.pages.acting import NAMES, paper_of, perform
from service.web.pages.ledger import place_of, safe, show
from service.web.pages.panel import Sent, with_item
from service.web.pages.register import uploads_of

router = APIRouter()
MOST_AT_ONCE = 200
_ACTING = (Right.UNIT, Right.MANAGE, Right.SIGN)


@router.post("/items/{item_id}/{action}", dependencies=[Depends(requires(*_ACTING))], response_model=None)
async def act(request: Request, item_id: str, action: str) -> Response:
    """Do something to one item and show it again beside its list; what could not be done keeps what was typed."""
    form = await request.form()
    uploads = await uploads_of(form)
    return await run_in_threadpool(_act, request, known_id(item_id), action, form, uploads)


def _act(request: Request, item_id: str, action: str, form: FormData, uploads: list[Upload]) -> Response:
    office, caller = request.app.state.office, caller_of(request)
    sent = {name: str(form.get(name, "")) for name in NAMES}
    back = str(form.get("back", ""))
    there = safe(caller, back)
    try:
        did = replace(act_of(office, caller, version=_version(form)), paper=paper_of(caller, action, sent))
        for upload in uploads:
            attachments.check(upload, office.settings.attachment_limit)
        done = perform(desk_of(office), action, item_id, sent, did)
        _keep(office, caller, item_id, uploads)
        item_drafts.discard(office, caller, item_id)
    except NotFound:
        raise
    except ServiceError as error:
        status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)
        place = place_of(request, there.partition("?")[0], dict(parse_qsl(there.partition("?")[2])))
        kept = Sent(action=action, values=sent)
        return show(request, place, sent=kept, item_id=item_id, problem=str(error), status=status)
    if back.startswith("/submissions/") and "//" not in back and caller.department is None:
        return RedirectResponse(frame.address(back.partition("?")[0], done=done), 303)
    return RedirectResponse(f"{with_item(there, item_id)}&{frame.query(done=done)}", 303)


def _version(form: FormData) -> int | None:
    version = str(form.get("version", ""))
    return int(version) if version.isdecimal() and len(version) < 10 else None


def _keep(office: Office, caller: Caller, item_id: str, uploads: list[Upload]) -> None:
    if not uploads:
        return
    submission_id = statistics.item_of(office.store, item_id).submission_id
    for upload in uploads:
        attachments.keep(
            office.store,
            office.settings.home,
            submission_id,
            upload,
            office.settings.attachment_limit,
            caller.id,
            office.now(),
            item_id,
        )


@router.post("/ledger/sign", dependencies=[Depends(requires(Right.SIGN))])
async def sign_all(request: Request) -> RedirectResponse:
    """批量签发."""
    return await _many(request, "/ledger", ItemState.AWAITING_SIGNATURE, "签发", dispatch.sign)


@router.post("/departments/{department}/accept", dependencies=[Depends(requires(Right.UNIT))])
async def accept_all(request: Request, department: str) -> RedirectResponse:
    """批量签收 by a unit."""
    if caller_of(request).department != department:
        raise NotFound("没有这个承办单位，请核对编号")
    return await _many(request, f"/departments/{department}", ItemState.QUEUED, "签收", dispatch.accept)


async def _many(
    request: Request, here: str, state: ItemState, verb: str, doer: Callable[[Desk, str, Act], QueueItem]
) -> RedirectResponse:
    """Do the same to many, each in its own transaction; what could not be done is said."""
    chosen = [str(one) for one in (await request.form()).getlist("item")][:MOST_AT_ONCE]
    office: Office = request.app.state.office
    caller = caller_of(request)

    def run() -> tuple[int, list[str]]:
        done, problems = 0, []
        for item_id in chosen:
            try:
                doer(desk_of(office), known_id(item_id), act_of(office, caller))
                done += 1
            except ServiceError as error:
                problems.append(str(error))
        return done, problems

    done, problems = await run_in_threadpool(run)
    wrong = f"{len(problems)} 件没有{verb}：{problems[0]}" if problems else "" if chosen else f"请先勾选要{verb}的件"
    said = f"已{verb} {done} 件" if done else ""
    return RedirectResponse(frame.address(here, state=state.value, done=said, problem=wrong), 303)
