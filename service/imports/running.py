"""Running an import: batches through intake, each in one transaction with the outcomes of its rows and how far it is.

A kill at any moment loses the batch that was not committed and nothing else; the next run goes on behind the last row
that has an outcome.
"""

from __future__ import annotations

import gc
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from nlp.domain import Judgement, Label, LabelSource, Writing
from nlp.errors import MinyiError
from service import intake
from service.deadlines import local_day
from service.entry import Entry
from service.errors import Conflict
from service.files.damage import Weight
from service.ids import new_id
from service.imports import aside, judging
from service.imports.checking import BATCH, Looked, body, look, prepared, preparer_of, repeated
from service.imports.past import Ending, as_past
from service.imports.plan import Purpose, read_about, read_plan
from service.imports.preparing import Prepared, Preparer
from service.imports.roster import take_in
from service.intake import Incoming, IntakeError, Judging, Receipt
from service.office import Office
from service.store import imports, labels
from service.store.engine import Store
from service.store.imports import Import, ImportState, Outcome, RowOutcome

STALE = timedelta(seconds=60)
"""How long after its last sign of life an import may be taken over."""
GOOD, ALL = "good", "all"
AHEAD = 2
"""So many batches are prepared ahead: one is being judged, and another waits, so that judging never does."""

Report = Callable[[Import], None]


def begin(store: Store, import_id: str, scope: str, now: datetime) -> None:
    """Let an import begin, or go on after it was stopped.

    Raises:
        Conflict: it has been done, undone or given up.
    """
    states = [ImportState.READY, ImportState.STOPPED]
    with store.write() as connection:
        found = imports.get(connection, import_id)
        values = {
            "state": ImportState.RUNNING.value,
            "runner": None,
            "problem": "",
            "started_at": found.started_at or now,
        }
        imports.change(connection, import_id, states, {**values, "scope": found.scope or scope})


def stop(store: Store, import_id: str) -> None:
    """Stop a running import behind the batch that is being written.

    Raises:
        Conflict: it does not run.
    """
    with store.write() as connection:
        values = {"state": ImportState.STOPPED.value, "runner": None, "problem": "由人停下"}
        imports.change(connection, import_id, [ImportState.RUNNING], values)


def run(office: Office, import_id: str, report: Report) -> Import:
    """Run an import to its end, from where it stands.

    Args:
        office: what it runs in.
        import_id: a running import.
        report: called after every batch.

    Returns:
        The import as it then stands: done, or stopped by a person.

    Raises:
        Conflict: somebody else runs it.
        ServiceError, InputFileError: it cannot go on now; what was committed stays, and it can be run again.
    """
    runner, now = new_id(office.now()), office.now()
    with office.store.write() as connection:
        if not imports.take(connection, import_id, runner, now, now - STALE):
            raise Conflict("这次导入正由另一个程序进行；如果它刚刚中断（关机、断电），请过一分钟再试一次，会从断处继续")
        found = imports.get(connection, import_id)
    try:
        return _Run(office, found).to_the_end(report)
    except Conflict:
        with office.store.read() as connection:
            return imports.get(connection, import_id)
    finally:
        _let_go(office.store, import_id, runner)


def _let_go(store: Store, import_id: str, runner: str) -> None:
    with store.write() as connection:
        found = imports.get(connection, import_id)
        if found.runner == runner:
            imports.change(connection, import_id, list(ImportState), {"runner": None})


