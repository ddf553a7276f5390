from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from nlp.domain import ItemState, ResultGrade, Stage, Way
from service import dispatch, statistics
from service.deadlines import local_day
from service.dispatch import Act, Desk
from service.errors import Conflict, Invalid, NotFound, ServiceError
from service.placing import stage_of
from service.steps import Paper
from service.store import queue, reviews
from service.store.engine import Store
from service.store.tables import items

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def items_of(store: Store, receipt) -> list:
    return statistics.story(store, receipt.id).items


def signed(desk: Desk, receipt, act: Act):
    return [dispatch.sign(desk, item.id, act) for item in items_of(desk.store, receipt)]


def test_the_whole_way(desk: Desk, receive, act: Act) -> None:
    receipt = receive("转办")
    lead, co = signed(desk, receipt, act)
    assert lead.due_at is not None
    assert lead.due_at.date().isoformat() == "2027-02-24"
    (claimed,) = dispatch.claim(desk, "education", 10, 60, Act(actor="api:education", now=NOW))
    with_lease = replace(act, lease_token=claimed.lease_token)
    dispatch.accept(desk, lead.id, with_lease)
    dispatch.answer(desk, lead.id, "已办理", ResultGrade.SOLVED, act)
    closed = dispatch.close(desk, lead.id, "", act)
    assert (closed.state, closed.answer, closed.grade) == (ItemState.CLOSED, "已办理", ResultGrade.SOLVED)
    story = statistics.story(desk.store, receipt.id)
    assert story.registered.stage is Stage.QUEUED
    dispatch.close(desk, co.id, "主办已解决", act)
    story = statistics.story(desk.store, receipt.id)
    assert story.registered.stage is Stage.CLOSED
    kinds = [event.kind for event in story.events]
    assert kinds == ["received", "signed", "signed", "claimed", "accepted", "answered", "closed", "closed"]


def test_return_and_reassignment(desk: Desk, receive, act: Act) -> None:
    receipt = receive("转办")
    lead, _ = signed(desk, receipt, act)
    with pytest.raises(Invalid, match="退回理由"):
        dispatch.request_return(desk, lead.id, " ", act)
    dispatch.request_return(desk, lead.id, "不归我们管", act)
    dispatch.refuse_return(desk, lead.id, "职责条目写明由你单位主办", act)
    dispatch.request_return(desk, lead.id, "附文件", act)
    moved = dispatch.reassign(desk, lead.id, "civil-affairs", "同意", act)
    assert (moved.department, moved.state, moved.replaces) == ("civil-affairs", ItemState.QUEUED, lead.id)
    story = statistics.story(desk.store, receipt.id)
    assert story.decision.decision.lead == story.registered.lead == "civil-affairs"
    assert story.decision.person == "desk"
    assert len(story.decisions) == 2


def test_three_moves_are_enough(desk: Desk, receive, act: Act) -> None:
    receipt = receive("转办")
    item = signed(desk, receipt, act)[0]
    for department in ("civil-affairs", "finance", "water"):
        item = dispatch.reassign(desk, item.id, department, "", act)
    with pytest.raises(Conflict, match="已退转三次"):
        dispatch.reassign(desk, item.id, "justice", "", act)
    with pytest.raises(Conflict, match="已在承办"):
        dispatch.reassign(desk, item.id, "health", "", act)


@pytest.mark.parametrize("department", ["nobody", "city-transport", ""])
def test_nobody_else_can_be_assigned(desk: Desk, receive, act: Act, department: str) -> None:
    item = signed(desk, receive("转办"), act)[0]
    with pytest.raises(Invalid):
        dispatch.reassign(desk, item.id, department, "", act)
    assert items_of(desk.store, receive("转办"))


