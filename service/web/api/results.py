"""`/items/{id}/…`: what the desk does with an answer and on the way to it, and 撤销."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends

from nlp.domain import Labelled, Satisfaction, Way
from service import results, taking_back
from service.access import Caller, Right
from service.dispatch import Act
from service.errors import Invalid
from service.office import Office
from service.records_json import item_json
from service.results import Reminder
from service.web.api import schemas
from service.web.api.parameters import TheOffice, act_of, desk_of, known_id, parse_choice
from service.web.api.submissions import parse_moment
from service.web.body import json_body
from service.web.callers import TheCaller, requires

router = APIRouter(tags=["承办件"])
DESK = [Depends(requires(Right.MANAGE))]
ANYONE = [Depends(requires(Right.UNIT, Right.MANAGE, Right.SIGN))]
Chosen = TypeVar("Chosen", bound=Labelled)


def _act(office: Office, caller: Caller, body: schemas.ActionBody) -> Act:
    return act_of(office, caller, body.lease_token, body.version)


def _chosen(kind: type[Chosen], value: str, field: str) -> Chosen:
    found = parse_choice(kind, value, field)
    if found is None:
        raise Invalid("缺少必填项", field=field, code="E_REQUIRED")
    return found


@router.post("/items/{item_id}/remind", dependencies=DESK, openapi_extra={"x-body": "RemindBody"})
def remind(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.RemindBody, Depends(json_body(schemas.RemindBody))],
) -> dict[str, Any]:
    """催办."""
    at: datetime | None = parse_moment(body.at, office.now()) if body.at else None
    reminder = Reminder(way=_chosen(Way, body.way, "way"), person=body.person, result=body.result, at=at)
    return item_json(results.remind(desk_of(office), known_id(item_id), reminder, _act(office, caller, body)))


@router.post("/items/{item_id}/audit", dependencies=DESK, openapi_extra={"x-body": "OptionalReasonBody"})
def audit(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.OptionalReasonBody, Depends(json_body(schemas.OptionalReasonBody))],
) -> dict[str, Any]:
    """审核通过."""
    return item_json(results.audit(desk_of(office), known_id(item_id), body.reason, _act(office, caller, body)))


@router.post("/items/{item_id}/send-back", dependencies=DESK, openapi_extra={"x-body": "ReasonBody"})
def send_back(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.ReasonBody, Depends(json_body(schemas.ReasonBody))],
) -> dict[str, Any]:
    """退回重办."""
    return item_json(results.send_back(desk_of(office), known_id(item_id), body.reason, _act(office, caller, body)))


@router.post("/items/{item_id}/supervise", dependencies=DESK, openapi_extra={"x-body": "SuperviseBody"})
def supervise(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.SuperviseBody, Depends(json_body(schemas.SuperviseBody))],
) -> dict[str, Any]:
    """督办, 取消督办."""
    act = _act(office, caller, body)
    return item_json(results.supervise(desk_of(office), known_id(item_id), body.wanted, body.reason, act))


@router.post("/items/{item_id}/feed-back", dependencies=DESK, openapi_extra={"x-body": "FeedbackBody"})
def feed_back(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.FeedbackBody, Depends(json_body(schemas.FeedbackBody))],
) -> dict[str, Any]:
    """反馈委员."""
    way, act = _chosen(Way, body.way, "way"), _act(office, caller, body)
    return item_json(results.feed_back(desk_of(office), known_id(item_id), way, body.reason, act))


@router.post("/items/{item_id}/rate", dependencies=DESK, openapi_extra={"x-body": "RatingBody"})
def rate(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.RatingBody, Depends(json_body(schemas.RatingBody))],
) -> dict[str, Any]:
    """评价."""
    said, act = _chosen(Satisfaction, body.satisfaction, "satisfaction"), _act(office, caller, body)
    return item_json(results.rate(desk_of(office), known_id(item_id), said, body.reason, act))


@router.post("/items/{item_id}/archive", dependencies=DESK, openapi_extra={"x-body": "OptionalReasonBody"})
def archive(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.OptionalReasonBody, Depends(json_body(schemas.OptionalReasonBody))],
) -> dict[str, Any]:
    """归档."""
    return item_json(results.archive(desk_of(office), known_id(item_id), body.reason, _act(office, caller, body)))


@router.post("/items/{item_id}/take-back", dependencies=ANYONE, openapi_extra={"x-body": "ActionBody"})
def take_back(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.ActionBody, Depends(json_body(schemas.ActionBody))],
) -> dict[str, Any]:
    """撤销 one's own last step, while nobody has acted on it."""
    return item_json(taking_back.take_back(desk_of(office), known_id(item_id), _act(office, caller, body)))
