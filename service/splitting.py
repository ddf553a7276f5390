"""拆分: several matters in one submission become submissions of their own (12-1, 12-2), undoable while none has left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from nlp.domain import (
    DecisionSource,
    EventKind,
    HandlingMode,
    Judgement,
    QueueItem,
    Routing,
    RoutingDecision,
    Stage,
    Submission,
    Writing,
)
from nlp.policy import Policy
from service.deadlines import local_day
from service.directory import Directory
from service.entry import Entry, make_entry, save_entries
from service.errors import Conflict, Invalid, NotFound, SecretText
from service.ids import new_id
from service.intake import MARKED, Judging
from service.limits import check_storable, is_blank
from service.placing import withdraw
from service.review import check_current, check_undispatched, check_unsplit, take_back
from service.store import decisions, events, holds, queue, reviews, splits, submissions
from service.store.engine import Store
from service.store.events import Happening
from service.store.records import Registered, StoredDecision
from service.store.splits import Split

MOST = 9
"""Most matters that one submission is split into at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Splitter:
    """What splitting works with."""

    store: Store
    judge: Judging
    policy: Policy
    directory: Directory


def split(
    splitter: Splitter,
    submission_id: str,
    matters: Sequence[Writing],
    person: str,
    now: datetime,
    relied_on: str | None = None,
) -> list[Submission]:
    """Make submissions out of the matters of one, each with a judgement of its own; the whole text stays as it was.

    Args:
        splitter: what it works with.
        submission_id: what is split.
        matters: title and text of each, as the person parted them.
        person: who.
        now: aware moment.
        relied_on: the decision that the person saw; None asks for no check.

    Returns:
        The new submissions, in the order of the matters.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Invalid: fewer than two matters, too many, or an empty or too long one.
        SecretText: a matter carries a state-secret marking.
        Overtaken: somebody else has decided since.
        Conflict: an item has left the desk already, or it was split before.
    """
    _check(matters, splitter.policy)
    judgements = splitter.judge.judge(matters, local_day(now))
    if any(one.checks.secret_marking is not None for one in judgements):
        raise SecretText(MARKED)
    with splitter.store.write() as connection:
        parent = submissions.lock(connection, submission_id)
        check_unsplit(parent.stage)
        present = decisions.current(connection, submission_id)
        check_current(connection, present, relied_on)
        check_undispatched(connection, submission_id)
        entries = _entries(connection, splitter, parent, list(zip(matters, judgements, strict=True)), person, now)
        _put_aside(connection, parent, present, entries, person, now)
    return [entry.registered.submission for entry in entries]


def undo_split(store: Store, directory: Directory, submission_id: str, person: str, now: datetime) -> None:
    """Take a split back: the parent stands where it stood, its children are void; nothing is deleted.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Conflict: it was not split, or something of a child has left the desk.
    """
    with store.write() as connection:
        parent = submissions.lock(connection, submission_id)
        if parent.stage is not Stage.SPLIT:
            raise Conflict("该件没有拆分，不用撤销")
        for one in splits.standing(connection, submission_id):
            _void(connection, one.child_id, person, now)
        splits.undo(connection, submission_id, now)
        take_back(connection, directory, decisions.current(connection, submission_id), person, now)
        happening = Happening(submission_id=submission_id, kind=EventKind.SPLIT_UNDONE, actor=person, at=now)
        events.append(connection, [happening])


def child_receipt(pattern: str, parent: str, number: int) -> str:
    """Make the 登记号 of a child: the parent's number and its own.

    >>> child_receipt("社情〔{year}〕{number}号", "社情〔2026〕12号", 1)
    '社情〔2026〕12-1号'
    """
    form = re.sub(r"\\\{number[^}]*\\\}|\{number[^}]*\}", r"(\\d+(?:-\\d+)*)", re.escape(pattern))
    form = re.sub(r"\\\{year[^}]*\\\}|\{year[^}]*\}", r"\\d+", form)
    found = re.fullmatch(form, parent)
    end = found.end(1) if found else len(parent)
    return f"{parent[:end]}-{number}{parent[end:]}"