@contextmanager
def _rarer_collections() -> Iterator[None]:
    """Look for circles of garbage more rarely: looking took a sixth of a run."""
    before = gc.get_threshold()
    gc.set_threshold(judging.RARE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Run:
    """One run: the next rows are judged aside while those before them are being written."""

    def __init__(self, office: Office, found: Import) -> None:
        self._office = office
        self._held = found
        self._plan = read_plan(found.plan)
        preparer = preparer_of(office.store, office.taxonomy, office.policy.max_length, found)
        self._preparer = replace(preparer, wary=found.scope != ALL)
        self._seen: dict[str, int] = {}
        self._begun = found.cursor
        self._source = body(office.settings.home, found, self._plan)

    def to_the_end(self, report: Report) -> Import:
        rows = read_about(self._held.about).sheet(self._plan.sheet).rows - self._begun
        coming: deque[tuple[_Batch, Future[_Judged]]] = deque()
        with _rarer_collections(), aside.judging(self._office, rows) as judge, ThreadPoolExecutor(1, "judge") as thread:
            while True:
                while len(coming) < AHEAD and (batch := self._next()) is not None:
                    coming.append((batch, thread.submit(self._judged, judge, batch)))
                if not coming:
                    return self._finish()
                batch, judged = coming.popleft()
                self._held = self._write(batch, judged.result())
                report(self._held)

    def _next(self) -> _Batch | None:
        """Prepare the next rows that have no outcome yet; None behind the last."""
        while batch := list(islice(self._source, BATCH)):
            rows = [repeated(row, self._seen) for row in prepared(self._preparer, batch)]
            left = [row for row in rows if row.place > self._begun]
            if left:
                looked = look(self._office.store, self._held.id, left)
                return _Batch(held=self._held, preparer=self._preparer, looked=looked, now=self._office.now())
        return None

    def _judged(self, judge: Judging, batch: _Batch) -> _Judged:
        if self._plan.purpose is Purpose.ROSTER:
            return _Judged({})
        writings = list(dict.fromkeys(Writing(title=row.title, text=row.text) for row in batch.wanted))
        return _Judged(dict(zip(writings, judge.judge(writings, local_day(batch.now)), strict=True)))

    def _write(self, batch: _Batch, judged: _Judged) -> Import:
        office = self._office
        batch.held = self._held
        if self._plan.purpose is Purpose.ROSTER:
            with office.store.write() as connection:
                batch.write_roster(connection)
        else:
            intake.receive(office.store, judged, office.policy, office.taxonomy, batch.incoming(), batch.now, batch)
        return batch.after

    def _finish(self) -> Import:
        values = {"state": ImportState.DONE.value, "finished_at": self._office.now(), "runner": None}
        with self._office.store.write() as connection:
            imports.change(connection, self._held.id, [ImportState.RUNNING], values)
            return imports.get(connection, self._held.id)


@dataclass(frozen=True, slots=True)
class _Judged:
    """Judgements made ahead, for intake to ask for."""

    known: Mapping[Writing, Judgement]

    def judge(self, writings: Sequence[Writing], today: date) -> list[Judgement]:
        """Give the judgement of each."""
        return [self.known[writing] for writing in writings]


@dataclass(slots=True, kw_only=True)
class _Batch:
    """Some rows on their way into the store, and what is written beside them (`intake.Company`)."""

    held: Import
    preparer: Preparer
    looked: Sequence[Looked]
    now: datetime
    entries: dict[int, Entry] = field(default_factory=dict)
    after: Import = field(init=False)
    wanted: list[Prepared] = field(init=False)

    def __post_init__(self) -> None:
        self.wanted = [one.row for one in self.looked if self._outcome(one) is Outcome.IMPORTED]
        self.after = self.held

    def incoming(self) -> list[Incoming]:
        """Give the rows that are to be imported, as intake takes them."""
        return [self._incoming(row) for row in self.wanted]

    def shape(self, place: int, entry: Entry) -> Entry:
        """Give an entry; that of a case of former years is closed."""
        if self.preparer.plan.purpose is Purpose.PAST:
            entry = as_past(entry, self._ending(self.wanted[place]), self.now)
        self.entries[place] = entry
        return entry

    def write(self, connection: Connection, outcomes: Sequence[Receipt | IntakeError]) -> None:
        """Write the outcomes of the rows and the labels that the old themes give."""
        told = {row.place: outcome for row, outcome in zip(self.wanted, outcomes, strict=True)}
        self._move_on(connection, [self._row(one, told.get(one.row.place)) for one in self.looked])
        for place, entry in self.entries.items():
            self._label(connection, self.wanted[place], entry)

    def write_roster(self, connection: Connection) -> None:
        """Write members rather than submissions."""
        self._move_on(connection, [self._row(one, None) for one in self.looked])
        take_in(connection, self.held.id, [row.submitter for row in self.wanted], self.now)

    def _outcome(self, one: Looked) -> Outcome:
        if one.same is not None:
            return Outcome.SAME
        barred = one.row.weight is Weight.BAR or (one.row.weight is Weight.DOUBT and self.held.scope != ALL)
        return Outcome.LEFT_OUT if barred else Outcome.IMPORTED

    def _row(self, one: Looked, told: Receipt | IntakeError | None) -> RowOutcome:
        outcome, reason = self._outcome(one), one.row.reason
        if told is not None and not isinstance(told, Receipt):
            outcome, reason = Outcome.LEFT_OUT, str(told)
        return RowOutcome(
            import_id=self.held.id,
            place=one.row.place,
            number=one.row.number,
            outcome=outcome,
            submission_id=told.id if isinstance(told, Receipt) else None,
            content=one.row.content,
            identity=one.row.identity,
            reason=reason if outcome is Outcome.LEFT_OUT else "",
        )

    def _move_on(self, connection: Connection, rows: Sequence[RowOutcome]) -> None:
        count = Counter(row.outcome for row in rows)
        self.after = replace(
            self.held,
            cursor=rows[-1].place,
            imported=self.held.imported + count[Outcome.IMPORTED],
            left_out=self.held.left_out + count[Outcome.LEFT_OUT],
            same=self.held.same + count[Outcome.SAME],
            beat_at=self.now,
        )
        imports.move_on(connection, self.held, self.after, rows)

    def _label(self, connection: Connection, row: Prepared, entry: Entry) -> None:
        theme = self.preparer.meanings.theme(row.theme) if row.theme else None
        submission = entry.registered.submission
        if theme is None or submission.restricted:
            return
        label = Label(
            submission_id=submission.id,
            theme=theme,
            person=self.held.actor,
            at=self.now,
            reason=f"旧分类：{row.theme[:60]}",
            source=LabelSource.IMPORT,
        )
        labels.add(connection, new_id(self.now), entry.decision.id, label)

    def _ending(self, row: Prepared) -> Ending:
        meanings = self.preparer.meanings
        return Ending(
            theme=meanings.theme(row.theme) if row.theme else None,
            departments=meanings.departments_of(row.department),
            old_department=row.department,
            answer=row.answer,
            answered_at=row.answered_at,
            person=self.held.actor,
        )

    def _incoming(self, row: Prepared) -> Incoming:
        received_at = row.received_at or row.answered_at
        past = received_at is not None and self.preparer.plan.purpose is Purpose.PAST
        return Incoming(
            track=self.preparer.plan.track,
            title=row.title,
            text=row.text,
            source=row.source,
            place=row.where,
            submitter=row.submitter,
            received_at=received_at or self.now,
            urgency=row.urgency,
            old_number=row.old_number,
            caller=self.held.actor,
            year=local_day(received_at).year if past and received_at else None,
        )


def left_behind(office: Office) -> list[str]:
    """Name the running imports that nobody moves on: they can be run again."""
    with office.store.read() as connection:
        return imports.waiting(connection, office.now() - STALE)


def fail(store: Store, import_id: str, error: Exception) -> None:
    """Mark a running import as stopped, with the reason."""
    problem = str(error) if isinstance(error, MinyiError) else "导入时出错，已停下；已导入的都在，可以继续"
    values = {"state": ImportState.STOPPED.value, "runner": None, "problem": problem}
    try:
        with store.write() as connection:
            imports.change(connection, import_id, [ImportState.RUNNING], values)
    except Conflict:
        return
