"""同一事项 and 标记 on the page of a submission: what is linked with it, what might be, and the marks on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from nlp.domain import Stage, Writing
from service import linking, marking, statistics
from service.access import Right
from service.errors import NotFound, ServiceError
from service.office import Office
from service.store.conditions import Mark
from service.store.records import Registered
from service.web.api.parameters import known_id, parse_choice
from service.web.callers import caller_of, requires
from service.web.pages import frame
from service.web.pages.list_columns import title_of

router = APIRouter()
ACTING = (Right.REVIEW, Right.MANAGE)
_DONE = (Stage.CLOSED, Stage.KEPT)
LIKELY = 0.2
"""What is less alike is not worth a look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another submission: `likeness` is empty for one that is linked."""

    id: str
    receipt: str
    title: str
    received: str
    stage: str
    tone: str
    likeness: str


@router.get("/submissions/{submission_id}/same", dependencies=[Depends(requires(Right.READ))])
def shown(request: Request, submission_id: str) -> HTMLResponse:
    """Show what is linked with a submission, and similar ones that are still open."""
    office: Office = request.app.state.office
    caller, known = caller_of(request), known_id(submission_id)
    submission = statistics.story(office.store, known).registered.submission
    linked = linking.linked(office.store, known)
    writing = Writing(title=submission.title, text=submission.text)
    similar = office.similar.nearest(writing, without=known, count=8)
    taken = {one.submission.id for one in linked}
    return frame.fragment(
        "_same.html",
        id=known,
        linked=[_other(one) for one in linked],
        building=similar is None,
        similar=[
            _other(case.registered, f"{case.likeness:.2f}")
            for case in similar or []
            if case.likeness >= LIKELY
            and case.registered.stage not in _DONE
            and case.registered.submission.id not in taken
        ][:5],
        may_link=caller.may(*ACTING),
    )


def _other(one: Registered, likeness: str = "") -> Other:
    return Other(
        id=one.submission.id,
        receipt=one.submission.receipt,
        title=title_of(one),
        received=frame.day(one.submission.received_at),
        stage=one.stage.label,
        tone=frame.TONES.get(one.stage, "plain"),
        likeness=likeness,
    )


@router.post("/submissions/{submission_id}/link", dependencies=[Depends(requires(*ACTING))])
def link(request: Request, submission_id: str, receipt: Annotated[str, Form()] = "") -> RedirectResponse:
    """并案: link with the submission of a 登记号."""
    office: Office = request.app.state.office
    try:
        linking.link(office.store, known_id(submission_id), receipt[:80], caller_of(request).id, office.now())
    except NotFound:
        raise
    except ServiceError as error:
        return _back(submission_id, problem=str(error))
    return _back(submission_id, done="已并案，两件都记入办理记录，各自答复")


@router.post("/submissions/{submission_id}/unlink", dependencies=[Depends(requires(*ACTING))])
def unlink(request: Request, submission_id: str) -> RedirectResponse:
    """Take a submission out of its matter."""
    office: Office = request.app.state.office
    try:
        linking.unlink(office.store, known_id(submission_id), caller_of(request).id, office.now())
    except NotFound:
        raise
    except ServiceError as error:
        return _back(submission_id, problem=str(error))
    return _back(submission_id, done="已解除并案")


@router.post("/submissions/{submission_id}/mark", dependencies=[Depends(requires(*ACTING))])
def mark(
    request: Request, submission_id: str, mark: Annotated[str, Form()] = "", off: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Put a mark on, or take it off."""
    office: Office = request.app.state.office
    doer = marking.unmark if off else marking.mark
    try:
        wanted = parse_choice(Mark, mark, "mark") or Mark.KEY
        doer(office.store, known_id(submission_id), wanted, caller_of(request).id, office.now())
    except NotFound:
        raise
    except ServiceError as error:
        return _back(submission_id, problem=str(error))
    return _back(submission_id, done=f"已{'去掉' if off else '加上'}“{wanted.label}”标记")


def _back(submission_id: str, done: str = "", problem: str = "") -> RedirectResponse:
    return RedirectResponse(frame.address(f"/submissions/{submission_id}", done=done, problem=problem), 303)
