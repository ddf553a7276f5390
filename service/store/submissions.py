"""Submissions. What is restricted (限阅件) can be added here and cannot be read back by any function of this module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, update

from nlp.domain import Openness, Stage, Submission, Track, Urgency
from service.deadlines import local_day
from service.errors import NotFound
from service.store import item_tallies, rows, search, tallies
from service.store.columns import read_submitter, submitter_values
from service.store.records import Registered
from service.store.tables import submissions

_ENUMS: dict[str, Any] = {"track": Track, "urgency": Urgency, "openness": Openness}
_PLAIN = (
    "id",
    "receipt",
    "title",
    "text",
    "source",
    "place",
    "received_at",
    "registered_at",
    "name_public",
    "reported_elsewhere",
    "old_number",
    "restricted",
)


def add(connection: Connection, registered: Sequence[Registered]) -> None:
    """Add submissions with the theme, lead and stage that their first decision gives them."""
    if registered:
        values = [_values(each) for each in registered]
        rows.add(connection, submissions, values)
        search.add(connection, [each.submission for each in registered])
        tallies.change(connection, gone=(), come=[tallies.counted(row) for row in values if not row["restricted"]])


def get(connection: Connection, submission_id: str) -> Registered:
    """Read one submission.

    Raises:
        NotFound: there is none, or it is restricted.
    """
    return _one(connection, submission_id, locked=False)


def lock(connection: Connection, submission_id: str) -> Registered:
    """Read one submission and hold it until the transaction ends. Every action on it or on its items begins here.

    Raises:
        NotFound: there is none, or it is restricted.
    """
    return _one(connection, submission_id, locked=True)


def exists(connection: Connection, submission_id: str) -> bool:
    """Tell whether there is a submission of that id, restricted or not."""
    return connection.execute(select(submissions.c.id).where(submissions.c.id == submission_id)).first() is not None


def place(
    connection: Connection,
    submission_id: str,
    theme: str | None,
    lead: str | None,
    stage: Stage | None,
    adopted: bool | None = None,
) -> None:
    """Write the columns that repeat what the current decision and the items say; without a stage it stays."""
    chosen = submissions.c.id == submission_id
    before = connection.execute(select(submissions).where(chosen)).one()
    there = stage.value if stage else before.stage
    changed = update(submissions).where(chosen).values(theme=theme, lead=lead, stage=there, adopted=adopted)
    with item_tallies.counted_again(connection, [submission_id] if Stage.VOID in (before.stage, there) else []):
        connection.execute(changed)
    if not before.restricted:
        gone = tallies.counted(before._asdict())
        come = replace(gone, theme=theme, lead=lead, stage=there, adopted=adopted)
        tallies.change(connection, gone=[gone], come=[come])


def amend(connection: Connection, registered: Registered, after: Submission) -> None:
    """Write other words into a submission that is not restricted; where it stands does not change.

    Args:
        connection: the transaction in which it was locked.
        registered: as it was read there.
        after: what it should say.
    """
    before, values = _values(registered), _values(replace(registered, submission=after))
    connection.execute(update(submissions).where(submissions.c.id == after.id).values(values))
    search.remove(connection, registered.submission)
    search.add(connection, [after])
    tallies.change(connection, gone=[tallies.counted(before)], come=[tallies.counted(values)])


def restrict(connection: Connection, submission_id: str, restricted: bool) -> None:
    """Take a submission out of lists, counts and the search index, or let it back in.

    Raises:
        NotFound: there is none.
    """
    chosen = submissions.c.id == submission_id
    row = connection.execute(select(submissions).where(chosen).with_for_update(key_share=True)).first()
    if row is None:
        raise NotFound("没有找到这件来稿或工单，请核对编号")
    if row.restricted is restricted:
        return
    with item_tallies.counted_again(connection, [submission_id]):
        connection.execute(update(submissions).where(chosen).values(restricted=restricted))
    submission, counted = read_submission(row), [tallies.counted(row._asdict())]
    if restricted:
        search.remove(connection, submission)
        tallies.change(connection, gone=counted, come=())
    else:
        search.add(connection, [replace(submission, restricted=False)])
        tallies.change(connection, gone=(), come=counted)


def read_submission(row: Any) -> Submission:
    """Read the submission of a row of `submissions`."""
    return Submission(
        **{name: getattr(row, name) for name in _PLAIN},
        **{name: kind(getattr(row, name)) for name, kind in _ENUMS.items()},
        submitter=read_submitter(row.submitter),
        warnings=tuple(row.warnings),
    )


def _one(connection: Connection, submission_id: str, *, locked: bool) -> Registered:
    query = select(submissions).where(submissions.c.id == submission_id, ~submissions.c.restricted)
    if locked:
        query = query.with_for_update(key_share=True)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound("没有找到这件来稿或工单，请核对编号")
    return read_registered(row)


def read_registered(row: Any) -> Registered:
    """Read a row of `submissions`."""
    return Registered(
        submission=read_submission(row), theme=row.theme, lead=row.lead, stage=Stage(row.stage), adopted=row.adopted
    )


def _values(registered: Registered) -> dict[str, Any]:
    submission = registered.submission
    return {
        **{name: getattr(submission, name) for name in _PLAIN},
        **{name: getattr(submission, name).value for name in _ENUMS},
        "submitter": submitter_values(submission.submitter),
        "warnings": submission.warnings,
        "received_day": local_day(submission.received_at).isoformat(),
        "theme": registered.theme,
        "lead": registered.lead,
        "stage": registered.stage.value,
        "adopted": registered.adopted,
    }
