"""`/classify` and `/submissions`: the two hot endpoints, and reading what has been registered."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic_core import to_json

from nlp.domain import Submitter, Writing
from service import statistics
from service.access import Right
from service.deadlines import BEIJING
from service.errors import Invalid
from service.intake import Incoming, Receipt, receipt_values
from service.records_json import judgement_json, registered_json, story_json
from service.web.api.parameters import Limit, TheOffice, Wanted, known_id, office_of
from service.web.api.schemas import ClassifyBody, SubmissionBody, SubmitterBody
from service.web.body import json_body
from service.web.callers import TheCaller, caller_of, requires
from service.web.errors import Refused
from service.web.straight import endpoint

router = APIRouter(tags=["来稿"])
may_classify, classify_body = requires(Right.REGISTER, Right.REVIEW), json_body(ClassifyBody)
may_submit, submission_body = requires(Right.REGISTER), json_body(SubmissionBody)
_KEY = re.compile(r"[\x21-\x7e]{1,255}\Z")
_CANONICAL = json.JSONEncoder(sort_keys=True).encode
OLDEST = datetime(1990, 1, 1, tzinfo=BEIJING)


def idempotency_key(request: Request) -> str:
    """Read the key that every intake must carry.

    Raises:
        Refused: 400 when it is missing, longer than 255, or holds anything but visible ASCII.
    """
    key = request.headers.get("idempotency-key", "")
    if not _KEY.match(key):
        message = "请求头 Idempotency-Key 必填，须为 1–255 个可见的英文字符"
        raise Refused(400, "E_IDEM_KEY", message, field="Idempotency-Key")
    return key


def parse_moment(text: str | None, now: datetime, field: str = "received_at") -> datetime:
    """Read a moment such as ``2026-11-23T15:07:00+08:00``; without a zone it is Beijing's.

    Raises:
        Invalid: it is no moment, before 1990, or more than a day ahead.
    """
    if text is None:
        return now
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("不是正确的时间，应如 2026-11-23T15:07:00+08:00", field=field, code="E_DATE") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
    if not OLDEST <= moment <= now + timedelta(days=1):
        raise Invalid("时间超出范围（1990 年以后，且不晚于明天）", field=field, code="E_DATE")
    return moment


@router.post("/classify", dependencies=[Depends(may_classify)], openapi_extra={"x-body": "ClassifyBody"})
async def classify(request: Request, body: Annotated[ClassifyBody, Depends(classify_body)]) -> Response:
    """Judge texts and keep nothing."""
    office = office_of(request)
    most = office.policy.max_length
    for number, item in enumerate(body.items):
        if len(item.title) + len(item.text) > most:
            message = f"内容过长：{len(item.title) + len(item.text)} 字，最多 {most} 字"
            raise Refused(422, "E_TOO_LONG", message, field=f"items.{number}.text")
    writings = [Writing(title=item.title, text=item.text) for item in body.items]
    judgements = await request.app.state.line.classify(writings)
    names = office.taxonomy
    items = [judgement_json(item.id, one, names) for item, one in zip(body.items, judgements, strict=True)]
    return Response(to_json({"items": items}), media_type="application/json")


@router.post(
    "/submissions",
    status_code=201,
    dependencies=[Depends(may_submit)],
    openapi_extra={"x-body": "SubmissionBody", "x-key": True},
)
async def submit(request: Request, body: Annotated[SubmissionBody, Depends(submission_body)]) -> Response:
    """Register a submission; the answer comes after it has been committed."""
    caller = caller_of(request).id
    incoming = incoming_of(body, caller, idempotency_key(request), office_of(request).now())
    outcome = await request.app.state.line.receive(incoming)
    if not isinstance(outcome, Receipt):
        raise outcome
    where = {"Location": f"/api/v1/submissions/{outcome.id}"}
    return Response(to_json(receipt_values(outcome)), 201, where, media_type="application/json")


HOT = {
    "/classify": endpoint(may_classify, classify_body, classify),
    "/submissions": endpoint(may_submit, submission_body, submit),
}
"""What POST to these paths does, put together as the routes declare it."""


def incoming_of(body: SubmissionBody, caller: str, key: str, now: datetime) -> Incoming:
    """Make an intake record out of a body; the hash of its fields tells two bodies with one key apart."""
    canonical = _CANONICAL(body.model_dump(mode="json"))
    return Incoming(
        track=body.track,
        title=body.title,
        text=body.text,
        source=body.source,
        place=body.place,
        submitter=submitter_of(body.submitter),
        received_at=parse_moment(body.received_at, now),
        urgency=body.urgency,
        openness=body.openness,
        name_public=body.name_public,
        reported_elsewhere=body.reported_elsewhere,
        caller=caller,
        idempotency_key=key,
        body_sha256=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def submitter_of(person: SubmitterBody) -> Submitter:
    """Make a record of who sent it out of that part of a body."""
    return Submitter(
        name=person.name,
        unit=person.unit,
        circle=person.circle,
        committee=person.committee,
        cosigners=tuple(person.cosigners),
        phone=person.phone,
    )


@router.get("/submissions", dependencies=[Depends(requires(Right.READ))])
def listed(office: TheOffice, wanted: Wanted, cursor: str | None = None, limit: Limit = 50) -> dict[str, Any]:
    """List submissions, the newest first, by any filters together."""
    page = statistics.submissions_page(office.store, wanted, cursor, limit)
    return {"items": [registered_json(one) for one in page.rows], "next_cursor": page.next_cursor}


@router.get("/submissions/{submission_id}", dependencies=[Depends(requires(Right.READ, Right.UNIT))])
def told(office: TheOffice, caller: TheCaller, submission_id: str) -> dict[str, Any]:
    """Tell everything that is known of one submission."""
    story = statistics.story(office.store, known_id(submission_id), caller.department)
    return story_json(story, covered=caller.department is not None)
