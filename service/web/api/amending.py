"""更正登记内容: put right what was registered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from service import amending
from service.access import Right
from service.amending import Amendment
from service.web.api.desk_schemas import AmendBody
from service.web.api.parameters import TheOffice, known_id
from service.web.api.submissions import parse_moment, submitter_of
from service.web.body import json_body
from service.web.callers import TheCaller, requires

router = APIRouter(tags=["来稿"], dependencies=[Depends(requires(Right.REGISTER))])


@router.post("/submissions/{submission_id}/amend", openapi_extra={"x-body": "AmendBody"})
def amend(
    office: TheOffice,
    caller: TheCaller,
    submission_id: str,
    body: Annotated[AmendBody, Depends(json_body(AmendBody))],
) -> dict[str, Any]:
    """Put it right; `became` tells whether it was judged again, restricted, or the decision was left as it is."""
    known, now = known_id(submission_id), office.now()
    wanted = Amendment(
        title=body.title,
        text=body.text,
        source=body.source,
        place=body.place,
        submitter=None if body.submitter is None else submitter_of(body.submitter),
        received_at=None if body.received_at is None else parse_moment(body.received_at, now),
        urgency=body.urgency,
        openness=body.openness,
        name_public=body.name_public,
        reported_elsewhere=body.reported_elsewhere,
    )
    done = amending.amend(
        office.store, office.judge, office.policy, office.taxonomy, known, wanted, body.reason, caller.id, now
    )
    return {"id": known, "receipt": done.receipt, "became": done.became.value}
