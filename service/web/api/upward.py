"""报送, 采用, 批示 and 《社情民意》: what goes up and what comes back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from nlp.domain import Level, Outcome
from service import upward
from service.access import Caller, Right
from service.deadlines import local_day
from service.errors import Invalid
from service.office import Office
from service.records_json import moment
from service.store.upward import Instruction, UpwardReport
from service.upward import Doing, Record, Said, Sending
from service.web.api import desk_schemas as bodies
from service.web.api.parameters import TheOffice, known_id, parse_choice, parse_day
from service.web.body import json_body
from service.web.callers import TheCaller, requires
from service.web.printing import print_brief

router = APIRouter(tags=["报送与采用"])
DESK = [Depends(requires(Right.MANAGE))]
ONE = "/submissions/{submission_id}/upward"


@router.get(ONE, dependencies=[Depends(requires(Right.READ))])
def told(office: TheOffice, submission_id: str) -> dict[str, Any]:
    """Tell what went up of a submission and what came back."""
    return record_json(upward.record_of(office.store, known_id(submission_id)))


@router.post(f"{ONE}/report", dependencies=DESK, openapi_extra={"x-body": "ReportBody"})
def report(
    office: TheOffice,
    caller: TheCaller,
    submission_id: str,
    body: Annotated[bodies.ReportBody, Depends(json_body(bodies.ReportBody))],
) -> dict[str, Any]:
    """登记报送."""
    sending = Sending(level=_level(body.level), day=_day(office, body.day), signer=body.signer)
    upward.report(office.store, known_id(submission_id), sending, _doing(office, caller))
    return told(office, submission_id)


@router.post("/upward/{report_id}/outcome", dependencies=DESK, openapi_extra={"x-body": "OutcomeBody"})
def outcome(
    office: TheOffice,
    caller: TheCaller,
    report_id: str,
    body: Annotated[bodies.OutcomeBody, Depends(json_body(bodies.OutcomeBody))],
) -> dict[str, Any]:
    """登记采用情况 of a report."""
    came = parse_choice(Outcome, body.outcome, "outcome")
    if came is None:
        raise Invalid("请选择采用情况", field="outcome", code="E_EMPTY")
    day, doing = parse_day(body.day, "day"), _doing(office, caller)
    after = upward.record_outcome(office.store, known_id(report_id), came, day, body.note, body.version, doing)
    return report_json(after)


@router.post("/upward/{report_id}/withdraw", dependencies=DESK, openapi_extra={"x-body": "WithdrawReportBody"})
def withdraw(
    office: TheOffice,
    caller: TheCaller,
    report_id: str,
    body: Annotated[bodies.WithdrawReportBody, Depends(json_body(bodies.WithdrawReportBody))],
) -> dict[str, Any]:
    """撤销 a report that was recorded by mistake."""
    doing = _doing(office, caller)
    upward.withdraw_report(office.store, known_id(report_id), body.reason, body.version, doing)
    return {"id": report_id}


@router.post(f"{ONE}/instruct", dependencies=DESK, openapi_extra={"x-body": "InstructionBody"})
def instruct(
    office: TheOffice,
    caller: TheCaller,
    submission_id: str,
    body: Annotated[bodies.InstructionBody, Depends(json_body(bodies.InstructionBody))],
) -> dict[str, Any]:
    """登记批示."""
    said = Said(
        leader=body.leader,
        level=_level(body.level),
        day=_day(office, body.day),
        text=body.text,
        attachment_id=body.attachment,
    )
    upward.instruct(office.store, known_id(submission_id), said, _doing(office, caller))
    return told(office, submission_id)


@router.post("/instructions/{instruction_id}/withdraw", dependencies=DESK, openapi_extra={"x-body": "WithdrawBody"})
def withdraw_instruction(
    office: TheOffice,
    caller: TheCaller,
    instruction_id: str,
    body: Annotated[bodies.WithdrawBody, Depends(json_body(bodies.WithdrawBody))],
) -> dict[str, Any]:
    """撤销 an instruction that was recorded by mistake."""
    upward.withdraw_instruction(office.store, known_id(instruction_id), body.reason, _doing(office, caller))
    return {"id": instruction_id}


@router.post("/briefs", dependencies=DESK, openapi_extra={"x-body": "BriefBody"})
def issue(
    office: TheOffice, caller: TheCaller, body: Annotated[bodies.BriefBody, Depends(json_body(bodies.BriefBody))]
) -> dict[str, Any]:
    """编发: give chosen submissions the next number of 《社情民意》."""
    levels = [_level(one) for one in body.levels]
    members = [known_id(one) for one in body.members]
    day, doing = _day(office, body.day), _doing(office, caller)
    made = upward.issue_brief(office.store, office.profile, members, day, body.signer, levels, doing)
    return {"id": made.id, "year": made.year, "number": made.number, "label": made.label, "members": [*made.members]}


@router.get("/briefs/{brief_id}", dependencies=[Depends(requires(Right.EXPORT))])
def brief(office: TheOffice, caller: TheCaller, brief_id: str) -> Response:
    """Give a number of 《社情民意》 as a Word file."""
    return print_brief(office, caller, brief_id)


def _level(value: str) -> Level:
    level = parse_choice(Level, value, "level")
    if level is None:
        raise Invalid("请选择级别", field="level", code="E_EMPTY")
    return level


def _day(office: Office, value: str | None) -> date:
    return parse_day(value, "day") or local_day(office.now())


def _doing(office: Office, caller: Caller) -> Doing:
    return Doing(actor=caller.id, now=office.now())


def record_json(record: Record) -> dict[str, Any]:
    """Give what went up and what came back."""
    return {
        "reports": [report_json(one) for one in record.reports],
        "instructions": [_instruction(one) for one in record.instructions],
        "briefs": record.briefs,
    }


def report_json(one: UpwardReport) -> dict[str, Any]:
    """Give a report with what became of it."""
    return {
        "id": one.id,
        "level": one.level.value,
        "reported_on": one.reported_on.isoformat(),
        "signer": one.signer,
        "outcome": one.outcome.value,
        "outcome_on": one.outcome_on.isoformat() if one.outcome_on else None,
        "note": one.note,
        "version": one.version,
        "recorded_at": moment(one.recorded_at),
    }


def _instruction(one: Instruction) -> dict[str, Any]:
    return {
        "id": one.id,
        "leader": one.leader,
        "level": one.level.value,
        "given_on": one.given_on.isoformat(),
        "text": one.text,
        "attachment": one.attachment_id,
        "recorded_at": moment(one.recorded_at),
    }
