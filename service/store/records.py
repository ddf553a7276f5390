"""What the store gives back beyond the vocabulary of `nlp.domain`: the same things with their place in the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nlp.domain import Prediction, RoutingDecision, Stage, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A submission and where it stands. `theme` and `lead` are those of its current decision.

    `adopted`: whether the last suggestion of the machine was taken as it was; None, not decided yet.
    """

    submission: Submission
    theme: str | None
    lead: str | None
    stage: Stage
    adopted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPrediction:
    """A prediction as it was kept."""

    id: str
    submission_id: str
    prediction: Prediction
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision as it was kept. `person` is named when, and only when, a person made it."""

    id: str
    submission_id: str
    prediction_id: str | None
    current: bool
    supersedes: str | None
    decision: RoutingDecision
    person: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTask:
    """A submission that waits for a person.

    A lower `priority` comes first, within it the earlier `received_day` (ISO, in Beijing), within it the lower
    confidence.
    """

    id: str
    submission_id: str
    priority: int
    confidence: float | None
    opened_at: datetime
    received_day: str
    closed_at: datetime | None = None
    skipped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file kept by its hash; `name` is what its sender called it, as data, and `size` counts bytes.

    `item_id` names the item whose department sent it with its answer; None where it came with the submission.
    """

    id: str
    submission_id: str
    sha256: str
    name: str
    size: int
    media_type: str
    stored_at: datetime
    item_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What a caller was told for an idempotency key (JSON text, keys sorted), and the hash of the body that asked."""

    caller: str
    key: str
    body_sha256: str
    answer: str
    created_at: datetime
