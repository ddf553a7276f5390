"""拟办 by a person: what comes next, confirm, correct, skip, undo. A decision supersedes, nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from nlp.domain import (
    DecisionSource,
    DepartmentLevel,
    Disposition,
    EventKind,
    HandlingMode,
    ItemState,
    Label,
    Routing,
    RoutingDecision,
)
from service.deadlines import local_day
from service.directory import Directory, acting, has_theme
from service.errors import Conflict, Invalid
from service.ids import new_id
from service.placing import placements, reconcile, settle
from service.store import decisions, events, labels, queue, reviews, submissions
from service.store.engine import Store
from service.store.events import Happening
from service.store.records import ReviewTask, StoredDecision
from service.store.reviews import ReviewFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A person's 拟办意见. None leaves a part as the machine suggested it; `lead` "" means no department."""

    theme: str | None = None
    dispositions: tuple[Disposition, ...] | None = None
    lead: str | None = None
    co_handlers: tuple[str, ...] | None = None


def next_for_review(store: Store, wanted: ReviewFilter, after: str | None = None) -> ReviewTask | None:
    """Give the task that a person should take next, or None."""
    with store.read() as connection:
        return next(iter(reviews.waiting(connection, wanted, after, limit=1)), None)


def decide(
    store: Store, directory: Directory, submission_id: str, opinion: Opinion, person: str, now: datetime
) -> StoredDecision:
    """Confirm the present decision (an empty opinion) or correct it.

    The label of the theme is kept as training evidence; items are opened, kept or withdrawn as the decision asks.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Invalid: unknown theme or department, or a department without the disposition 转办部门 to go with it.
        Conflict: an item has left the desk already (reassign it instead).
    """
    with store.write() as connection:
        submissions.lock(connection, submission_id)
        _check_undispatched(connection, submission_id)
        present = decisions.current(connection, submission_id)
        decided = _decided(directory, present.decision, opinion, now)
        made = replace(present, id=new_id(now), supersedes=present.id, decision=decided, person=person, made_at=now)
        decisions.supersede(connection, made)
        if decided.theme is not None:
            label = Label(submission_id=submission_id, theme=decided.theme, person=person, at=now)
            labels.add(connection, new_id(now), made.id, label)
        reviews.close(connection, submission_id, now)
        corrected = _differs(present.decision, decided)
        kind = EventKind.CORRECTED if corrected else EventKind.CONFIRMED
        _tell(connection, submission_id, kind, person, now, made)
        wanted = placements(directory, decided, local_day(now))
        reconcile(connection, submission_id, made.id, wanted, person, now)
        settle(connection, submission_id)
    return made


def _decided(directory: Directory, old: RoutingDecision, opinion: Opinion, now: datetime) -> RoutingDecision:
    theme = old.theme if opinion.theme is None else opinion.theme
    if theme is not None and not has_theme(directory, theme):
        raise Invalid("没有这个主题，请从列表中选择", field="theme", code="E_THEME")
    lead = old.lead if opinion.lead is None else opinion.lead or None
    co_handlers = old.co_handlers if opinion.co_handlers is None else opinion.co_handlers
    day = local_day(now)
    for name, one in [("department", lead), *(("co_departments", one) for one in co_handlers)]:
        if one is not None and acting(directory, one, day) is None:
            raise Invalid("没有这个承办单位，或已撤并，请从列表中选择", field=name, code="E_DEPARTMENT")
    dispositions = _dispositions(directory, old, opinion, lead, now)
    if Disposition.DEPARTMENT in dispositions and lead is None:
        raise Invalid("去向选了“转办部门”，请选择主办单位", field="department", code="E_DEPARTMENT")
    return replace(
        old,
        routing=Routing.REVIEW,
        theme=theme,
        dispositions=dispositions,
        lead=lead,
        co_handlers=tuple(one for one in dict.fromkeys(co_handlers) if one != lead) if lead else (),
        mode=HandlingMode.LEAD_AND_CO if lead and co_handlers else HandlingMode.SINGLE,
        source=DecisionSource.PERSON,
        duty=old.duty if (theme, lead) == (old.theme, old.lead) else None,
        reasons=old.reasons if (theme, lead) == (old.theme, old.lead) else ("人工拟办",),
    )


def _dispositions(
    directory: Directory, old: RoutingDecision, opinion: Opinion, lead: str | None, now: datetime
) -> tuple[Disposition, ...]:
    """Take the dispositions given; else those suggested; else what the department's level allows."""
    if opinion.dispositions is not None:
        return opinion.dispositions
    if lead == old.lead and old.dispositions:
        return old.dispositions
    office = acting(directory, lead, local_day(now)) if lead else None
    if office is None:
        return tuple(one for one in old.dispositions if one is not Disposition.DEPARTMENT) or (Disposition.KEEP,)
    district = office.level in (DepartmentLevel.DISTRICT, DepartmentLevel.VERTICAL)
    return (Disposition.DEPARTMENT if district else Disposition.REPORT_CITY,)


def _differs(old: RoutingDecision, new: RoutingDecision) -> bool:
    return (old.theme, old.lead, old.co_handlers, old.dispositions) != (
        new.theme,
        new.lead,
        new.co_handlers,
        new.dispositions,
    )


def _check_undispatched(connection: Connection, submission_id: str) -> None:
    waiting = (ItemState.AWAITING_SIGNATURE, ItemState.RETURNED, ItemState.WITHDRAWN)
    if any(item.state not in waiting for item in queue.of_submission(connection, submission_id)):
        raise Conflict("已签发给承办单位，不能再改拟办意见；需要换单位请用“同意改派”")


def skip(store: Store, submission_id: str, person: str, now: datetime) -> None:
    """Put a submission behind the others that wait for review.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Conflict: it is not waiting for review.
    """
    with store.write() as connection:
        submissions.lock(connection, submission_id)
        task = reviews.open_task(connection, submission_id)
        if task is None:
            raise Conflict("该件已有拟办意见，不在待拟办中")
        reviews.skip(connection, task.id, now)
        _tell(connection, submission_id, EventKind.SKIPPED, person, now, None)


def undo(store: Store, directory: Directory, submission_id: str, person: str, now: datetime) -> StoredDecision:
    """Take back the last person's decision on a submission of which nothing has left the desk; both stay on record.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Conflict: no person has decided, or an item has been signed.
    """
    with store.write() as connection:
        submissions.lock(connection, submission_id)
        _check_undispatched(connection, submission_id)
        present = decisions.current(connection, submission_id)
        if present.person is None or present.supersedes is None:
            raise Conflict("没有可以撤销的人工拟办意见")
        before = decisions.reinstate(connection, present)
        labels.undo(connection, present.id, now)
        reviews.reopen(connection, submission_id, present.made_at)
        _tell(connection, submission_id, EventKind.UNDONE, person, now, before)
        automatic = before.decision.routing is Routing.AUTO or before.person is not None
        wanted = placements(directory, before.decision, local_day(now)) if automatic else ()
        reconcile(connection, submission_id, before.id, wanted, person, now)
        settle(connection, submission_id)
    return before


def _tell(
    connection: Connection,
    submission_id: str,
    kind: EventKind,
    person: str,
    now: datetime,
    decision: StoredDecision | None,
) -> None:
    told: tuple[tuple[str, object], ...] = ()
    if decision is not None:
        one = decision.decision
        told = (
            ("theme", one.theme),
            ("lead", one.lead),
            ("co_handlers", list(one.co_handlers)),
            ("dispositions", [each.value for each in one.dispositions]),
        )
    events.append(connection, [Happening(submission_id=submission_id, kind=kind, actor=person, at=now, details=told)])
