"""What goes up and what comes back: reports with their outcome, instructions, briefs. What is restricted is not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, insert, select, update

from nlp.domain import DecisionSource, Disposition, Level, Outcome, Track
from service.errors import Conflict, NotFound
from service.store.records import Registered
from service.store.submissions import read_registered
from service.store.tables import decisions, submissions
from service.store.upward_tables import brief_members, briefs, instructions, upward_reports


@dataclass(frozen=True, slots=True, kw_only=True)
class UpwardReport:
    """报送: a submission sent to a level, and what became of it there. `brief_id` is the brief that carried it."""

    id: str
    submission_id: str
    level: Level
    reported_on: date
    signer: str
    recorded_by: str
    recorded_at: datetime
    outcome: Outcome = Outcome.PENDING
    outcome_on: date | None = None
    note: str = ""
    brief_id: str | None = None
    version: int = 1
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """批示: what a leader wrote on a submission, and where the scan of it is."""

    id: str
    submission_id: str
    leader: str
    level: Level
    given_on: date
    text: str
    recorded_by: str
    recorded_at: datetime
    attachment_id: str | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A number of 《社情民意》; `members` are submissions in their order."""

    id: str
    year: int
    number: int
    label: str
    issued_on: date
    signer: str
    made_by: str
    made_at: datetime
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFilter:
    """Which reports are asked for; None asks for all. Days of reporting, both included."""

    level: Level | None = None
    outcome: Outcome | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A report beside what names its submission."""

    report: UpwardReport
    receipt: str
    title: str
    text: str
    brief: str


_REPORT = tuple(field.name for field in fields(UpwardReport))
_INSTRUCTION = tuple(field.name for field in fields(Instruction))
_DISPOSITIONS = {
    Level.DISTRICT: Disposition.REPORT_DISTRICT,
    Level.CITY: Disposition.REPORT_CITY,
    Level.REGION: Disposition.REPORT_REGION,
}
_DAYS = ("reported_on", "outcome_on", "given_on", "issued_on")


def add_report(connection: Connection, made: UpwardReport) -> None:
    """Add a report. A second standing one at the same level raises sqlalchemy.exc.IntegrityError."""
    connection.execute(insert(upward_reports), [_values(made, _REPORT)])


def report(connection: Connection, report_id: str) -> UpwardReport:
    """Read one report.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(select(upward_reports).where(upward_reports.c.id == report_id)).first()
    if row is None:
        raise NotFound("没有找到这条报送记录，请核对编号")
    return _report(row)


def save_report(connection: Connection, after: UpwardReport) -> None:
    """Write a report whose version is one above the version that is kept.

    Raises:
        Conflict: somebody was faster.
    """
    table = upward_reports.c
    written = connection.execute(
        update(upward_reports)
        .where(table.id == after.id, table.version == after.version - 1)
        .values(**_values(after, _REPORT))
    )
    if written.rowcount != 1:
        raise Conflict("该报送记录刚刚被他人更改，请刷新后再办")


def reports_of(connection: Connection, submission_id: str) -> list[UpwardReport]:
    """Read the standing reports of a submission, the oldest first."""
    table = upward_reports.c
    query = select(upward_reports).where(table.submission_id == submission_id, table.withdrawn_at.is_(None))
    return [_report(row) for row in connection.execute(query.order_by(table.id))]


def reports_of_many(connection: Connection, ids: Sequence[str]) -> list[UpwardReport]:
    """Read the standing reports of submissions."""
    table = upward_reports.c
    query = select(upward_reports).where(table.submission_id.in_(ids), table.withdrawn_at.is_(None))
    return [_report(row) for row in connection.execute(query.order_by(table.id))]


