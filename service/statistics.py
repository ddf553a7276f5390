"""Reading only: lists, counts, distributions, the whole story of one submission. Every view asks here."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nlp.domain import Event, ItemState, Prediction, QueueItem, Stage, Submitter
from service.errors import Invalid, NotFound
from service.store import attachments, decisions, events, listing, marks, queue, submissions
from service.store.conditions import Mark, Order, Place, SubmissionFilter
from service.store.engine import Store
from service.store.listing import Count, ItemFilter, ItemRow, ThemeCount
from service.store.records import Attachment, Registered, StoredDecision, StoredPrediction

_PLACE = re.compile(r"\d{4}-\d{2}-\d{2}~[0-9a-f-]{36}\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some submissions in the order asked for; `next_cursor` is None on the last page."""

    rows: list[Registered]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside submissions, by their ids: marks, and when the first of their open items is due."""

    marks: dict[str, list[Mark]]
    due: dict[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """Some items by due date; `next_cursor` is None on the last page."""

    rows: list[ItemRow]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that is known of one submission. `decision` is the one that holds; all lists are oldest first."""

    registered: Registered
    decision: StoredDecision
    decisions: list[StoredDecision]
    predictions: list[StoredPrediction]
    items: list[QueueItem]
    events: list[Event]
    attachments: list[Attachment]


def submissions_page(
    store: Store, wanted: SubmissionFilter, cursor: str | None, limit: int, order: Order = Order.REGISTERED
) -> Page:
    """Read one page of submissions; the cursor is that of the page before, in the same order.

    Raises:
        Invalid: the cursor is none of ours.
    """
    with store.read() as connection:
        rows, place = listing.page(connection, wanted, order, _read_place(cursor), limit)
    return Page(rows=rows, next_cursor=f"{place.day}~{place.id}" if place else None)


def _read_place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    if not _PLACE.match(cursor):
        raise Invalid("翻页位置不正确，请回到第一页", field="cursor", code="E_CURSOR")
    day, _, submission_id = cursor.partition("~")
    return Place(day=day, id=submission_id)


def submissions_count(store: Store, wanted: SubmissionFilter) -> int:
    """Count submissions to the last one."""
    with store.read() as connection:
        return listing.count(connection, wanted, most=None).number


def submissions_counted(store: Store, wanted: SubmissionFilter) -> Count:
    """Count submissions as far as a list tells."""
    with store.read() as connection:
        return listing.count(connection, wanted)


def beside(store: Store, submission_ids: Sequence[str]) -> Beside:
    """Read what a list shows beside its submissions."""
    with store.read() as connection:
        return Beside(marks=marks.of(connection, submission_ids), due=queue.next_due(connection, submission_ids))


def items_page(store: Store, wanted: ItemFilter, cursor: str | None, limit: int) -> ItemPage:
    """Read one page of items; the cursor is that of the page before.

    Raises:
        Invalid: the cursor is none of ours.
    """
    with store.read() as connection:
        found = listing.item_page(connection, wanted, _read_cursor(cursor), limit + 1)
    last = found[limit - 1].item if len(found) > limit else None
    due = last.due_at.isoformat() if last and last.due_at else ""
    return ItemPage(rows=found[:limit], next_cursor=f"{due}~{last.id}" if last else None)


def _read_cursor(cursor: str | None) -> tuple[datetime | None, str] | None:
    if cursor is None:
        return None
    due, _, item_id = cursor.partition("~")
    try:
        moment = datetime.fromisoformat(due) if due else None
        if len(item_id) != 36 or (moment is not None and moment.tzinfo is None):
            raise ValueError
    except ValueError:
        raise Invalid("翻页位置不正确，请回到第一页", field="cursor", code="E_CURSOR") from None
    return moment, item_id


def items_count(store: Store, wanted: ItemFilter) -> int:
    """Count items to the last one."""
    with store.read() as connection:
        return listing.item_count(connection, wanted)


def items_counted(store: Store, wanted: ItemFilter) -> Count:
    """Count items as far as a list tells."""
    with store.read() as connection:
        return listing.items_counted(connection, wanted)


