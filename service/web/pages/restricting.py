"""列为限阅件, from 待拟办 and from the page of a submission."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse

from service import restricting
from service.access import Right
from service.errors import NotFound, ServiceError
from service.office import Office
from service.web.api.parameters import known_id
from service.web.callers import caller_of, requires
from service.web.pages import frame

RIGHTS = (Right.REVIEW, Right.SIGN)
router = APIRouter(dependencies=[Depends(requires(*RIGHTS))])


@router.post("/submissions/{submission_id}/restrict")
def restrict(
    request: Request,
    submission_id: str,
    reason: Annotated[str, Form()] = "",
    reviewing: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Restrict one, and go on to the next that waits, or to the list."""
    office: Office = request.app.state.office
    known = known_id(submission_id)
    try:
        receipt = restricting.restrict(office.store, known, reason, caller_of(request).id, office.now())
    except NotFound:
        raise
    except ServiceError as error:
        back = frame.address("/review", item=known, problem=str(error)) if reviewing else None
        return RedirectResponse(back or frame.address(f"/submissions/{known}", problem=str(error)), 303)
    done = f"{receipt} 已列为限阅件，不再出现在任何列表中；请告知阅件人"
    return RedirectResponse(frame.address("/review" if reviewing else "/submissions", done=done), 303)
