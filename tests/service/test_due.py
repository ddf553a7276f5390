from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nlp.domain import ItemState, QueueItem, Role, Track, Urgency
from service.due import Due, due_date, due_of, due_words, within
from service.store.listing import ItemFilter

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
ITEM = QueueItem(
    id="i", submission_id="s", decision_id="d", department="education", role=Role.LEAD, state=ItemState.QUEUED,
    version=1, created_at=NOW,
)  # fmt: skip


@pytest.mark.parametrize(
    ("due", "said", "tone"),
    [
        (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), "超期 1 个工作日", "late"),
        (datetime(2026, 11, 25, 15, 59, tzinfo=UTC), "将到期，今天到期", "soon"),
        (datetime(2026, 11, 26, 15, 59, tzinfo=UTC), "将到期，剩 1 个工作日", "soon"),
        (datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC), "将到期，剩 3 个工作日", "soon"),
        (datetime(2026, 12, 1, 15, 59, tzinfo=UTC), "正常，剩 4 个工作日", "plain"),
    ],
)
def test_a_colour_is_always_a_word_too(due: datetime, said: str, tone: str) -> None:
    item = replace(ITEM, due_at=due)
    assert due_words(item, Track.SUBMISSION, Urgency.NORMAL, NOW) == (said, tone)


def test_a_weekend_is_told_in_days() -> None:
    saturday, monday = datetime(2026, 11, 28, 15, 59, tzinfo=UTC), datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
    friday = saturday - timedelta(days=1)
    item = replace(ITEM, due_at=saturday)
    assert due_words(item, Track.SUBMISSION, Urgency.NORMAL, friday) == ("将到期，剩 1 天", "soon")
    assert due_words(item, Track.SUBMISSION, Urgency.NORMAL, saturday + timedelta(hours=9)) == ("超期 1 天", "late")
    assert due_words(item, Track.SUBMISSION, Urgency.NORMAL, monday)[0] == "超期 1 个工作日"


def test_urgent_work_orders_are_told_by_the_clock() -> None:
    item = replace(ITEM, due_at=NOW + timedelta(hours=1, minutes=59))
    assert due_words(item, Track.WORK_ORDER, Urgency.CRITICAL, NOW) == ("将到期，剩 1 小时", "soon")
    assert due_date(item, Track.WORK_ORDER, Urgency.CRITICAL) == "11-25 11:59"
    late = replace(ITEM, due_at=NOW - timedelta(minutes=5))
    assert due_words(late, Track.WORK_ORDER, Urgency.URGENT, NOW) == ("超期 5 分钟", "late")
    assert due_words(late, Track.WORK_ORDER, Urgency.URGENT, NOW + timedelta(days=5)) == ("超期 5 天", "late")


def test_what_is_closed_or_has_no_date_says_nothing() -> None:
    assert due_words(ITEM, Track.SUBMISSION, Urgency.NORMAL, NOW) == ("", "")
    closed = replace(ITEM, state=ItemState.CLOSED, due_at=NOW)
    assert due_words(closed, Track.SUBMISSION, Urgency.NORMAL, NOW) == ("", "")


def test_an_answer_came_in_time_or_late() -> None:
    answered = replace(ITEM, state=ItemState.ANSWERED, due_at=NOW, answered_at=NOW)
    assert due_words(answered, Track.SUBMISSION, Urgency.NORMAL, NOW + timedelta(days=9)) == ("按期报送", "plain")
    late = replace(answered, answered_at=NOW + timedelta(seconds=1))
    assert due_words(late, Track.SUBMISSION, Urgency.NORMAL, NOW) == ("逾期报送", "late")


def test_the_filters_part_all_dates_as_the_words_do() -> None:
    filters = {due: within(ItemFilter(), due, NOW) for due in Due}

    def holds(wanted: ItemFilter, due_at: datetime) -> bool:
        return (
            (wanted.due_from is None or due_at >= wanted.due_from)
            and (wanted.due_until is None or due_at <= wanted.due_until)
            and (wanted.due_before is None or due_at < wanted.due_before)
            and (wanted.due_after is None or due_at > wanted.due_after)
        )

    for hours in range(-72, 240, 5):
        moment = NOW + timedelta(hours=hours)
        assert [due for due in Due if holds(filters[due], moment)] == [due_of(moment, NOW)]
