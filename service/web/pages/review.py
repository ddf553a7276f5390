"""待拟办: one submission after another without a page load; every action gives a receipt that can be taken back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from nlp.domain import Disposition, Doubt, HandlingMode, Writing
from service import review, review_queue, statistics
from service.access import Right
from service.deadlines import local_day
from service.errors import Invalid, ServiceError
from service.office import Office
from service.proposals import propose
from service.store.reviews import ReviewFilter
from service.web.api.parameters import known_id
from service.web.callers import TheCaller, requires
from service.web.pages import frame
from service.web.pages.frame import Choice, Filter
from service.web.pages.pinyin import Spelt, spelt
from service.web.pages.review_item import ReviewItem, candidate, held_words, review_item, similar_lines
from service.web.pages.review_told import HERE, chosen_of, figures_of, filter_of, last_told, query_of

router = APIRouter(dependencies=[Depends(requires(Right.REVIEW))])


@router.get(HERE)
def page(request: Request, caller: TheCaller, item: str = "", done: str = "") -> HTMLResponse:
    """Show the first that waits, or the one asked for."""
    office: Office = request.app.state.office
    wanted, problem = filter_of(request)
    shown, missing = _asked_or_next(office, wanted, caller.id, item)
    return frame.render(
        request,
        "review.html",
        HERE,
        item=shown,
        notice=done[:100],
        problem=problem or missing,
        figures=figures_of(office, wanted, caller.id),
        told=last_told(office, caller.id),
        filters=filters_of(office, chosen_of(request)),
        query=query_of(request),
        **choices_of(office),
    )


@router.get(f"{HERE}/next")
def following(
    request: Request, caller: TheCaller, without: Annotated[list[str] | None, Query(max_length=50)] = None
) -> HTMLResponse:
    """Give the part of the page for the submission that comes next; nobody holds it until it is shown."""
    office: Office = request.app.state.office
    wanted, _ = filter_of(request)
    task = review_queue.next_for_review(office.store, wanted, caller.id, office.now(), without or ())
    item = None if task is None else review_item(office, task.submission_id, None)
    return fragment(request, item)


@router.get(f"{HERE}/{{submission_id}}")
def opened(request: Request, caller: TheCaller, submission_id: str) -> Response:
    """Give the part of the page for one submission; to whom comes by its address, the page."""
    office: Office = request.app.state.office
    if "hx-request" not in request.headers:
        statistics.registered(office.store, known_id(submission_id))
        return RedirectResponse(f"{HERE}?item={submission_id}", 303)
    return fragment(request, _held_item(office, known_id(submission_id), caller.id))


@router.post(f"{HERE}/{{submission_id}}/hold")
def hold(request: Request, caller: TheCaller, submission_id: str) -> HTMLResponse:
    """Note that the caller has a submission open; say who else has."""
    office: Office = request.app.state.office
    standing = review.open_for_review(office.store, known_id(submission_id), caller.id, office.now())
    held_by = "" if standing.person == caller.id else held_words(office, standing)
    return frame.fragment("_review_held.html", held_by=held_by)


@router.get(f"{HERE}/{{submission_id}}/theme")
def other_theme(request: Request, submission_id: str, theme: str = "") -> HTMLResponse:
    """Give another theme as a candidate, with who would handle it."""
    office: Office = request.app.state.office
    submission = statistics.registered(office.store, known_id(submission_id)).submission
    writing = Writing(title=submission.title, text=submission.text)
    if office.taxonomy.theme(theme) is None:
        raise Invalid("没有这个主题，请从列表中选择", field="theme", code="E_THEME")
    (proposal,) = propose(office.taxonomy, writing, (theme,), local_day(office.now()))
    made = candidate(office, "other", proposal, "", chosen=True)
    return frame.fragment("_review_candidate.html", one=made, id=submission_id)


@router.get(f"{HERE}/{{submission_id}}/similar")
def similar(request: Request, submission_id: str) -> HTMLResponse:
    """Give the similar past cases, which could not be told when the submission was opened."""
    office: Office = request.app.state.office
    registered = statistics.registered(office.store, known_id(submission_id))
    lines = similar_lines(office, registered)
    return frame.fragment("_review_similar.html", similar=lines, id=registered.submission.id)


def fragment(request: Request, item: ReviewItem | None) -> HTMLResponse:
    """Render the part of the page that changes from one submission to the next."""
    office: Office = request.app.state.office
    return frame.fragment("_review_item.html", item=item, query=query_of(request), **choices_of(office))


def choices_of(office: Office) -> dict[str, Any]:
    """List what can be chosen for any submission."""
    return {
        "dispositions": list(Disposition),
        "modes": list(HandlingMode),
        "themes": [spelt(one.id, one.name, one.category) for one in office.taxonomy.assignable],
        "departments": departments_of(office),
    }


def departments_of(office: Office) -> list[Spelt]:
    """List the departments; the note tells those that work can be handed to."""
    return [
        spelt(one.id, one.name, "dispatchable" if one.level.dispatchable else one.level.label)
        for one in office.taxonomy.departments
    ]


def filters_of(office: Office, chosen: dict[str, str]) -> list[Filter]:
    """List the filters above the queue."""
    sources = [Choice(value=one, label=one) for one in statistics.known_values(office.store, "source")]
    doubts = [Choice(value=one.value, label=one.label) for one in Doubt if one is not Doubt.ACCUSATION]
    found = [
        ("theme", "主题", frame.theme_choices(office)),
        ("source", "来源", sources),
        ("doubt", "需人工看的原因", doubts),
    ]
    return [
        Filter(name=name, label=label, choices=choices, chosen=chosen.get(name, "")) for name, label, choices in found
    ]


def _asked_or_next(office: Office, wanted: ReviewFilter, person: str, asked: str) -> tuple[ReviewItem | None, str]:
    """Open the submission asked for, else the next; say in Chinese why the one asked for cannot be shown."""
    problem = ""
    if asked:
        try:
            return _held_item(office, known_id(asked), person), ""
        except ServiceError as error:
            problem = str(error)
    task = review_queue.next_for_review(office.store, wanted, person, office.now())
    return (None if task is None else _held_item(office, task.submission_id, person)), problem


def _held_item(office: Office, submission_id: str, person: str) -> ReviewItem:
    standing = review.open_for_review(office.store, submission_id, person, office.now())
    return review_item(office, submission_id, None if standing.person == person else standing)
