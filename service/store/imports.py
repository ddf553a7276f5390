"""Imports and the outcome of each of their rows. A row has an outcome once; who runs an import holds it for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from nlp.domain import Labelled, Stage
from service.errors import Conflict, NotFound
from service.store import rows as added
from service.store.import_tables import import_rows, imports
from service.store.tables import events, submissions

_AT_ONCE = 400


class ImportState(Labelled):
    """Where an import stands."""

    READY = "ready", "待确认"
    RUNNING = "running", "正在导入"
    STOPPED = "stopped", "已停下"
    DONE = "done", "已导入"
    UNDONE = "undone", "已撤销"
    DROPPED = "dropped", "已放弃"


class Outcome(Labelled):
    """What became of a row."""

    IMPORTED = "imported", "已导入"
    SAME = "same", "以前导入过，没有重复导入"
    LEFT_OUT = "left_out", "未导入"


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One uploaded file and what is to become, or became, of it. `about`, `plan` and `checked` are JSON values."""

    id: str
    sha256: str
    name: str
    size: int
    kept: bool
    about: Any
    plan: Any
    checked: Any = None
    scope: str = ""
    state: ImportState = ImportState.READY
    problem: str = ""
    actor: str
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    runner: str | None = None
    beat_at: datetime | None = None
    cursor: int = 0
    imported: int = 0
    left_out: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOutcome:
    """What became of one row; see `import_tables.import_rows`."""

    import_id: str
    place: int
    number: int
    outcome: Outcome
    submission_id: str | None = None
    content: str
    identity: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A row of an earlier import that holds, and what it became."""

    content: str
    identity: str
    import_name: str
    created_at: datetime
    submission_id: str | None


_ROW = tuple(field.name for field in fields(RowOutcome))


def add(connection: Connection, made: Import) -> None:
    """Add an import."""
    connection.execute(insert(imports).values(**asdict(made)))


def get(connection: Connection, import_id: str) -> Import:
    """Read one import.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(select(imports).where(imports.c.id == import_id)).first()
    if row is None:
        raise NotFound("没有找到这次导入，请核对地址")
    return _read(row)


def latest(connection: Connection, limit: int, *, stopped: bool = False) -> list[Import]:
    """Read the latest imports that were not dropped, or with `stopped` those that came to a stop, the newest first."""
    state = imports.c.state
    wanted = state == ImportState.STOPPED.value if stopped else state != ImportState.DROPPED.value
    query = select(imports).where(wanted).order_by(imports.c.id.desc())
    return [_read(row) for row in connection.execute(query.limit(limit))]


def stopped_count(connection: Connection) -> int:
    """Count the imports that came to a stop before their end."""
    query = select(func.count()).select_from(imports).where(imports.c.state == ImportState.STOPPED.value)
    return int(connection.execute(query).scalar_one())


def of_file(connection: Connection, sha256: str) -> list[Import]:
    """Read the imports of a file that were not undone or dropped, the newest first."""
    gone = (ImportState.UNDONE.value, ImportState.DROPPED.value)
    query = select(imports).where(imports.c.sha256 == sha256, imports.c.state.not_in(gone))
    return [_read(row) for row in connection.execute(query.order_by(imports.c.id.desc()))]


def waiting(connection: Connection, stale: datetime) -> list[str]:
    """Name the running imports that nobody has moved on since `stale`."""
    query = select(imports.c.id).where(
        imports.c.state == ImportState.RUNNING.value, or_(imports.c.runner.is_(None), imports.c.beat_at < stale)
    )
    return [row[0] for row in connection.execute(query.order_by(imports.c.id))]


def change(connection: Connection, import_id: str, states: Sequence[ImportState], values: Mapping[str, Any]) -> None:
    """Change an import that is in one of some states.

    Raises:
        Conflict: it is in another state by now.
    """
    done = connection.execute(
        update(imports)
        .where(imports.c.id == import_id, imports.c.state.in_([state.value for state in states]))
        .values(**values)
    )
    if done.rowcount != 1:
        raise Conflict("这次导入的状态刚刚有变化，请刷新后再办")


