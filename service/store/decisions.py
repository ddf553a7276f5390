"""Predictions and decisions. A decision is superseded by a later one, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from nlp.domain import DecisionSource, ItemState
from service.errors import Conflict, NotFound
from service.store import rows, submissions
from service.store.columns import decision_values, prediction_values, read_decision, read_prediction
from service.store.records import StoredDecision, StoredPrediction
from service.store.tables import decisions, items, predictions


def add_predictions(connection: Connection, made: Sequence[StoredPrediction]) -> None:
    """Add predictions."""
    told = [
        {
            "id": each.id,
            "submission_id": each.submission_id,
            "made_at": each.made_at,
            **prediction_values(each.prediction),
        }
        for each in made
    ]
    rows.add(connection, predictions, told)


def add(connection: Connection, made: Sequence[StoredDecision]) -> None:
    """Add decisions as they are. A second current decision of a submission raises sqlalchemy.exc.IntegrityError."""
    rows.add(connection, decisions, [_values(each) for each in made])


def supersede(connection: Connection, made: StoredDecision) -> None:
    """Put a decision in the place of the one that it names as superseded.

    Raises:
        Conflict: that one is no longer the current one.
    """
    _retire(connection, made.submission_id, made.supersedes)
    add(connection, [made])


def supersede_by_machine(connection: Connection, made: StoredDecision) -> None:
    """Put a new decision of the machine in the place of an older one of the machine, and the theme and lead with it.

    Raises:
        Conflict: a person has decided, or an item stands on the present decision.
        NotFound: the submission has no decision.
    """
    present = current(connection, made.submission_id)
    if present.decision.source is DecisionSource.PERSON or made.decision.source is DecisionSource.PERSON:
        raise Conflict("已有人工拟办意见，系统不再改动")
    closed = [state.value for state in ItemState if not state.open]
    standing = select(items.c.id).where(items.c.submission_id == made.submission_id, items.c.state.not_in(closed))
    if connection.execute(standing.limit(1)).first() is not None:
        raise Conflict("已按原建议生成承办件，系统不再改动")
    supersede(connection, made)
    submissions.place(connection, made.submission_id, made.decision.theme, made.decision.lead, None)


def reinstate(connection: Connection, undone: StoredDecision) -> StoredDecision:
    """Make the decision that `undone` superseded the current one again, and give it back.

    Raises:
        Conflict: `undone` is no longer the current one, or superseded nothing.
    """
    _retire(connection, undone.submission_id, undone.id)
    connection.execute(update(decisions).where(decisions.c.id == undone.supersedes).values(current=True))
    return current(connection, undone.submission_id)


def current(connection: Connection, submission_id: str) -> StoredDecision:
    """Read the decision that holds.

    Raises:
        NotFound: the submission has none.
    """
    row = connection.execute(
        select(decisions).where(decisions.c.submission_id == submission_id, decisions.c.current)
    ).first()
    if row is None:
        raise NotFound("没有找到这件来稿或工单的拟办意见")
    return _read(row)


def current_of_many(connection: Connection, ids: Sequence[str]) -> dict[str, StoredDecision]:
    """Read the decisions that hold of submissions, by the ids of these."""
    rows = connection.execute(select(decisions).where(decisions.c.submission_id.in_(ids), decisions.c.current))
    return {row.submission_id: _read(row) for row in rows}


def history(connection: Connection, submission_id: str) -> list[StoredDecision]:
    """Read every decision on a submission, the oldest first."""
    query = select(decisions).where(decisions.c.submission_id == submission_id).order_by(decisions.c.id)
    return [_read(row) for row in connection.execute(query)]


def predictions_of(connection: Connection, submission_id: str) -> list[StoredPrediction]:
    """Read every prediction on a submission, the oldest first."""
    query = select(predictions).where(predictions.c.submission_id == submission_id).order_by(predictions.c.id)
    return [
        StoredPrediction(
            id=row.id, submission_id=row.submission_id, prediction=read_prediction(row), made_at=row.made_at
        )
        for row in connection.execute(query)
    ]


def _retire(connection: Connection, submission_id: str, decision_id: str | None) -> None:
    retired = connection.execute(
        update(decisions)
        .where(decisions.c.submission_id == submission_id, decisions.c.id == decision_id, decisions.c.current)
        .values(current=False)
    )
    if retired.rowcount != 1:
        raise Conflict("拟办意见刚刚被他人更改，请刷新后再办")


def _values(made: StoredDecision) -> dict[str, Any]:
    return {
        "id": made.id,
        "submission_id": made.submission_id,
        "prediction_id": made.prediction_id,
        "current": made.current,
        "supersedes": made.supersedes,
        "person": made.person,
        "made_at": made.made_at,
        **decision_values(made.decision),
    }


def _read(row: Any) -> StoredDecision:
    return StoredDecision(
        id=row.id,
        submission_id=row.submission_id,
        prediction_id=row.prediction_id,
        current=row.current,
        supersedes=row.supersedes,
        decision=read_decision(row),
        person=row.person,
        made_at=row.made_at,
    )
