"""Every table, as SQLAlchemy Core. The invariants that the product promises stand here as unique indexes.

Two columns of `submissions` repeat what the current decision says (`theme`, `lead`), one what its items say (`stage`)
and one whether the last suggestion of the machine was taken as it was (`adopted`; NULL: not decided yet), so that lists
and counts of a million rows need no join; they are written in the transaction that writes the decision or the
transition, and a test derives them again from decisions and events.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


_ESCAPE = "\U0010fffe"


class Moment(TypeDecorator[datetime]):
    """An aware moment. Kept in UTC; a naive value is an error in the caller and raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back UTC; SQLite forgets the zone, so it is put on again."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text as somebody typed it, kept to the character. PostgreSQL has no NUL, so it is written as two characters."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write NUL, and the sign that stands for it, with that sign in front."""
        return None if value is None else value.replace(_ESCAPE, _ESCAPE + "E").replace("\0", _ESCAPE + "0")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Read what was typed."""
        return None if value is None else value.replace(_ESCAPE + "0", "\0").replace(_ESCAPE + "E", _ESCAPE)


in_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False, check_circular=False).encode
"""Write a JSON value; what is kept holds no circles, and looking for them takes a third of the time."""


class Json(TypeDecorator[Any]):
    """A JSON value as text with sorted keys: the same on both databases, and the same bytes for the same value."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write the value."""
        return None if value is None else in_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read the value."""
        return None if value is None else json.loads(value)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _where_true(column: str) -> dict[str, Any]:
    """Limit an index to where a column is true, in the words in which each database is asked for it."""
    return {"sqlite_where": text(f"{column} = 1"), "postgresql_where": text(column)}


_OPEN = "state NOT IN ('closed', 'returned', 'withdrawn')"
OPEN_ITEM = text(f"items.{_OPEN}")
"""That an item is open, in the words of the indexes of open items, so that they serve."""


submissions = Table(
    "submissions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("receipt", String(80), nullable=False, unique=True),
    Column("track", String(20), nullable=False),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("source", String(80), nullable=False),
    Column("place", String(80), nullable=False),
    Column("submitter", Json, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("received_day", String(10), nullable=False),
    Column("registered_at", Moment, nullable=False),
    Column("urgency", String(20), nullable=False),
    Column("openness", String(20), nullable=False),
    Column("name_public", Boolean, nullable=False),
    Column("reported_elsewhere", Boolean, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("warnings", Json, nullable=False),
    Column("theme", String(80)),
    Column("lead", String(80)),
    Column("stage", String(20), nullable=False),
    Column("adopted", Boolean),
    Column("old_number", String(80), nullable=False, server_default=text("''")),
    Index("ix_submissions_restricted", "id", **_where_true("restricted")),
    Index("ix_submissions_day", "received_day", "id"),
    Index("ix_submissions_stage_day", "stage", "received_day", "id"),
    Index("ix_submissions_theme_day", "theme", "received_day", "id"),
    Index("ix_submissions_lead_day", "lead", "received_day", "id"),
    Index("ix_submissions_place_day", "place", "received_day", "id"),
    Index("ix_submissions_source_day", "source", "received_day", "id"),
)
"""`stage`: review | awaiting_signature | queued | in_progress | answered | closed | kept | restricted."""

predictions = Table(
    "predictions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False, index=True),
    Column("ranked", Json, nullable=False),
    Column("evidence", Json, nullable=False),
    Column("secondary", Json, nullable=False),
    Column("known_features", Integer, nullable=False),
    Column("model_version", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False, index=True),
    Column("prediction_id", String(36), ForeignKey("predictions.id")),
    Column("current", Boolean, nullable=False),
    Column("supersedes", String(36), ForeignKey("decisions.id")),
    Column("routing", String(20), nullable=False),
    Column("theme", String(80)),
    Column("dispositions", Json, nullable=False),
    Column("lead", String(80)),
    Column("co_handlers", Json, nullable=False),
    Column("mode", String(20), nullable=False),
    Column("duty", String(80)),
    Column("source", String(20), nullable=False),
    Column("person", String(80)),
    Column("reasons", Json, nullable=False),
    Column("doubts", Json, nullable=False),
    Column("model_version", String(80), nullable=False),
    Column("taxonomy_version", String(80), nullable=False),
    Column("policy_version", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("uq_decisions_current", "submission_id", unique=True, **_where("current")),
    CheckConstraint("(source = 'person') = (person IS NOT NULL)", name="person_named"),
)

review_tasks = Table(
    "review_tasks",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("confidence", Float),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("skipped_at", Moment),
    Column("received_day", String(10), nullable=False, server_default=text("''")),
    Index("uq_review_tasks_open", "submission_id", unique=True, **_where("closed_at IS NULL")),
    Index("ix_review_tasks_next", "priority", "received_day", "id", **_where("closed_at IS NULL")),
)

items = Table(
    "items",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False, index=True),
    Column("decision_id", String(36), ForeignKey("decisions.id"), nullable=False),
    Column("department", String(80), nullable=False),
    Column("role", String(10), nullable=False),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("signed_at", Moment),
    Column("accepted_at", Moment),
    Column("answered_at", Moment),
    Column("closed_at", Moment),
    Column("lease_token", String(36)),
    Column("leased_until", Moment),
    Column("extension_requested", Boolean, nullable=False),
    Column("extension_reason", Words, nullable=False),
    Column("answer", Words, nullable=False),
    Column("grade", String(1)),
    Column("return_reason", Words, nullable=False),
    Column("replaces", String(36), ForeignKey("items.id")),
    Column("extension_until", Date),
    Column("handler", String(80), nullable=False),
    Column("supervised", Boolean, nullable=False),
    Column("audited_at", Moment),
    Column("fed_back_at", Moment),
    Column("satisfaction", String(20)),
    Column("archived_at", Moment),
    Index(
        "uq_items_open_department",
        "submission_id",
        "department",
        unique=True,
        **_where(_OPEN),
    ),
    Index(
        "uq_items_open_lead",
        "submission_id",
        unique=True,
        **_where(f"role = 'lead' AND {_OPEN}"),
    ),
    Index("ix_items_claim", "department", "state", "id"),
    Index("ix_items_state", "state", "due_at", "id"),
    Index("ix_items_open", "due_at", "id", **_where(_OPEN)),
    Index("ix_items_open_due", "department", "due_at", "id", **_where(_OPEN)),
    Index("ix_items_supervised", "due_at", "id", **_where_true("supervised")),
    Index("ix_items_extension", "due_at", "id", **_where_true("extension_requested")),
)

events = Table(
    "events",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False, index=True),
    Column("item_id", String(36), ForeignKey("items.id")),
    Column("kind", String(40), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("payload", Json, nullable=False),
    Index("ix_events_actor", "actor", "at"),
    Index("ix_events_kind_at", "kind", "at"),
    sqlite_autoincrement=True,
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
    Column("name", Words, nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("stored_at", Moment, nullable=False),
    Column("item_id", String(36), ForeignKey("items.id")),
)

labels = Table(
    "labels",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False, index=True),
    Column("decision_id", String(36), ForeignKey("decisions.id"), nullable=False),
    Column("theme", String(80), nullable=False),
    Column("secondary", Json, nullable=False),
    Column("person", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("undone_at", Moment),
    Column("reason", Words, nullable=False, server_default=text("''")),
    Column("source", String(10), nullable=False, server_default=text("'person'")),
)
"""`source`: person | import."""

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("caller", String(80), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("body_sha256", String(64), nullable=False),
    Column("answer", Json, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
)

receipt_counters = Table(
    "receipt_counters",
    metadata,
    Column("series", String(80), primary_key=True),
    Column("last_number", Integer, nullable=False),
)
