"""Due dates: Chinese working days with 调休, calendar months, hours. Days are days in Beijing, moments are aware."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone
from functools import cache

from chinese_calendar import is_workday

from nlp.domain import Role, Track, Urgency
from nlp.policy import Policy
from service.errors import CalendarUnknown

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""A fixed offset: China keeps no summer time, and Windows has no time-zone database to ask."""

SOON_DAYS = 3
"""将到期: at most so many working days are left."""


def local_day(moment: datetime) -> date:
    """Tell the day in Beijing of an aware moment."""
    return moment.astimezone(BEIJING).date()


def end_of_day(day: date) -> datetime:
    """Tell the last second of a day in Beijing."""
    return datetime.combine(day, time(23, 59, 59), BEIJING)


def add_working_days(day: date, count: int) -> date:
    """Tell the `count`-th working day after `day` (`day` itself is never counted; `count` ≥ 0).

    Raises:
        CalendarUnknown: the count runs into a year whose holidays are not known.
    """
    while count > 0:
        day += timedelta(days=1)
        count -= _is_working_day(day)
    return day


def first_working_day(day: date) -> date:
    """Tell the first working day from `day` on, as a term that ends on a holiday does; `day` where that is not known."""
    try:
        return add_working_days(day - timedelta(days=1), 1)
    except CalendarUnknown:
        return day


def working_days_left(now: datetime, due_at: datetime) -> int:
    """Count the working days after today up to and including the due day; negative when it is past.

    Raises:
        CalendarUnknown: one of the days lies in a year whose holidays are not known.
    """
    today, due = local_day(now), local_day(due_at)
    first, last, sign = (today, due, 1) if due >= today else (due, today, -1)
    days = ((first + timedelta(days=offset)) for offset in range(1, (last - first).days + 1))
    return sign * sum(_is_working_day(day) for day in days)


def soon_until(now: datetime) -> datetime:
    """Tell until when what is due counts as soon due; plain days where the calendar does not reach."""
    today = local_day(now)
    try:
        return end_of_day(add_working_days(today, SOON_DAYS))
    except CalendarUnknown:
        return end_of_day(today + timedelta(days=SOON_DAYS))


def add_months(day: date, count: int) -> date:
    """Tell the same day `count` months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def reply_due(policy: Policy, track: Track, role: Role, urgency: Urgency, since: datetime) -> datetime:
    """Tell when a department must have answered what left the office at `since`.

    来稿: months, fewer for a co-handler; what would end on a holiday ends on the working day after it.
    工单: by its urgency, working days or hours by the clock.

    Raises:
        CalendarUnknown: working days run into a year whose holidays are not known.
    """
    if track is Track.WORK_ORDER:
        return _work_order_due(policy, urgency, since)
    months = policy.co_reply_months if role is Role.CO else policy.reply_months
    return end_of_day(first_working_day(add_months(local_day(since), months)))


def _work_order_due(policy: Policy, urgency: Urgency, since: datetime) -> datetime:
    hours = {Urgency.CRITICAL: policy.work_order_critical_hours, Urgency.URGENT: policy.work_order_urgent_hours}
    if urgency in hours:
        return since + timedelta(hours=hours[urgency])
    days = policy.work_order_prompt_days if urgency is Urgency.PROMPT else policy.work_order_days
    return end_of_day(add_working_days(local_day(since), days))


def extended_due(policy: Policy, track: Track, due_at: datetime | None, since: datetime) -> datetime:
    """Tell the due moment that a granted extension gives when the desk names no day.

    来稿: the office's longest time, counted from `since`. 工单: once more the working days, from the present due day.

    Raises:
        CalendarUnknown: working days run into a year whose holidays are not known.
    """
    if track is Track.SUBMISSION:
        return longest_due(policy, since)
    return end_of_day(add_working_days(local_day(due_at or since), policy.work_order_days))


def longest_due(policy: Policy, since: datetime) -> datetime:
    """Tell the last moment to which the answer to a 来稿 that left at `since` can be put off."""
    return end_of_day(first_working_day(add_months(local_day(since), policy.reply_months_hard)))


def return_until(policy: Policy, since: datetime) -> datetime:
    """Tell until when a department may apply to return what reached it at `since`.

    Raises:
        CalendarUnknown: the working days run into a year whose holidays are not known.
    """
    return end_of_day(add_working_days(local_day(since), policy.return_days))


def start_of_day(day: date) -> datetime:
    """Tell the first moment of a day in Beijing."""
    return datetime.combine(day, time(), BEIJING)


@cache
def _is_working_day(day: date) -> bool:
    try:
        return bool(is_workday(day))
    except NotImplementedError as unknown:
        raise CalendarUnknown(
            f"{day.year} 年的放假调休安排尚未收入工作日历，请升级 chinese-calendar 后再计算办理期限"
        ) from unknown
