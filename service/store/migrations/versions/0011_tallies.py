"""Tallies know the track, and count what was done with items: reports are summed from them, no longer off indexes.

Revision ID: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_INTO = "INSERT INTO tallies (level, kind, period, track, value, theme, shard, number) "
_DATED = {
    "place": "place",
    "source": "source",
    "department": "coalesce(lead, '')",
    "adopted": "CASE WHEN adopted THEN 'kept' ELSE 'changed' END",
}
_PERIODS = {"day": "received_day", "month": "substr(received_day, 1, 7)"}
_FROM_ITEMS = (
    "FROM items JOIN submissions ON submissions.id = items.submission_id "
    "WHERE NOT restricted AND stage <> 'void' AND state <> 'withdrawn' AND {moment} IS NOT NULL"
)
_ANSWERED = "CASE WHEN due_at IS NULL THEN 'no_due' WHEN answered_at <= due_at THEN 'on_time' ELSE 'late' END"
_HANDLED = (
    ("sent", "signed_at", "''", ""),
    ("accepted", "accepted_at", "''", ""),
    ("answered", "answered_at", _ANSWERED, ""),
    ("satisfied", "answered_at", "satisfaction", " AND satisfaction IS NOT NULL"),
    ("closed", "closed_at", "''", " AND state = 'closed'"),
)
_LET_GO = (
    "SELECT 'day', 'let_go', day, track, before, '', 0, count(*) FROM (SELECT track, day, "
    "coalesce(lag(day) OVER (PARTITION BY submission_id ORDER BY day), '') AS before "
    "FROM (SELECT DISTINCT submission_id, track, {day} AS day {found}) AS days) AS pairs GROUP BY track, day, before"
)


def upgrade() -> None:
    """Make the tallies anew, count what is there, and drop the indexes that reports were counted off."""
    words = [("level", 5), ("kind", 10), ("period", 10), ("track", 20), ("value", 80), ("theme", 80)]
    op.drop_table("tallies")
    op.create_table(
        "tallies",
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in words),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*(name for name, _ in words), "shard", name=op.f("pk_tallies")),
    )
    _count_submissions()
    _count_items()
    op.drop_index("ix_submissions_report", "submissions")
    op.drop_index("ix_items_report", "items")


def _count_submissions() -> None:
    op.execute(
        _INTO + "SELECT 'all', 'stage', '', track, stage, '', 0, count(*) FROM submissions "  # noqa: S608 - words of ours
        "WHERE NOT restricted GROUP BY track, stage"
    )
    for kind, value in _DATED.items():
        decided = " AND adopted IS NOT NULL" if kind == "adopted" else ""
        for level, period in _PERIODS.items():
            op.execute(
                f"{_INTO}SELECT '{level}', '{kind}', {period}, track, {value}, coalesce(theme, ''), 0, count(*) "  # noqa: S608
                f"FROM submissions WHERE NOT restricted AND stage NOT IN ('split', 'void'){decided} "
                "GROUP BY 3, 4, 5, 6"
            )


def _count_items() -> None:
    for kind, moment, value, more in _HANDLED:
        found, day = _FROM_ITEMS.format(moment=moment) + more, _day(moment)
        op.execute(f"{_INTO}SELECT 'day', '{kind}', {day}, track, {value}, '', 0, count(*) {found} GROUP BY 3, 4, 5")
    found = _FROM_ITEMS.format(moment="signed_at")
    op.execute(_INTO + _LET_GO.format(day=_day("signed_at"), found=found))


def _day(moment: str) -> str:
    """Write the day in Beijing of a moment."""
    if op.get_bind().dialect.name == "postgresql":
        return f"to_char({moment} AT TIME ZONE 'UTC' + interval '8 hours', 'YYYY-MM-DD')"
    return f"date({moment}, '+8 hours')"