def test_leases(desk: Desk, receive, act: Act) -> None:
    item = signed(desk, receive("转办"), act)[0]
    (first,) = dispatch.claim(desk, "education", 5, 60, act)
    assert dispatch.claim(desk, "education", 5, 60, act) == []
    with pytest.raises(Conflict, match="正由他人领取"):
        dispatch.accept(desk, item.id, act)
    later = replace(act, now=NOW + timedelta(seconds=61))
    (second,) = dispatch.claim(desk, "education", 5, 60, later)
    with pytest.raises(Conflict, match="领取已过期"):
        dispatch.accept(desk, item.id, replace(later, lease_token=first.lease_token))
    accepted = dispatch.accept(desk, item.id, replace(later, lease_token=second.lease_token))
    assert (accepted.state, accepted.lease_token) == (ItemState.IN_PROGRESS, None)


def test_nobody_claims_what_another_has(desk: Desk, receive, act: Act) -> None:
    for _ in range(12):
        signed(desk, receive("转办"), act)

    def claim(_: int) -> list[str]:
        return [item.id for item in dispatch.claim(desk, "education", 2, 60, act)]

    with ThreadPoolExecutor(8) as threads:
        claimed = [item for batch in threads.map(claim, range(16)) for item in batch]
    assert len(claimed) == len(set(claimed)) == 12


def test_who_was_faster_is_told(desk: Desk, receive, act: Act) -> None:
    item = signed(desk, receive("转办"), act)[0]
    dispatch.accept(desk, item.id, replace(act, actor="马科长", version=item.version))
    with pytest.raises(Conflict, match="马科长：签收"):
        dispatch.accept(desk, item.id, replace(act, version=item.version))


def test_extension(desk: Desk, receive, act: Act) -> None:
    item = signed(desk, receive("转办"), act)[0]
    with pytest.raises(Conflict, match="没有待答复"):
        dispatch.decide_extension(desk, item.id, True, "", act)
    dispatch.request_extension(desk, item.id, "会商", act)
    with pytest.raises(Conflict, match="已申请过"):
        dispatch.request_extension(desk, item.id, "会商", act)
    extended = dispatch.decide_extension(desk, item.id, True, "", act)
    assert extended.due_at is not None
    assert extended.due_at.date().isoformat() == "2027-05-24"
    assert not extended.extension_requested


def test_a_longer_time_ends_where_the_office_says(desk: Desk, receive, act: Act) -> None:
    item = signed(desk, receive("转办"), act)[0]
    with pytest.raises(Invalid, match="晚于现在的到期日"):
        dispatch.request_extension(desk, item.id, "会商", act, date(2027, 2, 24))
    with pytest.raises(Invalid, match="最长只能延到 2027-05-24"):
        dispatch.request_extension(desk, item.id, "会商", act, date(2027, 5, 25))
    asked = dispatch.request_extension(desk, item.id, "会商", act, date(2027, 3, 31))
    assert asked.extension_until == date(2027, 3, 31)
    extended = dispatch.decide_extension(desk, item.id, True, "", act)
    assert extended.due_at is not None
    assert (local_day(extended.due_at), extended.extension_until) == (date(2027, 3, 31), None)


def test_the_window_to_return_is_five_working_days(desk: Desk, receive, act: Act) -> None:
    item = signed(desk, receive("转办"), act)[0]
    last = dispatch.return_window(desk.policy, item)
    assert last is not None
    assert local_day(last) == date(2026, 12, 1)
    late = replace(act, now=datetime(2026, 12, 2, 1, tzinfo=UTC))
    with pytest.raises(Conflict, match="2026-12-01"):
        dispatch.request_return(desk, item.id, "不归我们管", late)
    on_paper = replace(late, paper=Paper(person="王科长", way=Way.OA, day=date(2026, 12, 1)))
    assert dispatch.request_return(desk, item.id, "附文件", on_paper).state is ItemState.RETURN_REQUESTED


def test_after_three_moves_the_departments_must_have_agreed(desk: Desk, receive, act: Act) -> None:
    item = signed(desk, receive("转办"), act)[0]
    for department in ("civil-affairs", "finance", "water"):
        item = dispatch.reassign(desk, item.id, department, "", act)
    moved = dispatch.reassign(desk, item.id, "justice", "", act, agreed="11 月 20 日三家会商，由司法局办理")
    assert moved.department == "justice"
    assert "会商" in statistics.story(desk.store, item.submission_id).events[-1].payload


