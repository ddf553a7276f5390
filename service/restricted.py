"""限阅件: what two named people may do with accusations (failure class 0 of the design, 信访工作条例 article 30).

Whoever is named in a text is recused from it: for them it is not there. Every look at one is written into the log. One
person can pass it on outside the office; letting it back into routing needs both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from nlp.domain import Doubt, Event, EventKind, Labelled, Routing, Stage, Writing
from service import audit
from service.access import Caller, Right
from service.attachments import path_of
from service.audit import Kind
from service.deadlines import local_day
from service.entry import review_task
from service.errors import Conflict, NotFound, Unavailable
from service.ids import new_id
from service.intake import Judging
from service.limits import require_note
from service.store import accounts, attachments, decisions, events, restricted, reviews, submissions
from service.store import audit as log
from service.store.engine import Store
from service.store.events import Happening
from service.store.records import Attachment, Registered, StoredPrediction

MOST = 500
"""Most submissions that are counted, or looked through for a name, at once."""
PAGE = 50
SHORTEST_NAME = 2


class WayOut(Labelled):
    """Where an accusation goes. The text leaves on paper; here is written down that it did."""

    DISCIPLINE = "discipline", "移送区纪委监委"
    PETITION = "petition", "转区信访局"
    GIVEN_BACK = "given_back", "告知渠道并退还"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One restricted submission with all that is known of it. `proposed_by` is who wants it released, if somebody does."""

    registered: Registered
    events: list[Event]
    attachments: list[Attachment]
    proposed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of a list, and the id before which there may be more; None where there are none."""

    rows: list[Registered]
    before: str | None = None


def waiting(store: Store, reader: Caller, before: str | None = None) -> Page:
    """Read what waits, the newest first, without what the reader is named in."""
    return _page(store, reader, Stage.RESTRICTED, before)


def dealt_with(store: Store, reader: Caller, before: str | None = None) -> Page:
    """Read what has been passed on, the newest first, without what the reader is named in."""
    return _page(store, reader, Stage.CLOSED, before)


def look_at_list(
    store: Store, reader: Caller, now: datetime, before: str | None = None, passed: str | None = None
) -> tuple[Page, Page]:
    """Read what waits and what has been passed on, each from a place on, and write down who saw how many titles."""
    pages = waiting(store, reader, before), dealt_with(store, reader, passed)
    if shown := sum(len(one.rows) for one in pages):
        audit.note(store, Kind.RESTRICTED_SEEN, reader.id, now, what="目录", count=shown)
    return pages


def waiting_count(store: Store, reader: Caller) -> int:
    """Count what waits for a reader; of more than `MOST` only those are counted."""
    _check_reader(reader)
    with store.read() as connection:
        found = restricted.every(connection, Stage.RESTRICTED, MOST)
    return sum(not is_recused(one, reader.name) for one in found)


def look(store: Store, submission_id: str, reader: Caller, now: datetime) -> Seen:
    """Read one, and write down who looked.

    Raises:
        NotFound: there is none, or not for this reader.
    """
    with store.write() as connection:
        registered = _get(connection, submission_id, reader)
        happened = events.of_submission(connection, submission_id)
        seen = Seen(
            registered=registered,
            events=happened,
            attachments=attachments.of_submission(connection, submission_id),
            proposed_by=proposer(happened),
        )
        log.append(connection, audit.noted(Kind.RESTRICTED_SEEN, reader.id, now, submission_id))
    return seen


def look_at_file(
    store: Store, home: Path, submission_id: str, attachment_id: str, reader: Caller, now: datetime
) -> tuple[Attachment, Path]:
    """Find a file of one, and write down who looked.

    Raises:
        NotFound: there is none, or not for this reader.
        Unavailable: its bytes are gone.
    """
    with store.write() as connection:
        _get(connection, submission_id, reader)
        found = restricted.attachment(connection, submission_id, attachment_id)
        log.append(connection, audit.noted(Kind.RESTRICTED_SEEN, reader.id, now, submission_id, file=attachment_id))
    path = path_of(home, found.sha256)
    if not path.is_file():
        raise Unavailable("附件文件不在磁盘上，请从备份恢复")
    return found, path


def pass_on(store: Store, submission_id: str, way: WayOut, note: str, reader: Caller, now: datetime) -> None:
    """Write down that it was passed on, to whom and how; it stays restricted.

    Raises:
        NotFound: there is none, or not for this reader.
        Invalid: no note.
        Conflict: it has been dealt with.
    """
    note = require_note(note, "note", "请写明移送或告知的时间、方式、经手人")
    with store.write() as connection:
        _open(connection, submission_id, reader)
        restricted.close(connection, submission_id)
        _tell(connection, submission_id, EventKind.REFERRED, reader, now, (("note", f"{way.label}：{note}"),))
        _log(connection, submission_id, reader, now, way.value)


def propose_release(store: Store, submission_id: str, reason: str, reader: Caller, now: datetime) -> None:
    """误判解除, first half: one of the two says why it is no accusation.

    Raises:
        NotFound, Invalid, Conflict: as in `pass_on`; and when it has been proposed already.
    """
    reason = require_note(reason, "reason", "请写明为什么不是检举控告")
    with store.write() as connection:
        _open(connection, submission_id, reader)
        if proposer(events.of_submission(connection, submission_id)) is not None:
            raise Conflict("已有人提出误判解除，等另一人同意")
        _tell(connection, submission_id, EventKind.RELEASE_PROPOSED, reader, now, (("reason", reason),))
        _log(connection, submission_id, reader, now, "release_proposed")


def refuse_release(store: Store, submission_id: str, reason: str, reader: Caller, now: datetime) -> None:
    """Leave it restricted: the other does not agree, or the one who proposed it has thought again.

    Raises:
        NotFound, Invalid, Conflict: as in `pass_on`; and when nobody has proposed to release it.
    """
    reason = require_note(reason, "reason", "请写明理由")
    with store.write() as connection:
        _open(connection, submission_id, reader)
        if proposer(events.of_submission(connection, submission_id)) is None:
            raise Conflict("没有人提出误判解除")
        _tell(connection, submission_id, EventKind.RELEASE_REFUSED, reader, now, (("reason", reason),))
        _log(connection, submission_id, reader, now, "release_refused")


def agree_to_release(store: Store, judge: Judging, submission_id: str, reader: Caller, now: datetime) -> None:
    """误判解除, second half: the other agrees; it is judged for routing and waits for 拟办 like any other.

    Raises:
        NotFound: there is none, or not for this reader.
        Conflict: it has been dealt with, nobody has proposed it, or the same person has.
    """
    with store.read() as connection:
        submission = _get(connection, submission_id, reader).submission
    (judgement,) = judge.judge([Writing(title=submission.title, text=submission.text)], local_day(now))
    with store.write() as connection:
        _open(connection, submission_id, reader)
        by = proposer(events.of_submission(connection, submission_id))
        if by is None:
            raise Conflict("还没有人提出误判解除")
        if by == reader.id:
            raise Conflict("误判解除须由另一人同意")
        prediction = StoredPrediction(
            id=new_id(now), submission_id=submission_id, prediction=judgement.prediction, made_at=now
        )
        decisions.add_predictions(connection, [prediction])
        present = decisions.current(connection, submission_id)
        doubts = tuple(one for one in judgement.decision.doubts if one is not Doubt.ACCUSATION)
        decided = replace(judgement.decision, routing=Routing.REVIEW, doubts=doubts)
        made = replace(
            present,
            id=new_id(now),
            prediction_id=prediction.id,
            supersedes=present.id,
            decision=decided,
            person=None,
            made_at=now,
        )
        decisions.supersede(connection, made)
        submissions.restrict(connection, submission_id, False)
        free = replace(submission, restricted=False)
        reviews.add(connection, [review_task(free, replace(judgement, restricted=False), decided, now)])
        submissions.place(connection, submission_id, decided.theme, decided.lead, Stage.REVIEW)
        _tell(connection, submission_id, EventKind.RELEASED, reader, now, ())
        _log(connection, submission_id, reader, now, "released")


def proposer(happened: list[Event]) -> str | None:
    """Tell who has proposed to release it, where that still stands."""
    last = next((one for one in reversed(happened) if one.kind in _RELEASING), None)
    return last.actor if last is not None and last.kind == EventKind.RELEASE_PROPOSED else None


_RELEASING = {EventKind.RELEASE_PROPOSED.value, EventKind.RELEASE_REFUSED.value, EventKind.RELEASED.value}


def is_recused(registered: Registered, name: str) -> bool:
    """Tell whether a person is named in a submission; spaces within the text do not hide a name."""
    plain = "".join(name.split())
    text = "".join(f"{registered.submission.title}{registered.submission.text}".split())
    return len(plain) >= SHORTEST_NAME and plain in text


def unread(store: Store) -> int:
    """Count what waits and nobody may read: nobody is named for it, or everybody who is stands in the text."""
    with store.read() as connection:
        readers = [one.name for one in accounts.every(connection) if one.restricted and one.disabled_at is None]
        found = restricted.every(connection, Stage.RESTRICTED, MOST)
    return sum(all(is_recused(one, name) for name in readers) for one in found)


def _page(store: Store, reader: Caller, stage: Stage, before: str | None) -> Page:
    _check_reader(reader)
    rows: list[Registered] = []
    with store.read() as connection:
        while found := restricted.every(connection, stage, PAGE + 1, before):
            for one in found:
                if is_recused(one, reader.name):
                    continue
                if len(rows) == PAGE:
                    return Page(rows=rows, before=rows[-1].submission.id)
                rows.append(one)
            before = found[-1].submission.id
    return Page(rows=rows)


def _check_reader(reader: Caller) -> None:
    if not reader.may(Right.RESTRICTED):
        raise NotFound("没有找到，请核对地址或编号")


def _get(connection: Connection, submission_id: str, reader: Caller, *, locked: bool = False) -> Registered:
    _check_reader(reader)
    found = restricted.get(connection, submission_id, locked=locked)
    if is_recused(found, reader.name):
        raise NotFound("没有找到这件限阅件，请核对编号")
    return found


def _open(connection: Connection, submission_id: str, reader: Caller) -> None:
    if _get(connection, submission_id, reader, locked=True).stage is not Stage.RESTRICTED:
        raise Conflict("这件限阅件已经处理，请刷新后查看")


def _tell(
    connection: Connection,
    submission_id: str,
    kind: EventKind,
    reader: Caller,
    now: datetime,
    details: tuple[tuple[str, object], ...],
) -> None:
    happening = Happening(submission_id=submission_id, kind=kind, actor=reader.id, at=now, details=details)
    events.append(connection, [happening])


def _log(connection: Connection, submission_id: str, reader: Caller, now: datetime, did: str) -> None:
    log.append(connection, audit.noted(Kind.RESTRICTED_DECIDED, reader.id, now, submission_id, did=did))
