"""列为限阅件. What is restricted is not told of any more, so there is no way back here."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from service import restricting
from service.access import Right
from service.web.api.desk_schemas import RestrictBody
from service.web.api.parameters import TheOffice, known_id
from service.web.body import json_body
from service.web.callers import TheCaller, requires

router = APIRouter(tags=["拟办"], dependencies=[Depends(requires(Right.REVIEW, Right.SIGN))])


@router.post("/submissions/{submission_id}/restrict", openapi_extra={"x-body": "RestrictBody"})
def restrict(
    office: TheOffice,
    caller: TheCaller,
    submission_id: str,
    body: Annotated[RestrictBody, Depends(json_body(RestrictBody))],
) -> dict[str, Any]:
    """Restrict one: only its number is told, as when it had been restricted at registration."""
    known = known_id(submission_id)
    return {"id": known, "receipt": restricting.restrict(office.store, known, body.reason, caller.id, office.now())}
