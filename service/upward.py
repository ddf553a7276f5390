"""报送, 采用, 批示 and 《社情民意》: what goes up, under whose signature, and what comes back. One event each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from nlp.domain import EventKind, Level, Outcome
from service.deadlines import local_day
from service.errors import Conflict, Invalid
from service.ids import new_id
from service.limits import check_name, check_storable, is_blank, require_note
from service.profile import Profile
from service.store import attachments, events, submissions, upward
from service.store.engine import Store
from service.store.events import Happening
from service.store.records import Registered
from service.store.upward import Brief, Instruction, ReportFilter, ReportRow, UpwardReport

MOST_IN_BRIEF = 20
NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Who records something, and when."""

    actor: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """报送 to a level on a day; nothing leaves unsigned."""

    level: Level
    day: date
    signer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """批示: who wrote what on which day, at which level; `attachment_id` is the scan."""

    leader: str
    level: Level
    day: date
    text: str
    attachment_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What went up of a submission and what came back; withdrawn records are not among it."""

    reports: list[UpwardReport]
    instructions: list[Instruction]
    briefs: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """Some reports, the latest recorded first; `next_cursor` is None on the last page."""

    rows: list[ReportRow]
    total: int
    next_cursor: str | None


def record_of(store: Store, submission_id: str) -> Record:
    """Read what went up of a submission and what came back.

    Raises:
        NotFound: there is no such submission, or it is restricted.
    """
    with store.read() as connection:
        submissions.get(connection, submission_id)
        return Record(
            reports=upward.reports_of(connection, submission_id),
            instructions=upward.instructions_of_many(connection, [submission_id]),
            briefs=upward.brief_labels(connection, [submission_id]).get(submission_id, []),
        )


def reports_page(store: Store, wanted: ReportFilter, cursor: str | None, limit: int) -> ReportPage:
    """Read one page of reports; the cursor is that of the page before.

    Raises:
        Invalid: the cursor is none of ours.
    """
    if cursor is not None and (len(cursor) != 36 or not cursor.isascii()):
        raise Invalid("翻页位置不正确，请回到第一页", field="cursor", code="E_CURSOR")
    with store.read() as connection:
        found = upward.report_page(connection, wanted, cursor, limit + 1)
        total = upward.report_count(connection, wanted)
    more = len(found) > limit
    return ReportPage(rows=found[:limit], total=total, next_cursor=found[limit - 1].report.id if more else None)


def report(store: Store, submission_id: str, sending: Sending, doing: Doing) -> UpwardReport:
    """报送: record that a submission went up to a level.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Conflict: it was reported to that level already.
        Invalid: no signer, or a day that cannot be.
    """
    signer = _signer(sending.signer)
    with store.write() as connection:
        registered = submissions.lock(connection, submission_id)
        _check_day(sending.day, registered, doing)
        return _add_report(connection, registered, replace(sending, signer=signer), None, doing)


def record_outcome(
    store: Store, report_id: str, outcome: Outcome, day: date | None, note: str, version: int | None, doing: Doing
) -> UpwardReport:
    """登记采用情况: record what became of a report; 待采用 takes an outcome back.

    Raises:
        NotFound: there is no such report, or its submission is restricted.
        Conflict: somebody was faster, or it was withdrawn.
        Invalid: no day, or one that cannot be.
    """
    check_storable(note, "note", NOTE_LENGTH)
    with store.write() as connection:
        before, registered = _standing(connection, report_id, version)
        if outcome is not Outcome.PENDING:
            if day is None:
                raise Invalid("请填写采用（或未采用）的日期", field="day", code="E_EMPTY")
            _check_day(day, registered, doing)
            if day < before.reported_on:
                raise Invalid("采用日期早于报送日期，请核对", field="day", code="E_DATE")
        after = replace(
            before,
            outcome=outcome,
            outcome_on=None if outcome is Outcome.PENDING else day,
            note=note.strip(),
            version=before.version + 1,
        )
        upward.save_report(connection, after)
        told = f"{before.level.label}：{outcome.label}{f'（{day}）' if after.outcome_on else ''}"
        _tell(connection, before.submission_id, EventKind.TAKEN_UP, doing, told, reason=after.note)
    return after


def withdraw_report(store: Store, report_id: str, reason: str, version: int | None, doing: Doing) -> None:
    """撤销: take back a report that was recorded by mistake; it is kept, and counted no more.

    Raises:
        NotFound: there is no such report, or its submission is restricted.
        Conflict: somebody was faster, or it was withdrawn.
        Invalid: no reason.
    """
    reason = require_note(reason, "reason", "请填写撤销的原因")
    with store.write() as connection:
        before, _ = _standing(connection, report_id, version)
        upward.save_report(connection, replace(before, withdrawn_at=doing.now, version=before.version + 1))
        told = f"{before.level.label}报送（{before.reported_on}）"
        _tell(connection, before.submission_id, EventKind.UPWARD_WITHDRAWN, doing, told, reason=reason)


def instruct(store: Store, submission_id: str, said: Said, doing: Doing) -> Instruction:
    """登记批示: record what a leader wrote on a submission.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Invalid: no leader, no text, a day that cannot be, or a scan that is not among its attachments.
    """
    text = require_note(said.text, "text", "请填写批示内容")
    leader = require_note(said.leader, "leader", "请填写批示领导，如“区委书记 某某”")
    check_name(leader, "leader")
    with store.write() as connection:
        registered = submissions.lock(connection, submission_id)
        _check_day(said.day, registered, doing)
        scans = {one.id for one in attachments.of_submission(connection, submission_id)}
        if said.attachment_id is not None and said.attachment_id not in scans:
            raise Invalid("批示扫描件不在这件来稿的附件中，请先添加附件", field="attachment", code="E_CHOICE")
        made = Instruction(
            id=new_id(doing.now),
            submission_id=submission_id,
            leader=leader,
            level=said.level,
            given_on=said.day,
            text=text,
            attachment_id=said.attachment_id,
            recorded_by=doing.actor,
            recorded_at=doing.now,
        )
        upward.add_instruction(connection, made)
        told = f"{leader}（{said.level.label}，{said.day}）"
        _tell(connection, submission_id, EventKind.INSTRUCTED, doing, told, reason=text)
    return made


def withdraw_instruction(store: Store, instruction_id: str, reason: str, doing: Doing) -> None:
    """撤销: take back an instruction that was recorded by mistake.

    Raises:
        NotFound: there is none, or its submission is restricted.
        Conflict: it was withdrawn already.
        Invalid: no reason.
    """
    reason = require_note(reason, "reason", "请填写撤销的原因")
    with store.write() as connection:
        before = upward.instruction(connection, instruction_id)
        submissions.lock(connection, before.submission_id)
        upward.withdraw_instruction(connection, instruction_id, doing.now)
        told = f"批示：{before.leader}（{before.given_on}）"
        _tell(connection, before.submission_id, EventKind.UPWARD_WITHDRAWN, doing, told, reason=reason)


def issue_brief(
    store: Store,
    profile: Profile,
    members: Sequence[str],
    day: date,
    signer: str,
    levels: Collection[Level],
    doing: Doing,
) -> Brief:
    """编发《社情民意》: give chosen submissions the next number of the year, and report them to the levels it goes to.

    A submission that was reported to a level before keeps that report.

    Raises:
        NotFound: one of them does not exist, or is restricted.
        Invalid: none or too many chosen, no signer, or a day that cannot be.
    """
    chosen = tuple(dict.fromkeys(members))
    if not 1 <= len(chosen) <= MOST_IN_BRIEF:
        raise Invalid(f"请勾选 1–{MOST_IN_BRIEF} 件来稿编入一期", field="members", code="E_COUNT")
    signer = _signer(signer)
    with store.write() as connection:
        listed = [submissions.lock(connection, one) for one in chosen]
        for registered in listed:
            _check_day(day, registered, doing)
        number = upward.next_brief_number(connection, day.year)
        total = upward.brief_total(connection) + 1
        made = Brief(
            id=new_id(doing.now),
            year=day.year,
            number=number,
            label=profile.brief_number.format(number=number, year=day.year, total=total),
            issued_on=day,
            signer=signer,
            made_by=doing.actor,
            made_at=doing.now,
            members=chosen,
        )
        upward.add_brief(connection, made)
        for registered in listed:
            _tell(connection, registered.submission.id, EventKind.BRIEFED, doing, f"{day.year}年{made.label}")
            known = {one.level for one in upward.reports_of(connection, registered.submission.id)}
            for level in (one for one in Level if one in levels and one not in known):
                _add_report(connection, registered, Sending(level=level, day=day, signer=signer), made.id, doing)
    return made


def brief_of(store: Store, brief_id: str) -> tuple[Brief, list[Registered]]:
    """Read a brief with its submissions, in their order; what has become restricted is left out.

    Raises:
        NotFound: there is none.
    """
    with store.read() as connection:
        found = upward.brief(connection, brief_id)
        return found, upward.members_of(connection, found)


def latest_briefs(store: Store, limit: int) -> list[Brief]:
    """Read briefs, the latest first."""
    with store.read() as connection:
        return upward.latest_briefs(connection, limit)


def waiting(store: Store, level: Level, limit: int) -> list[Registered]:
    """List submissions whose 去向 names a level to which they were not reported yet, the newest first."""
    with store.read() as connection:
        return upward.waiting(connection, level, limit)


def _add_report(
    connection: Connection, registered: Registered, sending: Sending, brief_id: str | None, doing: Doing
) -> UpwardReport:
    own = registered.submission.id
    if any(one.level is sending.level for one in upward.reports_of(connection, own)):
        raise Conflict(f"{registered.submission.receipt} 已报送{sending.level.label}，不必重复登记；登错的可先撤销")
    made = UpwardReport(
        id=new_id(doing.now),
        submission_id=own,
        level=sending.level,
        reported_on=sending.day,
        signer=sending.signer,
        brief_id=brief_id,
        recorded_by=doing.actor,
        recorded_at=doing.now,
    )
    upward.add_report(connection, made)
    _tell(connection, own, EventKind.REPORTED, doing, f"{sending.level.label}（{sending.day}），签发：{sending.signer}")
    return made


def _standing(connection: Connection, report_id: str, version: int | None) -> tuple[UpwardReport, Registered]:
    found = upward.report(connection, report_id)
    registered = submissions.lock(connection, found.submission_id)
    found = upward.report(connection, report_id)
    if found.withdrawn_at is not None:
        raise Conflict("这条报送记录已经撤销，请刷新后再看")
    if version is not None and version != found.version:
        raise Conflict("该报送记录刚刚被他人更改，请刷新后再办")
    return found, registered


def _signer(signer: str) -> str:
    found = require_note(signer, "signer", "请填写签发人：未经签发的不得报送")
    check_name(found, "signer")
    return found


def _check_day(day: date, registered: Registered, doing: Doing) -> None:
    if day > local_day(doing.now):
        raise Invalid("日期不能晚于今天", field="day", code="E_DATE")
    if day < local_day(registered.submission.received_at):
        raise Invalid(f"日期早于 {registered.submission.receipt} 的收到日期，请核对", field="day", code="E_DATE")


def _tell(
    connection: Connection, submission_id: str, kind: EventKind, doing: Doing, note: str, reason: str = ""
) -> None:
    details: tuple[tuple[str, Any], ...] = (("note", note), ("reason", None if is_blank(reason) else reason))
    happening = Happening(submission_id=submission_id, kind=kind, actor=doing.actor, at=doing.now, details=details)
    events.append(connection, [happening])
