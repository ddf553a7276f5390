"""上报文本: chosen submissions as text, to be pasted into the platform of the level above. Taking it is an export."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from service.access import Right
from service.errors import Invalid
from service.exports import Wish
from service.files.tables import Form
from service.office import Office
from service.upward import MOST_IN_BRIEF
from service.web.callers import caller_of, requires
from service.web.pages import frame
from service.web.printing import take_text

router = APIRouter()


@router.post("/upward/text", dependencies=[Depends(requires(Right.EXPORT))])
async def text(request: Request) -> Response:
    """Show chosen submissions as text, with personal data only for a purpose."""
    return await run_in_threadpool(_text, request, await request.form())


def _text(request: Request, form: FormData) -> Response:
    office: Office = request.app.state.office
    chosen = list(dict.fromkeys(str(one) for one in form.getlist("submission")))
    if not 1 <= len(chosen) <= MOST_IN_BRIEF:
        level = str(form.get("level", ""))
        return _back("/upward/waiting", level=level, problem=f"请勾选 1–{MOST_IN_BRIEF} 件来稿")
    wish = Wish(form=Form.JSONL, purpose=str(form.get("purpose", "")), revealed=form.get("revealed") == "1")
    try:
        pieces = take_text(office, caller_of(request), chosen, wish)
    except Invalid as error:
        return _back(f"/submissions/{chosen[0]}/upward", problem=str(error))
    whole = "\n\n".join(one.text for one in pieces)
    return frame.render(request, "upward_text.html", "/upward", pieces=pieces, masked=not wish.revealed, whole=whole)


def _back(path: str, **parameters: str) -> Response:
    return RedirectResponse(frame.address(path, **parameters), 303)