def stage_counts(store: Store) -> dict[Stage, int]:
    """Count submissions by stage; stages without any are left out."""
    with store.read() as connection:
        return listing.stages(connection)


def queue_counts(store: Store, signed_of: str | None = None) -> dict[tuple[str, ItemState], int]:
    """Count items by department and state, or what was signed of one department; pairs without any are left out."""
    with store.read() as connection:
        return listing.queues(connection, signed_of)


def known_values(store: Store, column: str) -> list[str]:
    """Read the sources or the places that occur, the most frequent first."""
    with store.read() as connection:
        return listing.values(connection, column)


def theme_counts(store: Store, wanted: SubmissionFilter, by: str) -> list[ThemeCount]:
    """Count submissions by theme and `month`, `place`, `department`, `source` or `adopted`.

    Raises:
        Invalid: another grouping, or the first day is after the last.
    """
    if by not in listing.GROUPINGS:
        raise Invalid(f"分组只能是 {'、'.join(listing.GROUPINGS)} 之一", field="by", code="E_CHOICE")
    if wanted.first_day and wanted.last_day and wanted.first_day > wanted.last_day:
        raise Invalid("开始日期晚于结束日期", field="from", code="E_DATE")
    with store.read() as connection:
        return listing.theme_counts(connection, wanted, by)


def item_of(store: Store, item_id: str) -> QueueItem:
    """Read one item.

    Raises:
        NotFound: there is none, or its submission is restricted.
    """
    with store.read() as connection:
        item = queue.get(connection, item_id)
        submissions.get(connection, item.submission_id)
    return item


def registered(store: Store, submission_id: str) -> Registered:
    """Read one submission and where it stands.

    Raises:
        NotFound: there is none, or it is restricted.
    """
    with store.read() as connection:
        return submissions.get(connection, submission_id)


def story(store: Store, submission_id: str, department: str | None = None) -> Story:
    """Read everything that is known of one submission; for a department, what concerns that department alone.

    Raises:
        NotFound: there is none, it is restricted, or the department has no signed item of it.
    """
    with store.read() as connection:
        whole = Story(
            registered=submissions.get(connection, submission_id),
            decision=decisions.current(connection, submission_id),
            decisions=decisions.history(connection, submission_id),
            predictions=decisions.predictions_of(connection, submission_id),
            items=queue.of_submission(connection, submission_id),
            events=events.of_submission(connection, submission_id),
            attachments=attachments.of_submission(connection, submission_id),
        )
    return whole if department is None else unit_story(whole, department)


def unit_story(whole: Story, department: str) -> Story:
    """Leave of a story what a unit may see: the text, its own items, what happened to them. Nothing of other units.

    The submitter is named where they agreed to it; how to reach them is the desk's to tell.

    Raises:
        NotFound: the department has no signed item of it.
    """
    own = [item for item in whole.items if item.department == department and item.signed_at is not None]
    if not own:
        raise NotFound("没有找到这件来稿或工单，请核对编号")
    submission = whole.registered.submission
    submitter = Submitter(name=submission.submitter.name) if submission.name_public else Submitter()
    ids = {item.id for item in own}
    lead = department if whole.registered.lead == department else None
    decision = replace(
        whole.decision,
        decision=replace(whole.decision.decision, lead=lead, co_handlers=(), reasons=(), doubts=(), duty=None),
    )
    return Story(
        registered=replace(whole.registered, submission=replace(submission, submitter=submitter), lead=lead),
        decision=decision,
        decisions=[decision],
        predictions=[
            replace(one, prediction=Prediction(ranked=(), model_version="")) for one in whole.predictions[-1:]
        ],
        items=own,
        events=[_without_others(event) for event in whole.events if event.item_id in ids],
        attachments=[one for one in whole.attachments if one.item_id is None or one.item_id in ids],
    )


def _without_others(event: Event) -> Event:
    """Leave out of an event to whom an item went on, and what others agreed on."""
    told = {name: value for name, value in json.loads(event.payload).items() if name not in ("to", "agreed", "before")}
    return replace(event, payload=json.dumps(told, ensure_ascii=False, sort_keys=True))