def report_page(connection: Connection, wanted: ReportFilter, before: str | None, limit: int) -> list[ReportRow]:
    """Read reports beside their submissions, the latest recorded first; those recorded before `before` if it is given."""
    named = (submissions.c.receipt, submissions.c.title, submissions.c.text.label("writing"))
    query = (
        select(upward_reports, *named, briefs.c.label)
        .join_from(upward_reports, submissions)
        .outerjoin(briefs, briefs.c.id == upward_reports.c.brief_id)
        .where(_reports(wanted))
        .order_by(upward_reports.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(upward_reports.c.id < before)
    return [
        ReportRow(
            report=_report(row), receipt=row.receipt, title=row.title, text=row.writing[:60], brief=row.label or ""
        )
        for row in connection.execute(query)
    ]


def report_count(connection: Connection, wanted: ReportFilter) -> int:
    """Count reports."""
    query = select(func.count()).select_from(upward_reports.join(submissions)).where(_reports(wanted))
    return int(connection.execute(query).scalar_one())


def add_instruction(connection: Connection, made: Instruction) -> None:
    """Add an instruction."""
    connection.execute(insert(instructions), [_values(made, _INSTRUCTION)])


def instruction(connection: Connection, instruction_id: str) -> Instruction:
    """Read one instruction.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(select(instructions).where(instructions.c.id == instruction_id)).first()
    if row is None:
        raise NotFound("没有找到这条批示，请核对编号")
    return _instruction(row)


def withdraw_instruction(connection: Connection, instruction_id: str, now: datetime) -> None:
    """Mark a standing instruction as withdrawn.

    Raises:
        Conflict: it is withdrawn already.
    """
    table = instructions.c
    done = connection.execute(
        update(instructions).where(table.id == instruction_id, table.withdrawn_at.is_(None)).values(withdrawn_at=now)
    )
    if done.rowcount != 1:
        raise Conflict("这条批示已经撤销，请刷新后再看")


def instructions_of_many(connection: Connection, ids: Sequence[str]) -> list[Instruction]:
    """Read the standing instructions on submissions, in the order of their days."""
    table = instructions.c
    query = select(instructions).where(table.submission_id.in_(ids), table.withdrawn_at.is_(None))
    return [_instruction(row) for row in connection.execute(query.order_by(table.given_on, table.id))]


def add_brief(connection: Connection, made: Brief) -> None:
    """Add a brief. A number that was used before raises sqlalchemy.exc.IntegrityError."""
    names = ("id", "year", "number", "label", "issued_on", "signer", "made_by", "made_at")
    connection.execute(insert(briefs), [_values(made, names)])
    members = [
        {"brief_id": made.id, "submission_id": one, "place": place} for place, one in enumerate(made.members, start=1)
    ]
    connection.execute(insert(brief_members), members)


def next_brief_number(connection: Connection, year: int) -> int:
    """Give the number after the highest that a year has used."""
    query = select(func.coalesce(func.max(briefs.c.number), 0)).where(briefs.c.year == year)
    return int(connection.execute(query).scalar_one()) + 1


def brief_total(connection: Connection) -> int:
    """Count the briefs of all years."""
    return int(connection.execute(select(func.count()).select_from(briefs)).scalar_one())


def brief(connection: Connection, brief_id: str) -> Brief:
    """Read one brief.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(select(briefs).where(briefs.c.id == brief_id)).first()
    if row is None:
        raise NotFound("没有找到这一期《社情民意》，请核对编号")
    return _brief(connection, row)


def latest_briefs(connection: Connection, limit: int) -> list[Brief]:
    """Read briefs, the latest first."""
    rows = connection.execute(select(briefs).order_by(briefs.c.id.desc()).limit(limit)).all()
    return [_brief(connection, row) for row in rows]


def brief_labels(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """Tell for submissions which briefs they stand in."""
    query = (
        select(brief_members.c.submission_id, briefs.c.label)
        .join_from(brief_members, briefs)
        .where(brief_members.c.submission_id.in_(ids))
        .order_by(briefs.c.id)
    )
    found: dict[str, list[str]] = {}
    for submission_id, label in connection.execute(query):
        found.setdefault(submission_id, []).append(label)
    return found


def _reports(wanted: ReportFilter) -> ColumnElement[bool]:
    table = upward_reports.c
    conditions: list[ColumnElement[bool]] = [table.withdrawn_at.is_(None), ~submissions.c.restricted]
    if wanted.level is not None:
        conditions.append(table.level == wanted.level.value)
    if wanted.outcome is not None:
        conditions.append(table.outcome == wanted.outcome.value)
    if wanted.first_day is not None:
        conditions.append(table.reported_on >= wanted.first_day.isoformat())
    if wanted.last_day is not None:
        conditions.append(table.reported_on <= wanted.last_day.isoformat())
    return and_(*conditions)


def _values(record: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: _value(name, getattr(record, name)) for name in names}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Level | Outcome):
        return value.value
    return value.isoformat() if name in _DAYS and value is not None else value


def _plain(row: Any, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {name: date.fromisoformat(value) if name in _DAYS and value else value for name, value in values.items()}


def _report(row: Any) -> UpwardReport:
    values = _plain(row, _REPORT)
    return UpwardReport(**{**values, "level": Level(row.level), "outcome": Outcome(row.outcome)})


def _instruction(row: Any) -> Instruction:
    return Instruction(**{**_plain(row, _INSTRUCTION), "level": Level(row.level)})


def _brief(connection: Connection, row: Any) -> Brief:
    query = select(brief_members.c.submission_id).where(brief_members.c.brief_id == row.id)
    members = connection.execute(query.order_by(brief_members.c.place)).scalars()
    values = _plain(row, ("id", "year", "number", "label", "issued_on", "signer", "made_by", "made_at"))
    return Brief(**values, members=tuple(members))


def members_of(connection: Connection, found: Brief) -> list[Registered]:
    """Read the submissions of a brief in their order, without what is restricted."""
    query = select(submissions).where(submissions.c.id.in_(found.members), ~submissions.c.restricted)
    rows = {row.id: read_registered(row) for row in connection.execute(query)}
    return [rows[one] for one in found.members if one in rows]


def waiting(connection: Connection, level: Level, limit: int) -> list[Registered]:
    """Read submissions whose current decision says that they go to a level, without a standing report to it."""
    if level not in _DISPOSITIONS:
        return []
    reported = select(upward_reports.c.submission_id).where(
        upward_reports.c.level == level.value, upward_reports.c.withdrawn_at.is_(None)
    )
    query = (
        select(submissions)
        .join_from(submissions, decisions)
        .where(
            decisions.c.current,
            decisions.c.source == DecisionSource.PERSON.value,
            cast(decisions.c.dispositions, Text).contains(f'"{_DISPOSITIONS[level].value}"', autoescape=True),
            ~submissions.c.restricted,
            submissions.c.track == Track.SUBMISSION.value,
            submissions.c.id.not_in(reported),
        )
        .order_by(submissions.c.id.desc())
        .limit(limit)
    )
    return [read_registered(row) for row in connection.execute(query)]
