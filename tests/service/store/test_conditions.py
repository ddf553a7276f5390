"""Every filter and every order, against what the rows themselves say."""

from datetime import UTC, datetime, timedelta

import pytest

from nlp.domain import EventKind, Urgency
from service import dispatch, review, statistics
from service.deadlines import soon_until
from service.dispatch import Act, Desk
from service.review import Opinion
from service.store.conditions import Happened, Order, SubmissionFilter, Wait, Waiting
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def titles(store: Store, order: Order = Order.REGISTERED_FIRST, **wanted: object) -> list[str]:
    found = statistics.submissions_page(store, SubmissionFilter(**wanted), None, 200, order)  # type: ignore[arg-type]
    counted = statistics.submissions_counted(store, SubmissionFilter(**wanted))  # type: ignore[arg-type]
    assert (counted.number, counted.more) == (len(found.rows), False)
    return [one.submission.title for one in found.rows]


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("text", ["", "相同", "相同的"])
def test_pages_in_every_order_show_each_once(store: Store, receive, order: Order, text: str) -> None:
    made = []
    for number in range(17):
        day = NOW - timedelta(days=number * 7 % 5)
        receive(f"转{number}相同的字", received_at=day)
        made.append((day if order.by_day else NOW, number))
    expected = [number for _, number in sorted(made, reverse=order.falling)]
    seen, cursor = [], None
    while True:
        page = statistics.submissions_page(store, SubmissionFilter(text=text), cursor, 5, order)
        seen += [int(one.submission.title[1:].removesuffix("相同的字")) for one in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == expected


def test_a_frequent_text_is_walked_to(store: Store, receive, monkeypatch) -> None:
    from service.store import listing, search

    monkeypatch.setattr(search, "FEW", 2)
    monkeypatch.setattr(listing, "_STEP", 3)
    for number in range(12):
        receive(f"转{number}{'常见' if number % 3 else '少有'}")
    assert titles_only(store, "常见") == [f"转{number}常见" for number in range(12) if number % 3]
    assert statistics.submissions_counted(store, SubmissionFilter(text="常见")).more


def titles_only(store: Store, text: str) -> list[str]:
    page = statistics.submissions_page(store, SubmissionFilter(text=text), None, 200, Order.REGISTERED_FIRST)
    return [one.submission.title for one in page.rows]


def test_what_waits_for_the_desk(desk: Desk, receive) -> None:
    store, policy_now = desk.store, NOW
    act = Act(actor="desk", now=NOW)
    lead = {}
    for title in ("转签", "转退", "转延", "转答", "转超"):
        lead[title] = statistics.story(store, receive(title).id).items[0].id
    for title in ("转退", "转延", "转答"):
        dispatch.sign(desk, lead[title], act)
    dispatch.sign(desk, lead["转超"], Act(actor="desk", now=NOW - timedelta(days=200)))
    dispatch.request_return(desk, lead["转退"], "不是", act)
    dispatch.request_extension(desk, lead["转延"], "久", act)
    dispatch.answer(desk, lead["转答"], "好", None, act)

    def waiting(kind: Wait, now: datetime = policy_now) -> list[str]:
        return titles(store, waiting=Waiting(kind=kind, now=now, soon=soon_until(now)))

    assert waiting(Wait.RETURN) == ["转退"]
    assert waiting(Wait.EXTENSION) == ["转延"]
    assert waiting(Wait.ANSWER) == ["转答"]
    assert waiting(Wait.OVERDUE) == ["转超"]
    assert waiting(Wait.SOON) == []
    assert set(waiting(Wait.SIGN)) >= {"转签"}
    due = statistics.story(store, statistics.submissions_page(store, SubmissionFilter(), None, 9).rows[0].submission.id)
    assert due.items
    assert waiting(Wait.SOON, NOW + timedelta(days=90)) == ["转退", "转延"]


def test_what_happened_and_what_was_adopted(desk: Desk, receive) -> None:
    store = desk.store
    one, two, three = receive("疑一").id, receive("疑二", urgency=Urgency.URGENT).id, receive("疑三").id
    review.decide(store, desk.directory, one, Opinion(), "desk", NOW - timedelta(days=2))
    review.decide(store, desk.directory, two, Opinion(lead="civil-affairs"), "desk", NOW)
    happened = Happened(kind=EventKind.CORRECTED, since=NOW - timedelta(days=1))
    assert titles(store, happened=happened) == ["疑二"]
    assert titles(store, happened=Happened(kind=EventKind.CONFIRMED, since=NOW - timedelta(days=1))) == []
    assert titles(store, adopted=True) == ["疑一"]
    assert titles(store, adopted=False) == ["疑二"]
    assert titles(store, urgency=Urgency.URGENT) == ["疑二"]
    assert three
