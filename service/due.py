"""到期 in words and as filters: 正常, 将到期, 超期; what is said in a colour is also said in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nlp.domain import ItemState, Labelled, QueueItem, Track, Urgency
from service.deadlines import BEIJING, local_day, soon_until, working_days_left
from service.errors import CalendarUnknown
from service.store.listing import ItemFilter


class Due(Labelled):
    """How an item stands with its due date."""

    LATE = "late", "超期"
    SOON = "soon", "将到期"
    FINE = "fine", "正常"


OWED = (ItemState.QUEUED, ItemState.IN_PROGRESS, ItemState.RETURN_REQUESTED)
"""What a unit still has to answer."""
TONES = {Due.LATE: "late", Due.SOON: "soon", Due.FINE: "plain"}


def due_of(due_at: datetime, now: datetime) -> Due:
    """Tell how a due date stands: 将到期 within SOON_DAYS working days."""
    if due_at < now:
        return Due.LATE
    return Due.SOON if due_at <= soon_until(now) else Due.FINE


def within(wanted: ItemFilter, due: Due | None, now: datetime) -> ItemFilter:
    """Narrow a filter to the items that stand so.

    An answered item is no longer owed, whatever its date: it is left out, unless its state alone is asked for.
    """
    if due is not None and len(wanted.states) != 1:
        wanted = replace(wanted, states=OWED)
    if due is Due.LATE:
        return replace(wanted, due_before=now)
    if due is Due.SOON:
        return replace(wanted, due_from=now, due_until=soon_until(now))
    return wanted if due is None else replace(wanted, due_after=soon_until(now))


def due_words(item: QueueItem, track: Track, urgency: Urgency, now: datetime) -> tuple[str, str]:
    """Say how an item stands and how long is left, or whether it was answered in time; and give the tone of it."""
    if item.due_at is None:
        return "", ""
    if item.answered_at is not None:
        return ("逾期报送", "late") if item.answered_at > item.due_at else ("按期报送", "plain")
    if item.state not in OWED:
        return "", ""
    due = due_of(item.due_at, now)
    by_clock = track is Track.WORK_ORDER and urgency in (Urgency.URGENT, Urgency.CRITICAL)
    if due is Due.LATE:
        told = f" {_hours(item.due_at, now) if by_clock else _days(item.due_at, now)}"
    else:
        told = f"，剩 {_hours(item.due_at, now)}" if by_clock else f"，{left_words(item.due_at, now)}"
    return f"{due.label}{told}", TONES[due]


def left_words(due_at: datetime, now: datetime) -> str:
    """Say how long is left up to the end of a day that is not past."""
    return "今天到期" if local_day(due_at) == local_day(now) else f"剩 {_days(due_at, now)}"


def due_date(item: QueueItem, track: Track, urgency: Urgency) -> str:
    """Write a due date: the day, and the minute where it goes by the clock."""
    if item.due_at is None:
        return "—"
    by_clock = track is Track.WORK_ORDER and urgency in (Urgency.URGENT, Urgency.CRITICAL)
    return item.due_at.astimezone(BEIJING).strftime("%m-%d %H:%M" if by_clock else "%Y-%m-%d")


def _days(due_at: datetime, now: datetime) -> str:
    try:
        working = working_days_left(now, due_at)
    except CalendarUnknown:
        working = 0
    return f"{abs(working)} 个工作日" if working else f"{abs((local_day(due_at) - local_day(now)).days)} 天"


def _hours(due_at: datetime, now: datetime) -> str:
    minutes = int(abs((due_at - now).total_seconds()) // 60)
    hours = minutes // 60
    if hours > 48:
        return f"{hours // 24} 天"
    return f"{hours} 小时" if hours else f"{minutes} 分钟"
