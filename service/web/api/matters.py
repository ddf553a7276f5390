"""`/submissions/{id}/…`: 并案 and 标记."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from service import linking, marking, statistics
from service.access import Right
from service.errors import Invalid
from service.office import Office
from service.records_json import registered_json
from service.store.conditions import Mark
from service.web.api.desk_schemas import LinkBody, MarkBody
from service.web.api.parameters import TheOffice, known_id, parse_choice
from service.web.body import json_body
from service.web.callers import TheCaller, requires

router = APIRouter(tags=["来稿"])
ACTING = [Depends(requires(Right.REVIEW, Right.MANAGE))]
READING = [Depends(requires(Right.READ))]
Marking = Annotated[MarkBody, Depends(json_body(MarkBody))]


@router.get("/submissions/{submission_id}/same", dependencies=READING)
def same(office: TheOffice, submission_id: str) -> dict[str, Any]:
    """List the submissions that are linked with one."""
    return _linked(office, known_id(submission_id))


@router.post("/submissions/{submission_id}/link", dependencies=ACTING, openapi_extra={"x-body": "LinkBody"})
def link(
    office: TheOffice, caller: TheCaller, submission_id: str, body: Annotated[LinkBody, Depends(json_body(LinkBody))]
) -> dict[str, Any]:
    """并案 with the submission of a 登记号."""
    linking.link(office.store, known_id(submission_id), body.receipt, caller.id, office.now())
    return _linked(office, submission_id)


@router.post("/submissions/{submission_id}/unlink", dependencies=ACTING)
def unlink(office: TheOffice, caller: TheCaller, submission_id: str) -> dict[str, Any]:
    """解除并案."""
    linking.unlink(office.store, known_id(submission_id), caller.id, office.now())
    return _linked(office, submission_id)


@router.post("/submissions/{submission_id}/mark", dependencies=ACTING, openapi_extra={"x-body": "MarkBody"})
def mark(office: TheOffice, caller: TheCaller, submission_id: str, body: Marking) -> dict[str, Any]:
    """加标记."""
    marking.mark(office.store, known_id(submission_id), _mark(body), caller.id, office.now())
    return _marks(office, submission_id)


@router.post("/submissions/{submission_id}/unmark", dependencies=ACTING, openapi_extra={"x-body": "MarkBody"})
def unmark(office: TheOffice, caller: TheCaller, submission_id: str, body: Marking) -> dict[str, Any]:
    """去标记."""
    marking.unmark(office.store, known_id(submission_id), _mark(body), caller.id, office.now())
    return _marks(office, submission_id)


def _mark(body: MarkBody) -> Mark:
    wanted = parse_choice(Mark, body.mark, "mark")
    if wanted is None:
        raise Invalid("缺少必填项", field="mark", code="E_REQUIRED")
    return wanted


def _marks(office: Office, submission_id: str) -> dict[str, Any]:
    found = statistics.beside(office.store, [submission_id]).marks.get(submission_id, [])
    return {"id": submission_id, "marks": [one.value for one in found]}


def _linked(office: Office, submission_id: str) -> dict[str, Any]:
    return {"items": [registered_json(one) for one in linking.linked(office.store, submission_id)]}
