"""Receipts of what was done on 待拟办, and the figures above the queue."""

from __future__ import annotations

import json
from dataclasses import dataclass

from fastapi import Request

from nlp.domain import Disposition, Event, EventKind
from service import review_queue, statistics
from service.errors import Invalid, ServiceError
from service.office import Office
from service.store.reviews import ReviewFilter
from service.web.api.review import review_filter
from service.web.pages import frame
from service.web.pages.list_columns import title_of

HERE = "/review"
NAMES = ("theme", "source", "doubt")
LAST = 20
"""Most receipts of what a person did today that the page holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A receipt: what was done to which submission, and the address that takes it back, or what went wrong."""

    id: str
    receipt: str
    title: str
    what: str
    undo: str = ""
    decision: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What waits (within the filters), what was done today, mean seconds as words."""

    waiting: int
    done: int
    pace: str


def chosen_of(request: Request) -> dict[str, str]:
    """Read the filters in the address, as they stand there."""
    return {name: value for name in NAMES if (value := request.query_params.get(name, ""))}


def query_of(request: Request) -> str:
    """Write the filters as the query of an address, so that they stay."""
    return frame.address("", **chosen_of(request))


def filter_of(request: Request) -> tuple[ReviewFilter, str]:
    """Read the filters; a wrong one gives the whole queue and says so."""
    try:
        return review_filter(**chosen_of(request)), ""
    except Invalid as error:
        return ReviewFilter(), f"筛选条件有误：{error}"


def figures_of(office: Office, wanted: ReviewFilter, person: str) -> Figures:
    """Count what waits and what was done today."""
    worked = review_queue.worked_today(office.store, person, office.now())
    return Figures(
        waiting=review_queue.waiting_count(office.store, wanted),
        done=worked.done,
        pace="" if worked.seconds is None else f"平均 {worked.seconds:.0f} 秒",
    )


def last_told(office: Office, person: str) -> list[Told]:
    """Give the receipts of what a person did today and can still take back, the latest first."""
    worked = review_queue.worked_today(office.store, person, office.now())
    return [told_of(office, event) for event in worked.last[:LAST]]


def told_of(office: Office, event: Event) -> Told:
    """Say again what an event tells."""
    payload = json.loads(event.payload)
    if event.kind == EventKind.SKIPPED:
        return told(office, event.submission_id, "已跳过，排到最后", undo="unskip")
    if event.kind == EventKind.SPLIT:
        return told(office, event.submission_id, f"已{payload.get('note', '拆分')}", undo="undo-split")
    what = decided_words(
        office, event.kind == EventKind.CORRECTED, payload.get("theme"), payload.get("lead"), payload["dispositions"]
    )
    return told(office, event.submission_id, what, undo="undo", decision=payload.get("decision", ""))


def decided_words(office: Office, corrected: bool, theme: str | None, lead: str | None, dispositions: list[str]) -> str:
    """Say what was decided."""
    labels = "、".join(Disposition(one).label for one in dispositions)
    parts = [office.taxonomy.theme_name(theme) or "主题待定", labels, office.taxonomy.department_name(lead)]
    return f"已{'更正' if corrected else '确认'}：" + " → ".join(filter(None, parts))


def told(office: Office, submission_id: str, what: str, undo: str = "", decision: str = "") -> Told:
    """Make a receipt."""
    one = statistics.registered(office.store, submission_id)
    return Told(
        id=submission_id,
        receipt=one.submission.receipt,
        title=title_of(one)[:24],
        what=what,
        undo=undo,
        decision=decision,
    )


def failed(office: Office, submission_id: str, error: ServiceError) -> Told:
    """Say what was not done, and why."""
    problem = str(error)
    try:
        receipt = statistics.registered(office.store, submission_id).submission.receipt
    except ServiceError:
        receipt = ""
    return Told(id=submission_id, receipt=receipt, title="", what="没有办成", problem=problem)
