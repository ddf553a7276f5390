from datetime import UTC, date, datetime, timedelta

import pytest

from nlp.domain import Role, Track, Urgency
from nlp.policy import Policy
from service import deadlines
from service.errors import CalendarUnknown

POLICY = Policy()


def test_working_days_follow_the_published_calendar() -> None:
    # 2025-09-28 (a Sunday) was worked for the National Day holidays of 10-01 to 10-08
    assert deadlines.add_working_days(date(2025, 9, 26), 1) == date(2025, 9, 28)
    assert deadlines.add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert deadlines.add_working_days(date(2025, 9, 30), 0) == date(2025, 9, 30)


def test_an_unknown_year_is_said_and_not_guessed() -> None:
    with pytest.raises(CalendarUnknown, match="2099"):
        deadlines.add_working_days(date(2099, 1, 1), 1)


def test_months_end_where_the_month_ends() -> None:
    assert deadlines.add_months(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert deadlines.add_months(date(2025, 12, 15), 1) == date(2026, 1, 15)


def test_a_term_that_ends_on_a_holiday_ends_on_the_working_day_after_it() -> None:
    assert deadlines.first_working_day(date(2025, 10, 1)) == date(2025, 10, 9)
    assert deadlines.first_working_day(date(2025, 9, 28)) == date(2025, 9, 28)
    assert deadlines.first_working_day(date(2099, 1, 3)) == date(2099, 1, 3)
    since = datetime(2025, 7, 1, 1, tzinfo=UTC)
    lead = deadlines.reply_due(POLICY, Track.SUBMISSION, Role.LEAD, Urgency.NORMAL, since)
    assert lead == deadlines.end_of_day(date(2025, 10, 9))
    assert deadlines.longest_due(POLICY, datetime(2025, 4, 1, 1, tzinfo=UTC)) == lead


def test_days_left() -> None:
    now = datetime(2025, 9, 30, 2, tzinfo=UTC)
    assert deadlines.working_days_left(now, deadlines.end_of_day(date(2025, 10, 9))) == 1
    assert deadlines.working_days_left(now, deadlines.end_of_day(date(2025, 9, 30))) == 0
    assert deadlines.working_days_left(now, deadlines.end_of_day(date(2025, 9, 26))) == -3


@pytest.mark.parametrize(
    ("track", "role", "urgency", "due"),
    [
        (Track.SUBMISSION, Role.LEAD, Urgency.NORMAL, "2025-06-03"),
        (Track.SUBMISSION, Role.CO, Urgency.NORMAL, "2025-04-03"),
        (Track.SUBMISSION, Role.PART, Urgency.NORMAL, "2025-06-03"),
        (Track.WORK_ORDER, Role.LEAD, Urgency.NORMAL, "2025-03-24"),
        (Track.WORK_ORDER, Role.LEAD, Urgency.PROMPT, "2025-03-12"),
    ],
)
def test_due_days(track: Track, role: Role, urgency: Urgency, due: str) -> None:
    since = datetime(2025, 3, 3, 1, tzinfo=UTC)
    assert deadlines.reply_due(POLICY, track, role, urgency, since).date().isoformat() == due


@pytest.mark.parametrize(("urgency", "hours"), [(Urgency.CRITICAL, 2), (Urgency.URGENT, 24)])
def test_urgent_work_orders_go_by_the_clock(urgency: Urgency, hours: int) -> None:
    since = datetime(2025, 3, 3, 1, tzinfo=UTC)
    due = deadlines.reply_due(POLICY, Track.WORK_ORDER, Role.LEAD, urgency, since)
    assert due - since == timedelta(hours=hours)
