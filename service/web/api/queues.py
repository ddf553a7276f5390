"""`/queues`: how much waits for whom, and claiming under a lease."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from nlp.domain import ItemState
from nlp.privacy import mask
from service import dispatch, statistics
from service.access import Right
from service.records_json import item_json, moment
from service.web.api.parameters import TheOffice, act_of, desk_of
from service.web.api.schemas import ClaimBody
from service.web.body import json_body
from service.web.callers import TheCaller, requires

router = APIRouter(tags=["转办队列"])


@router.get("/queues", dependencies=[Depends(requires(Right.READ, Right.UNIT))])
def queues(office: TheOffice, caller: TheCaller) -> dict[str, Any]:
    """Count the items of each department by state; a unit's own as far as they were signed."""
    counts = statistics.queue_counts(office.store, caller.department)
    return {
        "items": [
            {
                "department": one.id,
                "name": one.name,
                "level": one.level.value,
                "counts": {state.value: counts.get((one.id, state), 0) for state in ItemState},
            }
            for one in office.taxonomy.departments
            if one.level.dispatchable and caller.reaches(one.id)
        ]
    }


@router.post(
    "/queues/{department}/claim", dependencies=[Depends(requires(Right.UNIT))], openapi_extra={"x-body": "ClaimBody"}
)
def claim(
    office: TheOffice, caller: TheCaller, department: str, body: Annotated[ClaimBody, Depends(json_body(ClaimBody))]
) -> dict[str, Any]:
    """Lease the oldest items that wait for a department; its texts have personal data covered, as units read them."""
    act = replace(act_of(office, caller), actor=f"{caller.id}:{department}")
    leased = dispatch.claim(desk_of(office), department, body.limit, body.lease_seconds, act)
    items = []
    for item in leased:
        submission = statistics.story(office.store, item.submission_id).registered.submission
        lease = {"lease_token": item.lease_token, "leased_until": moment(item.leased_until)}
        texts = {"receipt": submission.receipt, "title": mask(submission.title), "text": mask(submission.text)}
        items.append({**item_json(item), **lease, **texts})
    return {"items": items}
