"""What can be done on 待拟办. Each gives a receipt: a line of the page that can be taken back, or why it was not done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from nlp.domain import HandlingMode, Writing
from service import review, splitting, statistics
from service.access import Right
from service.deadlines import local_day
from service.errors import Invalid, NotFound, ServiceError
from service.office import Office
from service.proposals import propose
from service.web.api.items import parse_dispositions
from service.web.api.parameters import known_id, parse_choice
from service.web.api.review import splitter_of
from service.web.callers import caller_of, requires
from service.web.pages import frame
from service.web.pages.review_told import (
    HERE,
    Told,
    chosen_of,
    decided_words,
    failed,
    figures_of,
    filter_of,
    query_of,
    told,
)

router = APIRouter(dependencies=[Depends(requires(Right.REVIEW))])


@router.post(f"{HERE}/{{submission_id}}/decide")
def decide(
    request: Request,
    submission_id: str,
    relied_on: Annotated[str, Form()] = "",
    theme: Annotated[str, Form()] = "",
    other: Annotated[str, Form()] = "",
    department: Annotated[str, Form()] = "",
    co_departments: Annotated[list[str] | None, Form()] = None,
    dispositions: Annotated[list[str] | None, Form()] = None,
    mode: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    filled_for: Annotated[str, Form()] = "",
    filled_lead: Annotated[str, Form()] = "",
) -> Response:
    """确认 or correct the 拟办意见.

    Without scripts the departments in the form are still those of the theme that it was filled for; if they were left
    as they were and another theme was chosen, the duties of that theme say who handles it.
    """
    office: Office = request.app.state.office

    def act(known: str) -> Told:
        opinion = review.Opinion(
            theme=other or theme or None,
            lead=department,
            co_handlers=tuple(co_departments or ()),
            dispositions=parse_dispositions(dispositions or []),
            mode=parse_choice(HandlingMode, mode, "mode"),
            reason=reason,
        )
        if opinion.theme not in (None, filled_for) and department == filled_lead:
            opinion = _by_duty(office, known, opinion)
        if not opinion.dispositions:
            raise Invalid("请先选去向，再确认", field="dispositions", code="E_EMPTY")
        caller, now = caller_of(request).id, office.now()
        made = review.decide(office.store, office.taxonomy, known, opinion, caller, now, relied_on or None)
        one = made.decision
        corrected = review.corrected(office.store, made)
        labels = [each.value for each in one.dispositions]
        what = decided_words(office, corrected, one.theme, one.lead, labels)
        return told(office, known, what, undo="undo", decision=made.id)

    return _done(request, submission_id, act)


@router.post(f"{HERE}/{{submission_id}}/skip")
def skip(request: Request, submission_id: str) -> Response:
    """跳过."""
    office: Office = request.app.state.office

    def act(known: str) -> Told:
        review.skip(office.store, known, caller_of(request).id, office.now())
        return told(office, known, "已跳过，排到最后", undo="unskip")

    return _done(request, submission_id, act)


@router.post(f"{HERE}/{{submission_id}}/split")
def split(
    request: Request,
    submission_id: str,
    relied_on: Annotated[str, Form()] = "",
    matter_title: Annotated[list[str] | None, Form(max_length=20)] = None,
    matter_text: Annotated[list[str] | None, Form(max_length=20)] = None,
) -> Response:
    """拆分 into the matters that were written; empty ones are passed over."""
    office: Office = request.app.state.office

    def act(known: str) -> Told:
        pairs = zip(matter_title or (), matter_text or (), strict=False)
        matters = [Writing(title=title.strip(), text=text.replace("\r\n", "\n")) for title, text in pairs]
        written = [one for one in matters if (one.title + one.text).strip()]
        caller, now = caller_of(request).id, office.now()
        made = splitting.split(splitter_of(office), known, written, caller, now, relied_on or None)
        return told(office, known, f"已拆分为 {'、'.join(one.receipt for one in made)}", undo="undo-split")

    return _done(request, submission_id, act)


@router.post(f"{HERE}/{{submission_id}}/undo")
def undo(request: Request, submission_id: str, decision: Annotated[str, Form()] = "") -> Response:
    """撤销 a decision."""
    office: Office = request.app.state.office

    def act(known: str) -> Told:
        caller, now = caller_of(request).id, office.now()
        review.undo(office.store, office.taxonomy, known, caller, now, decision or None)
        return told(office, known, "已撤销拟办意见")

    return _done(request, submission_id, act, back_to=submission_id)


@router.post(f"{HERE}/{{submission_id}}/unskip")
def unskip(request: Request, submission_id: str) -> Response:
    """撤销 a skip."""
    office: Office = request.app.state.office

    def act(known: str) -> Told:
        review.unskip(office.store, known, caller_of(request).id, office.now())
        return told(office, known, "已取消跳过")

    return _done(request, submission_id, act, back_to=submission_id)


@router.post(f"{HERE}/{{submission_id}}/undo-split")
def undo_split(request: Request, submission_id: str) -> Response:
    """撤销拆分."""
    office: Office = request.app.state.office

    def act(known: str) -> Told:
        splitting.undo_split(office.store, office.taxonomy, known, caller_of(request).id, office.now())
        return told(office, known, "已撤销拆分，拆出的号作废")

    return _done(request, submission_id, act, back_to=submission_id)


def _by_duty(office: Office, submission_id: str, opinion: review.Opinion) -> review.Opinion:
    submission = statistics.registered(office.store, submission_id).submission
    writing = Writing(title=submission.title, text=submission.text)
    (proposal,) = propose(office.taxonomy, writing, (opinion.theme or "",), local_day(office.now()))
    dispositions = proposal.dispositions or opinion.dispositions
    return replace(
        opinion,
        lead=proposal.lead or "",
        co_handlers=proposal.co_handlers,
        mode=proposal.mode if proposal.co_handlers else None,
        dispositions=dispositions,
    )


def _done(request: Request, submission_id: str, act: Callable[[str], Told], back_to: str = "") -> Response:
    """Do something and give its receipt: a part of the page for a script, the page itself for a plain form."""
    office: Office = request.app.state.office
    try:
        one = act(known_id(submission_id))
    except ServiceError as error:
        if isinstance(error, NotFound) and "hx-request" not in request.headers:
            raise
        one = failed(office, submission_id, error)
    if "hx-request" not in request.headers:
        item = submission_id if one.problem else back_to
        return RedirectResponse(frame.address(HERE, **chosen_of(request), item=item, problem=one.problem), 303)
    wanted, _ = filter_of(request)
    figures = figures_of(office, wanted, caller_of(request).id)
    return frame.fragment("_review_told.html", one=one, figures=figures, query=query_of(request))
