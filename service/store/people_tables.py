"""Tables of people: accounts, sessions, substitutes, keys of programs, and the log of what they did."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from service.store.tables import Json, Moment, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_name", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("password", String(200), nullable=False),
    Column("posts", Json, nullable=False),
    Column("department", String(80)),
    Column("restricted", Boolean, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("password_at", Moment, nullable=False),
    Column("disabled_at", Moment),
)
"""`password` is an Argon2 hash; empty where the person signs in elsewhere. `restricted` names a reader of 限阅件."""

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("account_id", String(36), ForeignKey("accounts.id"), nullable=False, index=True),
    Column("opened_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
    Column("source", String(80), nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("account_id", String(36), ForeignKey("accounts.id"), primary_key=True),
    Column("seen_at", Moment, nullable=False),
)
"""Browsers in which somebody has signed in before."""

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("user_name", String(40), primary_key=True),
    Column("source", String(80), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
)

substitutions = Table(
    "substitutions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("absent_id", String(36), ForeignKey("accounts.id"), nullable=False, index=True),
    Column("substitute_id", String(36), ForeignKey("accounts.id"), nullable=False, index=True),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("key_sha256", String(64), nullable=False, unique=True),
    Column("hint", String(12), nullable=False),
    Column("scopes", Json, nullable=False),
    Column("department", String(80)),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("used_at", Moment),
)
"""`hint` is the beginning of the key, to tell keys apart by."""

audit_log = Table(
    "audit_log",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("details", Json, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
)
"""A chain: each entry holds the hash of the one before, and its own over all that it says."""
