"""`/items/{id}/…`: what becomes of an item. Departments apply, the desk decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from nlp.domain import Disposition, HandlingMode, ResultGrade, Way
from service import dispatch, review, statistics
from service.access import Caller, Right
from service.dispatch import Act
from service.errors import Invalid
from service.office import Office
from service.records_json import decision_json, item_json
from service.steps import Paper, check_bound
from service.web.api import schemas
from service.web.api.parameters import TheOffice, act_of, desk_of, known_id, parse_choice, parse_day
from service.web.body import json_body
from service.web.callers import TheCaller, requires

router = APIRouter(tags=["承办件"])


UNITS = [Depends(requires(Right.UNIT, Right.MANAGE))]
DESK = [Depends(requires(Right.MANAGE))]


def _act(office: Office, caller: Caller, body: schemas.ActionBody) -> Act:
    return act_of(office, caller, body.lease_token, body.version)


def _unit_act(office: Office, caller: Caller, item_id: str, body: schemas.UnitActionBody) -> Act:
    """Say who acts; where the desk acts for a unit, also who of the unit did it and how it came.

    Raises:
        NotFound: there is no such item for the caller.
        Invalid: the desk does not say it, or a unit does.
    """
    act, paper = _act(office, caller, body), body.paper
    if paper is None and caller.may(Right.UNIT):
        return act
    check_bound(statistics.item_of(office.store, known_id(item_id)), act)
    if caller.department is not None:
        raise Invalid("代登记由办公室办理，本单位请直接办理", field="paper", code="E_CHOICE")
    way = parse_choice(Way, paper.way, "paper.way") if paper else None
    if paper is None or way is None:
        raise Invalid("请写明单位经办人和来文方式（代登记）", field="paper", code="E_REQUIRED")
    day = parse_day(paper.day, "paper.day")
    return replace(act, paper=Paper(person=paper.person, way=way, number=paper.number, day=day))


@router.post(
    "/items/{item_id}/sign", dependencies=[Depends(requires(Right.SIGN))], openapi_extra={"x-body": "ActionBody"}
)
def sign(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.ActionBody, Depends(json_body(schemas.ActionBody))],
) -> dict[str, Any]:
    """签发: let an item go to its department."""
    return item_json(dispatch.sign(desk_of(office), known_id(item_id), _act(office, caller, body)))


@router.post("/items/{item_id}/accept", dependencies=UNITS, openapi_extra={"x-body": "UnitActionBody"})
def accept(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.UnitActionBody, Depends(json_body(schemas.UnitActionBody))],
) -> dict[str, Any]:
    """签收."""
    return item_json(dispatch.accept(desk_of(office), known_id(item_id), _unit_act(office, caller, item_id, body)))


@router.post("/items/{item_id}/return", dependencies=UNITS, openapi_extra={"x-body": "UnitReasonBody"})
def request_return(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.UnitReasonBody, Depends(json_body(schemas.UnitReasonBody))],
) -> dict[str, Any]:
    """申请退回; the desk decides by `reassign` or `refuse-return`."""
    return item_json(
        dispatch.request_return(
            desk_of(office), known_id(item_id), body.reason, _unit_act(office, caller, item_id, body)
        )
    )


@router.post("/items/{item_id}/refuse-return", dependencies=DESK, openapi_extra={"x-body": "ReasonBody"})
def refuse_return(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.ReasonBody, Depends(json_body(schemas.ReasonBody))],
) -> dict[str, Any]:
    """不同意退回."""
    return item_json(
        dispatch.refuse_return(desk_of(office), known_id(item_id), body.reason, _act(office, caller, body))
    )


@router.post("/items/{item_id}/reassign", dependencies=DESK, openapi_extra={"x-body": "ReassignBody"})
def reassign(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.ReassignBody, Depends(json_body(schemas.ReassignBody))],
) -> dict[str, Any]:
    """同意改派; the answer is the new department's item."""
    act = _act(office, caller, body)
    moved = dispatch.reassign(desk_of(office), known_id(item_id), body.department, body.reason, act, agreed=body.agreed)
    return item_json(moved)


@router.post("/items/{item_id}/extend", dependencies=UNITS, openapi_extra={"x-body": "ExtendBody"})
def extend(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.ExtendBody, Depends(json_body(schemas.ExtendBody))],
) -> dict[str, Any]:
    """申请延期; the desk decides by `decide-extension`."""
    return item_json(
        dispatch.request_extension(
            desk_of(office),
            known_id(item_id),
            body.reason,
            _unit_act(office, caller, item_id, body),
            parse_day(body.until, "until"),
        )
    )


@router.post("/items/{item_id}/decide-extension", dependencies=DESK, openapi_extra={"x-body": "ExtensionBody"})
def decide_extension(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.ExtensionBody, Depends(json_body(schemas.ExtensionBody))],
) -> dict[str, Any]:
    """同意延期 or 不同意延期."""
    act, until = _act(office, caller, body), parse_day(body.until, "until")
    decided = dispatch.decide_extension(desk_of(office), known_id(item_id), body.granted, body.reason, act, until)
    return item_json(decided)


@router.post("/items/{item_id}/answer", dependencies=UNITS, openapi_extra={"x-body": "AnswerBody"})
def answer(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.AnswerBody, Depends(json_body(schemas.AnswerBody))],
) -> dict[str, Any]:
    """报送办理结果."""
    grade = ResultGrade(body.grade) if body.grade else None
    return item_json(
        dispatch.answer(desk_of(office), known_id(item_id), body.text, grade, _unit_act(office, caller, item_id, body))
    )


@router.post("/items/{item_id}/close", dependencies=DESK, openapi_extra={"x-body": "OptionalReasonBody"})
def close(
    office: TheOffice,
    caller: TheCaller,
    item_id: str,
    body: Annotated[schemas.OptionalReasonBody, Depends(json_body(schemas.OptionalReasonBody))],
) -> dict[str, Any]:
    """办结; without an answer of the department it needs a reason."""
    return item_json(dispatch.close(desk_of(office), known_id(item_id), body.reason, _act(office, caller, body)))


@router.post(
    "/submissions/{submission_id}/decide",
    dependencies=[Depends(requires(Right.REVIEW))],
    openapi_extra={"x-body": "DecisionBody"},
)
def decide(
    office: TheOffice,
    caller: TheCaller,
    submission_id: str,
    body: Annotated[schemas.DecisionBody, Depends(json_body(schemas.DecisionBody))],
) -> dict[str, Any]:
    """Confirm (an empty body) or correct the 拟办意见 of a submission."""
    opinion = review.Opinion(
        theme=body.theme,
        dispositions=parse_dispositions(body.dispositions),
        lead=body.department,
        co_handlers=None if body.co_departments is None else tuple(body.co_departments),
        reason=body.reason,
        mode=parse_choice(HandlingMode, body.mode, "mode"),
    )
    known = known_id(submission_id)
    made = review.decide(office.store, office.taxonomy, known, opinion, caller.id, office.now(), body.decision_id)
    return decision_json(made)


def parse_dispositions(values: list[str] | None) -> tuple[Disposition, ...] | None:
    """Read 去向 by their ids.

    Raises:
        Invalid: one is unknown.
    """
    try:
        return None if values is None else tuple(dict.fromkeys(Disposition(one) for one in values))
    except ValueError:
        raise Invalid("有不认识的去向，请从列表中选择", field="dispositions", code="E_CHOICE") from None
