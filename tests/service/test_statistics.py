from datetime import UTC, date, datetime, timedelta

import pytest

from nlp.domain import ItemState, Stage, Track
from service import dispatch, statistics
from service.dispatch import Act, Desk
from service.errors import Invalid, NotFound
from service.store.conditions import SubmissionFilter
from service.store.engine import Store
from service.store.listing import ItemFilter

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def titles(store: Store, **wanted: object) -> list[str]:
    found = statistics.submissions_page(store, SubmissionFilter(**wanted), None, 200)  # type: ignore[arg-type]
    return [one.submission.title for one in found.rows]


def test_pages_show_each_once_the_newest_first(store: Store, receive) -> None:
    for number in range(23):
        receive(f"转{number}")
    seen, cursor = [], None
    while True:
        page = statistics.submissions_page(store, SubmissionFilter(), cursor, 10)
        seen += [one.submission.title for one in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"转{number}" for number in reversed(range(23))]
    with pytest.raises(Invalid):
        statistics.submissions_page(store, SubmissionFilter(), "x", 10)


def test_filters_combine(store: Store, receive) -> None:
    receive("转一", source="微信", place="上桥镇")
    receive("疑二", source="来信", place="上桥镇")
    receive("转三", source="微信", track=Track.WORK_ORDER)
    assert titles(store, source="微信") == ["转三", "转一"]
    assert titles(store, place="上桥镇", stage=Stage.REVIEW) == ["疑二"]
    assert titles(store, track=Track.WORK_ORDER) == ["转三"]
    assert titles(store, theme="double-reduction", lead="education") == ["转三", "疑二", "转一"]
    assert titles(store, theme="") == []
    assert statistics.known_values(store, "source") == ["微信", "来信"]


def test_days_are_days_in_beijing(store: Store, receive) -> None:
    receive("转一", received_at=datetime(2026, 11, 30, 15, 59, tzinfo=UTC))
    receive("转二", received_at=datetime(2026, 11, 30, 16, 1, tzinfo=UTC))
    assert titles(store, last_day=date(2026, 11, 30)) == ["转一"]
    assert titles(store, first_day=date(2026, 12, 1)) == ["转二"]
    months = statistics.theme_counts(store, SubmissionFilter(), "month")
    assert sorted((one.group, one.count) for one in months) == [("2026-11", 1), ("2026-12", 1)]


@pytest.mark.parametrize("text", ["50%", "_", "\\", "'", '"', "OR OR", "NEAR(", "*"])
def test_search_takes_every_character_as_itself(store: Store, receive, text: str) -> None:
    receive("转甲乙")
    receive(f"转含{text}的")
    assert titles(store, text=text) == [f"转含{text}的"]


def test_search_by_number_and_two_characters_of_the_text(store: Store, receive) -> None:
    receipt = receive("转", text="路口的红绿灯坏了")
    assert titles(store, text="绿灯") == ["转"]
    assert titles(store, text=receipt.receipt) == ["转"]
    assert titles(store, text="\x00") == []


def test_counts_agree_with_a_recount(store: Store, receive) -> None:
    for number in range(12):
        receive(f"{'转疑告市'[number % 4]}{number}", source=["微信", "来信", "电话"][number % 3], place="上桥镇")
    everything = statistics.submissions_page(store, SubmissionFilter(), None, 200).rows
    assert len(everything) == statistics.submissions_count(store, SubmissionFilter()) == 9
    for by in ("month", "place", "department", "source"):
        assert sum(one.count for one in statistics.theme_counts(store, SubmissionFilter(), by)) == 9
    stages = statistics.stage_counts(store)
    assert stages == {
        stage: sum(one.stage is stage for one in everything) for stage in {one.stage for one in everything}
    }
    with pytest.raises(Invalid):
        statistics.theme_counts(store, SubmissionFilter(), "person")


def test_items_by_due_date(desk: Desk, receive) -> None:
    for number in range(5):
        story = statistics.story(desk.store, receive(f"转{number}").id)
        if number:
            dispatch.sign(desk, story.items[0].id, Act(actor="desk", now=NOW - timedelta(days=number)))
    seen, cursor = [], None
    while True:
        page = statistics.items_page(desk.store, ItemFilter(department="education"), cursor, 2)
        seen += [row.registered.submission.title for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["转4", "转3", "转2", "转1", "转0"]
    assert statistics.items_count(desk.store, ItemFilter(department="education")) == 5
    counts = statistics.queue_counts(desk.store)
    assert counts[("education", ItemState.QUEUED)] == 4
    with pytest.raises(Invalid):
        statistics.items_page(desk.store, ItemFilter(), "rubbish", 2)


def test_an_empty_office(store: Store) -> None:
    assert titles(store) == []
    assert statistics.stage_counts(store) == {}
    assert statistics.theme_counts(store, SubmissionFilter(), "month") == []
    with pytest.raises(NotFound):
        statistics.story(store, "01900000-0000-7000-8000-000000000000")