def test_another_unit_is_told_what_nobody_knows(desk: Desk, receive, act: Act) -> None:
    item = signed(desk, receive("转办"), act)[0]
    stranger = replace(act, department="health")
    with pytest.raises(NotFound) as foreign:
        dispatch.accept(desk, item.id, stranger)
    with pytest.raises(NotFound) as missing:
        dispatch.accept(desk, "01900000-0000-7000-8000-000000000000", stranger)
    assert str(foreign.value) == str(missing.value)
    with pytest.raises(NotFound):
        dispatch.claim(desk, "education", 5, 60, stranger)
    assert dispatch.accept(desk, item.id, replace(act, department="education")).handler == "desk"


def test_an_unsigned_item_is_not_the_units_yet(desk: Desk, receive, act: Act) -> None:
    item = items_of(desk.store, receive("转办"))[0]
    with pytest.raises(NotFound):
        dispatch.sign(desk, item.id, replace(act, department="education"))


def test_closing_without_an_answer_needs_a_reason(desk: Desk, receive, act: Act) -> None:
    item = signed(desk, receive("转办"), act)[0]
    with pytest.raises(Invalid, match="须填写理由"):
        dispatch.close(desk, item.id, "", act)
    assert dispatch.close(desk, item.id, "来稿人撤回", act).state is ItemState.CLOSED


def test_unknown_item_and_department(desk: Desk, act: Act) -> None:
    with pytest.raises(NotFound):
        dispatch.sign(desk, "01900000-0000-7000-8000-000000000000", act)
    with pytest.raises(NotFound):
        dispatch.claim(desk, "nobody", 1, 60, act)


def test_a_second_open_lead_is_refused_by_the_database(desk: Desk, receive) -> None:
    item = items_of(desk.store, receive("转办"))[0]
    with desk.store.write() as connection:
        row = dict(connection.execute(items.select().where(items.c.id == item.id)).one()._mapping)
    row |= {"id": "01900000-0000-7000-8000-000000000001", "department": "finance"}
    with pytest.raises(IntegrityError), desk.store.write() as connection:
        connection.execute(insert(items).values(**row))


STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["sign", "accept", "return", "refuse", "move", "extend", "grant", "answer", "close"]),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_is_done_the_stage_can_be_derived_again(desk: Desk, receive, act: Act, steps) -> None:
    receipt = receive("转办")
    doers = {
        "sign": lambda item: dispatch.sign(desk, item, act),
        "accept": lambda item: dispatch.accept(desk, item, act),
        "return": lambda item: dispatch.request_return(desk, item, "理由", act),
        "refuse": lambda item: dispatch.refuse_return(desk, item, "理由", act),
        "move": lambda item: dispatch.reassign(desk, item, "water", "", act),
        "extend": lambda item: dispatch.request_extension(desk, item, "理由", act),
        "grant": lambda item: dispatch.decide_extension(desk, item, True, "", act),
        "answer": lambda item: dispatch.answer(desk, item, "办了", None, act),
        "close": lambda item: dispatch.close(desk, item, "", act),
    }
    done = 0
    for number, name in steps:
        present = items_of(desk.store, receipt)
        try:
            doers[name](present[number % len(present)].id)
            done += 1
        except ServiceError:
            pass
    story = statistics.story(desk.store, receipt.id)
    with desk.store.read() as connection:
        waiting = reviews.open_task(connection, receipt.id) is not None
        held = queue.of_submission(connection, receipt.id)
    assert story.registered.stage is stage_of(story.decision.decision.source, waiting, held)
    assert story.registered.lead == story.decision.decision.lead
    assert len(story.events) == 1 + done
    assert sum(one.current for one in story.decisions) == 1