def _check(matters: Sequence[Writing], policy: Policy) -> None:
    if len(matters) < 2:
        raise Invalid("拆分至少要写出两件事", field="matters", code="E_TOO_SHORT")
    if len(matters) > MOST:
        raise Invalid(f"一次最多拆成 {MOST} 件", field="matters", code="E_TOO_LONG")
    for one in matters:
        check_storable(one.title, "title", policy.max_length)
        check_storable(one.text, "text", policy.max_length)
        if is_blank(one.title) and is_blank(one.text):
            raise Invalid("拆出的每件事都要有标题或正文", field="matters", code="E_EMPTY")


def _entries(
    connection: Connection,
    splitter: Splitter,
    parent: Registered,
    matters: Sequence[tuple[Writing, Judgement]],
    person: str,
    now: datetime,
) -> list[Entry]:
    first = splits.last_number(connection, parent.submission.id) + 1
    entries = []
    for number, (writing, judgement) in enumerate(matters, first):
        child = replace(
            parent.submission,
            id=new_id(now),
            receipt=_receipt(splitter.policy, parent.submission, number),
            title=writing.title,
            text=writing.text,
            registered_at=now,
            restricted=judgement.restricted,
            warnings=judgement.checks.warnings,
        )
        entries.append(make_entry(child, judgement, splitter.policy, splitter.directory, person, now))
    save_entries(connection, entries)
    splits.add(
        connection,
        [
            Split(
                child_id=entry.registered.submission.id,
                parent_id=parent.submission.id,
                number=number,
                person=person,
                made_at=now,
            )
            for number, entry in enumerate(entries, first)
        ],
    )
    return entries


def _receipt(policy: Policy, parent: Submission, number: int) -> str:
    patterns = {"submission": policy.receipt_submission, "work_order": policy.receipt_work_order}
    return child_receipt(patterns[parent.track.value], parent.receipt, number)


def _put_aside(
    connection: Connection,
    parent: Registered,
    present: StoredDecision,
    entries: Sequence[Entry],
    person: str,
    now: datetime,
) -> None:
    """Let the parent stand as split, with a decision that says so and an event on it and on every child."""
    submission_id = parent.submission.id
    receipts = "、".join(entry.registered.submission.receipt for entry in entries)
    made = replace(
        present,
        id=new_id(now),
        supersedes=present.id,
        decision=_set_aside(present.decision, f"拆分为 {receipts}"),
        person=person,
        made_at=now,
    )
    decisions.supersede(connection, made)
    reviews.close(connection, submission_id, now)
    holds.release(connection, submission_id, person, now)
    for item in queue.of_submission(connection, submission_id):
        _withdraw_open(connection, item, person, now, "原件已拆分")
    submissions.place(connection, submission_id, None, None, Stage.SPLIT)
    notes = [(submission_id, f"拆分为 {receipts}", made.id)] + [
        (entry.registered.submission.id, f"由 {parent.submission.receipt} 拆出", None) for entry in entries
    ]
    events.append(
        connection,
        [
            Happening(
                submission_id=each,
                kind=EventKind.SPLIT,
                actor=person,
                at=now,
                details=(("note", note), ("decision", made_id)),
            )
            for each, note, made_id in notes
        ],
    )


def _set_aside(old: RoutingDecision, reason: str) -> RoutingDecision:
    return replace(
        old,
        routing=Routing.REVIEW,
        theme=None,
        dispositions=(),
        lead=None,
        co_handlers=(),
        mode=HandlingMode.SINGLE,
        duty=None,
        source=DecisionSource.PERSON,
        reasons=(reason,),
    )


def _void(connection: Connection, child_id: str, person: str, now: datetime) -> None:
    try:
        submissions.lock(connection, child_id)
    except NotFound:
        raise Conflict("拆出的件中有限阅件，不能撤销拆分") from None
    check_undispatched(connection, child_id)
    for item in queue.of_submission(connection, child_id):
        _withdraw_open(connection, item, person, now, "拆分已撤销")
    reviews.close(connection, child_id, now)
    submissions.place(connection, child_id, None, None, Stage.VOID)
    happening = Happening(submission_id=child_id, kind=EventKind.SPLIT_UNDONE, actor=person, at=now)
    events.append(connection, [happening])


def _withdraw_open(connection: Connection, item: QueueItem, person: str, now: datetime, reason: str) -> None:
    if item.state.open:
        withdraw(connection, item, person, now, reason)
