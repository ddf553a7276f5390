"""`/review` and what can be done to a submission that waits for 拟办: skip, split, and taking each of it back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from nlp.domain import Doubt, Track, Writing
from service import review, review_queue, splitting
from service.access import Right
from service.office import Office
from service.records_json import decision_json, moment
from service.splitting import Splitter
from service.store.reviews import ReviewFilter
from service.web.api import schemas
from service.web.api.parameters import TheOffice, known_id, parse_choice
from service.web.body import json_body
from service.web.callers import TheCaller, requires

router = APIRouter(tags=["拟办"], dependencies=[Depends(requires(Right.REVIEW))])


def splitter_of(office: Office) -> Splitter:
    """Put together what splitting works with."""
    return Splitter(store=office.store, judge=office.judge, policy=office.policy, directory=office.taxonomy)


def review_filter(
    theme: str | None = None, source: str | None = None, track: str | None = None, doubt: str | None = None
) -> ReviewFilter:
    """Read the filters of the queue.

    Raises:
        Invalid: a track or doubt that cannot be.
    """
    return ReviewFilter(
        theme=theme or None,
        source=source or None,
        track=parse_choice(Track, track, "track"),
        doubt=parse_choice(Doubt, doubt, "doubt"),
    )


@router.get("/review/next")
def following(
    office: TheOffice,
    caller: TheCaller,
    wanted: Annotated[ReviewFilter, Depends(review_filter)],
    without: Annotated[list[str] | None, Query(max_length=50)] = None,
) -> dict[str, Any]:
    """Name the submission that the caller should take next; `id` is null when none waits."""
    task = review_queue.next_for_review(office.store, wanted, caller.id, office.now(), without or ())
    return {"id": task.submission_id if task else None, "waiting": review_queue.waiting_count(office.store, wanted)}


@router.post("/submissions/{submission_id}/hold")
def hold(office: TheOffice, caller: TheCaller, submission_id: str) -> dict[str, Any]:
    """Tell others that the caller has it open, or be told who has."""
    standing = review.open_for_review(office.store, known_id(submission_id), caller.id, office.now())
    return {"person": standing.person, "since": moment(standing.since), "until": moment(standing.until)}


@router.post("/submissions/{submission_id}/skip")
def skip(office: TheOffice, caller: TheCaller, submission_id: str) -> dict[str, Any]:
    """跳过: put it behind the others that wait."""
    review.skip(office.store, known_id(submission_id), caller.id, office.now())
    return {"id": submission_id}


@router.post("/submissions/{submission_id}/unskip")
def unskip(office: TheOffice, caller: TheCaller, submission_id: str) -> dict[str, Any]:
    """取消跳过."""
    review.unskip(office.store, known_id(submission_id), caller.id, office.now())
    return {"id": submission_id}


@router.post("/submissions/{submission_id}/undo", openapi_extra={"x-body": "UndoBody"})
def undo(
    office: TheOffice,
    caller: TheCaller,
    submission_id: str,
    body: Annotated[schemas.UndoBody, Depends(json_body(schemas.UndoBody))],
) -> dict[str, Any]:
    """撤销 the last person's 拟办意见, while nothing has left the desk."""
    known = known_id(submission_id)
    return decision_json(review.undo(office.store, office.taxonomy, known, caller.id, office.now(), body.decision_id))


@router.post("/submissions/{submission_id}/split", openapi_extra={"x-body": "SplitBody"})
def split(
    office: TheOffice,
    caller: TheCaller,
    submission_id: str,
    body: Annotated[schemas.SplitBody, Depends(json_body(schemas.SplitBody))],
) -> dict[str, Any]:
    """拆分: make a submission out of each matter; a restricted one is named by its number alone."""
    matters = [Writing(title=one.title, text=one.text) for one in body.matters]
    made = splitting.split(
        splitter_of(office), known_id(submission_id), matters, caller.id, office.now(), body.decision_id
    )
    return {"items": [{"id": one.id, "receipt": one.receipt} for one in made]}


@router.post("/submissions/{submission_id}/undo-split")
def undo_split(office: TheOffice, caller: TheCaller, submission_id: str) -> dict[str, Any]:
    """撤销拆分: the parent stands where it stood, the parts are void."""
    splitting.undo_split(office.store, office.taxonomy, known_id(submission_id), caller.id, office.now())
    return {"id": submission_id}