def take(connection: Connection, import_id: str, runner: str, now: datetime, stale: datetime) -> bool:
    """Let a runner have a running import that nobody holds, and tell whether it has it."""
    taken = connection.execute(
        update(imports)
        .where(
            imports.c.id == import_id,
            imports.c.state == ImportState.RUNNING.value,
            or_(imports.c.runner.is_(None), imports.c.beat_at < stale),
        )
        .values(runner=runner, beat_at=now)
    )
    return taken.rowcount == 1


def move_on(connection: Connection, held: Import, after: Import, rows: Sequence[RowOutcome]) -> None:
    """Write the outcomes of some rows and how far the import now is.

    Raises:
        Conflict: somebody else runs it, or it was stopped; nothing of the transaction may stay.
    """
    counts = {name: getattr(after, name) for name in ("cursor", "imported", "left_out", "same", "beat_at")}
    moved = connection.execute(
        update(imports)
        .where(
            imports.c.id == held.id,
            imports.c.runner == held.runner,
            imports.c.cursor == held.cursor,
            imports.c.state == ImportState.RUNNING.value,
        )
        .values(**counts)
    )
    if moved.rowcount != 1:
        raise Conflict("这次导入已停下，或正由另一个程序继续")
    added.add(connection, import_rows, [{name: getattr(row, name) for name in _ROW} for row in rows])


def outcomes(connection: Connection, import_id: str, wanted: Sequence[Outcome]) -> dict[int, RowOutcome]:
    """Read the rows of an import with some outcomes, by their place."""
    query = select(import_rows).where(
        import_rows.c.import_id == import_id, import_rows.c.outcome.in_([one.value for one in wanted])
    )
    return {
        row.place: RowOutcome(**{**row._mapping, "outcome": Outcome(row.outcome)})
        for row in connection.execute(query.order_by(import_rows.c.place))
    }


def submission_ids(connection: Connection, import_id: str) -> list[str]:
    """Name the submissions of an import, the restricted ones left out."""
    query = (
        select(import_rows.c.submission_id)
        .join(submissions, submissions.c.id == import_rows.c.submission_id)
        .where(import_rows.c.import_id == import_id, ~submissions.c.restricted)
    )
    return [row[0] for row in connection.execute(query.order_by(import_rows.c.place))]


def touched(connection: Connection, import_id: str, untouched: Sequence[str]) -> int:
    """Count the submissions of an import to which something happened besides events of some kinds."""
    query = (
        select(func.count(func.distinct(events.c.submission_id)))
        .join(import_rows, import_rows.c.submission_id == events.c.submission_id)
        .join(submissions, submissions.c.id == events.c.submission_id)
        .where(import_rows.c.import_id == import_id, ~submissions.c.restricted, events.c.kind.not_in(untouched))
    )
    return int(connection.execute(query).scalar_one())


def earlier(connection: Connection, import_id: str, column: str, values: Sequence[str]) -> dict[str, Earlier]:
    """Find rows of other imports that hold, by `content` or `identity`; of several the latest."""
    field = import_rows.c[column]
    found: dict[str, Earlier] = {}
    for start in range(0, len(values), _AT_ONCE):
        query = (
            select(import_rows, imports.c.name, imports.c.created_at)
            .join(imports, imports.c.id == import_rows.c.import_id)
            .join(submissions, submissions.c.id == import_rows.c.submission_id)
            .where(
                field.in_(values[start : start + _AT_ONCE]),
                import_rows.c.import_id != import_id,
                submissions.c.stage != Stage.VOID.value,
            )
            .order_by(import_rows.c.import_id)
        )
        for row in connection.execute(query):
            found[row._mapping[column]] = Earlier(
                content=row.content,
                identity=row.identity,
                import_name=row.name,
                created_at=row.created_at,
                submission_id=row.submission_id,
            )
    return found


def _read(row: Any) -> Import:
    values = {field.name: getattr(row, field.name) for field in fields(Import)}
    return Import(**{**values, "state": ImportState(row.state)})
