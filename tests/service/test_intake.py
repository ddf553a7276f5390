from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from nlp.domain import ItemState, Stage, Track
from service import intake, statistics
from service.errors import Invalid, NotFound, SecretText
from service.intake import Incoming, Receipt
from service.store import tables
from service.store.conditions import SubmissionFilter
from service.store.engine import Store
from service.store.listing import ItemFilter

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
Take = Callable[..., list[object]]
Written = Callable[..., Incoming]


def count(store: Store, table) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_sure_submission_waits_for_a_signature(store: Store, receive) -> None:
    receipt = receive("转给教育局")
    story = statistics.story(store, receipt.id)
    assert story.registered.stage is Stage.AWAITING_SIGNATURE
    assert [(item.department, item.state) for item in story.items] == [
        ("education", ItemState.AWAITING_SIGNATURE),
        ("health", ItemState.AWAITING_SIGNATURE),
    ]
    assert receipt.receipt == "社情〔2026〕1号"
    assert receipt.department_name == "区教育局"
    assert [event.kind for event in story.events] == ["received"]


def test_a_doubtful_one_waits_for_a_person(store: Store, receive) -> None:
    story = statistics.story(store, receive("疑难").id)
    assert story.registered.stage is Stage.REVIEW
    assert story.items == []


def test_a_department_above_gets_no_item(store: Store, receive) -> None:
    story = statistics.story(store, receive("市里的公交").id)
    assert (story.registered.stage, story.items) == (Stage.REVIEW, [])


@pytest.mark.parametrize(
    ("track", "source", "state"),
    [
        (Track.WORK_ORDER, "12345", ItemState.QUEUED),
        (Track.WORK_ORDER, "微信", ItemState.AWAITING_SIGNATURE),
        (Track.SUBMISSION, "12345", ItemState.AWAITING_SIGNATURE),
    ],
)
def test_only_switched_work_orders_leave_unsigned(
    store: Store, receive, track: Track, source: str, state: ItemState
) -> None:
    story = statistics.story(store, receive("转办", track=track, source=source).id)
    assert story.items[0].state is state


def test_a_secret_is_stopped_and_the_others_are_kept(store: Store, take_all: Take, written: Written) -> None:
    batch = [written("密件", idempotency_key="s"), written("转办"), written("   ")]
    secret, kept, empty = take_all(batch)
    assert isinstance(secret, SecretText)
    assert "保密员" in str(secret)
    assert isinstance(kept, Receipt)
    assert isinstance(empty, Invalid)
    assert empty.code == "E_EMPTY"
    assert count(store, tables.submissions) == 1
    assert count(store, tables.idempotency_keys) == 0


def test_an_accusation_is_kept_and_seen_nowhere(store: Store, receive) -> None:
    receipt = receive("告某局长受贿", place="上桥镇")
    assert (receipt.theme, receipt.department, receipt.top, receipt.evidence) == (None, None, (), ())
    assert receipt.doubts == ("accusation",)
    assert count(store, tables.submissions) == 1
    assert count(store, tables.items) == count(store, tables.review_tasks) == 0
    with pytest.raises(NotFound):
        statistics.story(store, receipt.id)
    assert statistics.submissions_page(store, SubmissionFilter(), None, 10).rows == []
    assert statistics.submissions_page(store, SubmissionFilter(text="局长"), None, 10).rows == []
    assert statistics.submissions_count(store, SubmissionFilter()) == 0
    assert statistics.stage_counts(store) == {}
    assert statistics.known_values(store, "place") == []
    assert statistics.theme_counts(store, SubmissionFilter(), "place") == []
    assert statistics.items_count(store, ItemFilter()) == 0


def test_the_same_key_and_body_give_the_same_receipt(store: Store, take_all: Take, written: Written) -> None:
    first = take_all([written("转办", idempotency_key="k", body_sha256="a")])
    again = take_all([written("转办", idempotency_key="k", body_sha256="a")], NOW + timedelta(days=1))
    (other,) = take_all([written("转办", idempotency_key="k", body_sha256="b")])
    (somebody,) = take_all([written("转办", idempotency_key="k", body_sha256="b", caller="somebody")])
    assert again == first
    assert isinstance(other, Invalid)
    assert other.code == "E_IDEM_MISMATCH"
    assert isinstance(somebody, Receipt)
    assert count(store, tables.submissions) == 2


def test_a_key_twice_in_one_batch_is_kept_once(store: Store, take_all: Take, written: Written) -> None:
    one, two, other = take_all([written("转办", idempotency_key="k", body_sha256=body) for body in ("a", "a", "b")])
    assert one == two
    assert isinstance(other, Invalid)
    assert count(store, tables.submissions) == 1


def test_many_at_once_with_the_same_key_are_kept_once(store: Store, take_all: Take, written: Written) -> None:
    def take(number: int) -> object:
        return take_all([written("转办", idempotency_key=f"k{number % 4}", body_sha256="a")])[0]

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(take, range(32)))
    assert len({outcome.id for outcome in outcomes if isinstance(outcome, Receipt)}) == 4
    assert count(store, tables.submissions) == 4


def test_numbers_are_never_used_twice(take_all: Take, written: Written) -> None:
    def take(number: int) -> list[object]:
        return take_all([written("转办") for _ in range(1 + number % 3)])

    with ThreadPoolExecutor(6) as threads:
        receipts = [one.receipt for batch in threads.map(take, range(12)) for one in batch]  # type: ignore[attr-defined]
    assert len(set(receipts)) == len(receipts) == 24


def test_numbers_begin_anew_in_beijings_new_year(receive) -> None:
    assert receive("转办", now=datetime(2026, 12, 31, 15, 59, tzinfo=UTC)).receipt == "社情〔2026〕1号"
    assert receive("转办", now=datetime(2026, 12, 31, 16, 1, tzinfo=UTC)).receipt == "社情〔2027〕1号"
    assert receive("转办", track=Track.WORK_ORDER).receipt == "工单2026-000001"


@pytest.mark.parametrize(
    "text",
    ["\x00头尾\x00", "\U00020000\U000e0041\ufffe", "\x1b[31m=HYPERLINK()", "\U0010fffe0", "'; DROP TABLE items; --"],
)
def test_text_is_kept_to_the_character(store: Store, receive, text: str) -> None:
    receipt = receive("转办", text=text)
    assert statistics.story(store, receipt.id).registered.submission.text == text


def test_old_keys_are_forgotten(store: Store, take_all: Take, written: Written) -> None:
    take_all([written("转办", idempotency_key="old")], NOW - timedelta(days=31))
    take_all([written("转办", idempotency_key="new")], NOW)
    assert intake.purge_keys(store, NOW) == 1
    assert count(store, tables.idempotency_keys) == 1
