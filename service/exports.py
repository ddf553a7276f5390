"""What leaves the system: 台账 in the office's columns and papers. Each is written down before its file leaves.

Restricted submissions never stand in an export, and a caller who is bound to a department gets that department's items
alone. Personal data is covered unless the caller's rights and a stated purpose allow otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from nlp.domain import EventKind, QueueItem
from service.access import Caller, Right
from service.audit import Kind, noted
from service.directory import Directory
from service.errors import Invalid, NotFound
from service.files.tables import Form, TableHead, write_table
from service.files.workbooks import Column
from service.ids import new_id
from service.ledger_columns import FIELDS, Entry, LedgerColumn, Ledgers, cells
from service.limits import is_blank, require_note
from service.store import audit as audit_log
from service.store import decisions, events, exports, listing, queue, upward
from service.store.conditions import Order, SubmissionFilter
from service.store.engine import Store
from service.store.events import Happening
from service.store.exports import Export
from service.store.listing import ItemFilter
from service.store.records import Registered
from service.store.upward import Instruction, UpwardReport

BATCH = 500
PURPOSE_LENGTH = 200
_NOT_FOR_UNITS = {"submitter", "unit", "cosigners", "phone"}

Of = TypeVar("Of", QueueItem, UpwardReport, Instruction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for besides the filters: the form, why, and whether personal data shall stand in it.

    `filters` are kept with the export as they were asked.
    """

    form: Form
    purpose: str = ""
    revealed: bool = False
    filters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where exports are taken from."""

    store: Store
    directory: Directory
    ledgers: Ledgers


def may_reveal(caller: Caller) -> bool:
    """Tell whether a caller may take personal data out, with a purpose."""
    return caller.may(Right.EXPORT) and caller.may(Right.MANAGE) and caller.department is None


def check_wish(caller: Caller, wish: Wish) -> None:
    """Check that personal data is asked for by somebody who may, and with a purpose.

    Raises:
        Invalid: it is not.
    """
    if not wish.revealed:
        return
    if not may_reveal(caller):
        raise Invalid("您的岗位不能导出个人信息，请导出脱敏的内容", field="revealed", code="E_PURPOSE")
    purpose = require_note(wish.purpose, "purpose", "导出个人信息须写明用途，如“报自治区政协核实反映人”")
    if len(purpose) > PURPOSE_LENGTH:
        raise Invalid(f"用途请写在 {PURPOSE_LENGTH} 字以内", field="purpose", code="E_TOO_LONG")


def export_submissions(
    source: Source, wanted: SubmissionFilter, wish: Wish, caller: Caller, path: Path, now: datetime
) -> Export:
    """Write the 来稿台账 to a file and write the export down.

    Raises:
        NotFound: the caller is bound to a department.
        Invalid: personal data without right or purpose, or too much for the form.
        InputFileError: the file cannot be written.
    """
    if caller.department is not None or not caller.may(Right.EXPORT):
        raise NotFound("没有找到，请核对地址或编号")
    check_wish(caller, wish)
    return _export(
        source, "来稿台账", source.ledgers.submissions, _submissions(source, wanted), wish, caller, path, now
    )


def export_items(source: Source, wanted: ItemFilter, wish: Wish, caller: Caller, path: Path, now: datetime) -> Export:
    """Write the 转办台账 to a file and write the export down.

    Raises:
        NotFound: the caller is bound to a department, and another one's items are asked for.
        Invalid: personal data without right or purpose, or too much for the form.
        InputFileError: the file cannot be written.
    """
    own = caller.department is not None and wanted.department == caller.department
    if not own and (caller.department is not None or not caller.may(Right.EXPORT)):
        raise NotFound("没有找到，请核对地址或编号")
    check_wish(caller, wish)
    return _export(source, "转办台账", source.ledgers.items, _items(source, wanted), wish, caller, path, now)


def record(store: Store, made: Export) -> None:
    """Write an export down."""
    with store.write() as connection:
        _write_down(connection, made)


def record_paper(store: Store, made: Export, submission_id: str, item: QueueItem | None, kind: str) -> None:
    """Write a paper down: as an export, and as an event of its submission."""
    told = (("note", kind), ("department", item.department if item else None))
    happening = Happening(
        submission_id=submission_id,
        item_id=item.id if item else None,
        kind=EventKind.PRINTED,
        actor=made.actor,
        at=made.at,
        details=(*told, ("reason", made.purpose or None)),
    )
    with store.write() as connection:
        _write_down(connection, made, submission_id)
        events.append(connection, [happening])


def record_text(store: Store, made: Export, submission_ids: Sequence[str]) -> None:
    """Write down that submissions were taken as text: as an export, and as an event of each."""
    details = (("note", made.what), ("reason", made.purpose or None))
    happenings = [
        Happening(submission_id=one, kind=EventKind.PRINTED, actor=made.actor, at=made.at, details=details)
        for one in submission_ids
    ]
    with store.write() as connection:
        _write_down(connection, made)
        events.append(connection, happenings)


def _write_down(connection: Connection, made: Export, subject: str = "") -> None:
    exports.add(connection, made)
    told = {"what": made.what, "form": made.form, "count": made.count, "masked": made.masked, "purpose": made.purpose}
    audit_log.append(connection, noted(Kind.EXPORTED, made.actor, made.at, subject, **told))


def new_export(what: str, count: int, wish: Wish, caller: Caller, now: datetime, form: str = "") -> Export:
    """Make the record of an export; `form` names one that is no file."""
    return Export(
        id=new_id(now),
        at=now,
        actor=caller.id,
        what=what,
        form=form or wish.form.value,
        count=count,
        purpose="" if is_blank(wish.purpose) else wish.purpose.strip()[:PURPOSE_LENGTH],
        masked=not wish.revealed,
        filters=wish.filters,
    )


def own_record(what: str, count: int, form: str, purpose: str, actor: str, now: datetime, *, masked: bool) -> Export:
    """Make the record of an export that no filters were asked for."""
    return Export(
        id=new_id(now),
        at=now,
        actor=actor,
        what=what,
        form=form,
        count=count,
        purpose=purpose,
        masked=masked,
        filters=(),
    )


def latest(store: Store, limit: int) -> list[Export]:
    """Read exports, the latest first."""
    with store.read() as connection:
        return exports.latest(connection, limit)


def _export(
    source: Source,
    what: str,
    columns: Sequence[LedgerColumn],
    entries: Iterator[Entry],
    wish: Wish,
    caller: Caller,
    path: Path,
    now: datetime,
) -> Export:
    hidden = _NOT_FOR_UNITS if caller.department is not None else set()
    chosen = [one for one in columns if one.field not in hidden and (one.word or wish.form is not Form.DOCX)]
    typed = [Column(name=one.head, kind=FIELDS[one.field].kind, width=FIELDS[one.field].width) for one in chosen]
    rows = (cells(source.directory, chosen, entry, revealed=wish.revealed) for entry in entries)
    count = write_table(path, wish.form, TableHead(title=what, columns=typed), rows)
    made = new_export(what, count, wish, caller, now)
    record(source.store, made)
    return made


def _submissions(source: Source, wanted: SubmissionFilter) -> Iterator[Entry]:
    number, after = 0, None
    while True:
        with source.store.read() as connection:
            found, after = listing.page(connection, wanted, Order.RECEIVED, after, BATCH)
            told = _Told(connection, [one.submission.id for one in found])
        for one in found:
            number += 1
            yield told.entry(number, one)
        if after is None:
            return


def _items(source: Source, wanted: ItemFilter) -> Iterator[Entry]:
    number, after = 0, None
    while True:
        with source.store.read() as connection:
            found = listing.item_page(connection, wanted, after, BATCH)
            told = _Told(connection, [one.registered.submission.id for one in found])
        for one in found:
            number += 1
            yield told.entry(number, one.registered, one.item)
        if len(found) < BATCH:
            return
        after = (found[-1].item.due_at, found[-1].item.id)


class _Told:
    """What is told of a batch of submissions, read at once."""

    def __init__(self, connection: Connection, ids: Sequence[str]) -> None:
        self._decisions = decisions.current_of_many(connection, ids)
        self._items = _grouped(queue.of_many(connection, ids))
        self._reports = _grouped(upward.reports_of_many(connection, ids))
        self._instructions = _grouped(upward.instructions_of_many(connection, ids))
        self._briefs = upward.brief_labels(connection, ids)

    def entry(self, number: int, registered: Registered, item: QueueItem | None = None) -> Entry:
        """Put together a line."""
        own = registered.submission.id
        return Entry(
            number=number,
            registered=registered,
            decision=self._decisions[own],
            items=self._items[own],
            reports=self._reports[own],
            instructions=self._instructions[own],
            briefs=self._briefs.get(own, []),
            item=item,
        )


def _grouped(records: Iterable[Of]) -> dict[str, list[Of]]:
    found: dict[str, list[Of]] = defaultdict(list)
    for one in records:
        found[one.submission_id].append(one)
    return found
