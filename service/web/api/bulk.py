"""`/bulk` and `/operations`: acts on many submissions; what would change is told first, and it can be undone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from service import bulk, bulk_plan
from service.access import Caller, Right
from service.bulk_plan import Bulk
from service.records_json import moment
from service.store.operations import BulkKind, Operation, Part
from service.web.api.desk_schemas import BulkBody
from service.web.api.parameters import TheOffice, desk_of, known_id, parse_choice
from service.web.body import json_body
from service.web.callers import TheCaller, requires

ACTING = (Right.REVIEW, Right.SIGN, Right.MANAGE)
router = APIRouter(tags=["批量办理"], dependencies=[Depends(requires(*ACTING))])
Body = Annotated[BulkBody, Depends(json_body(BulkBody))]


@router.post("/bulk/preview", openapi_extra={"x-body": "BulkBody"})
def preview(office: TheOffice, caller: TheCaller, body: Body) -> dict[str, Any]:
    """Tell what an operation would change; nothing is written."""
    asked = _asked(caller, body)
    planned = bulk_plan.plan(desk_of(office), asked, [known_id(one) for one in body.ids])
    items = [
        {
            "id": one.submission_id,
            "receipt": one.receipt,
            "title": one.title,
            "change": one.change or None,
            "problem": one.problem or None,
        }
        for one in planned
    ]
    return {"able": sum(not one.problem for one in planned), "items": items}


@router.post("/bulk", openapi_extra={"x-body": "BulkBody"})
def perform(office: TheOffice, caller: TheCaller, body: Body) -> dict[str, Any]:
    """Do it; what cannot be done of it is said, and the others are done."""
    asked = _asked(caller, body)
    made = bulk.perform(desk_of(office), asked, [known_id(one) for one in body.ids], caller.id, office.now())
    return operation_json(*bulk.told(desk_of(office), made.id))


@router.get("/operations/{operation_id}")
def told(office: TheOffice, operation_id: str) -> dict[str, Any]:
    """Tell what came of an operation."""
    return operation_json(*bulk.told(desk_of(office), known_id(operation_id)))


@router.post("/operations/{operation_id}/undo")
def undo(office: TheOffice, caller: TheCaller, operation_id: str) -> dict[str, Any]:
    """撤销 one's own operation, as far as nobody has acted since."""
    bulk.undo(desk_of(office), known_id(operation_id), caller.id, office.now())
    return operation_json(*bulk.told(desk_of(office), operation_id))


def _asked(caller: Caller, body: BulkBody) -> Bulk:
    return bulk_plan.asked(caller, parse_choice(BulkKind, body.act, "act"), body.value)


def operation_json(operation: Operation, parts: list[Part]) -> dict[str, Any]:
    """Give an operation with its parts; `undone` of a part is null until the operation is undone."""
    return {
        "id": operation.id,
        "act": operation.kind.value,
        "value": operation.value,
        "person": operation.person,
        "at": moment(operation.at),
        "undone_at": moment(operation.undone_at),
        "items": [
            {
                "id": part.submission_id,
                "receipt": part.receipt,
                "problem": part.problem or None,
                "undone": None if part.undo_problem is None else not part.undo_problem,
                "undo_problem": part.undo_problem or None,
            }
            for part in parts
        ],
    }
