import json
from dataclasses import replace
from datetime import timedelta

import pytest

from nlp.domain import EventKind, ItemState, ResultGrade, Satisfaction, Stage, Way
from service import dispatch, results, statistics
from service.errors import Conflict, Invalid
from service.results import Reminder
from service.steps import Act, Desk


@pytest.fixture
def items(desk: Desk, receive, act: Act) -> list:
    story = statistics.story(desk.store, receive("转办").id)
    return [dispatch.sign(desk, item.id, act) for item in story.items]


def events_of(desk: Desk, item) -> list:
    return [one for one in statistics.story(desk.store, item.submission_id).events if one.item_id == item.id]


def test_the_chain_after_an_answer(desk: Desk, items, act: Act) -> None:
    lead, co = items
    dispatch.answer(desk, lead.id, "已办理", ResultGrade.SOLVED, act)
    with pytest.raises(Conflict, match="没有审核通过"):
        results.feed_back(desk, lead.id, Way.PHONE, "", act)
    results.audit(desk, lead.id, "属实", act)
    with pytest.raises(Conflict, match="没有反馈委员"):
        results.rate(desk, lead.id, Satisfaction.SATISFIED, "", act)
    results.feed_back(desk, lead.id, Way.PHONE, "委员本人接听", act)
    rated = results.rate(desk, lead.id, Satisfaction.BASICALLY, "希望长期坚持", act)
    assert rated.satisfaction is Satisfaction.BASICALLY
    with pytest.raises(Conflict):
        results.archive(desk, lead.id, "", act)
    dispatch.close(desk, lead.id, "", act)
    filed = results.archive(desk, lead.id, "2026-社-12", act)
    assert (filed.state, filed.archived_at) == (ItemState.CLOSED, act.now)
    dispatch.close(desk, co.id, "会办意见已并入", act)
    story = statistics.story(desk.store, lead.submission_id)
    assert story.registered.stage is Stage.CLOSED
    kinds = [one.kind for one in events_of(desk, lead)]
    assert kinds == ["signed", "answered", "audited", "fed_back", "rated", "closed", "archived"]


def test_an_answer_that_does_not_do_is_sent_back_and_kept_as_a_draft(desk: Desk, items, act: Act) -> None:
    lead = items[0]
    dispatch.answer(desk, lead.id, "正在研究", ResultGrade.UNDER_WAY, act)
    with pytest.raises(Invalid, match="理由"):
        results.send_back(desk, lead.id, "", act)
    back = results.send_back(desk, lead.id, "没有写明时限", act)
    assert (back.state, back.answer, back.answered_at) == (ItemState.IN_PROGRESS, "正在研究", None)
    again = dispatch.answer(desk, lead.id, "12 月底前完成", ResultGrade.UNDER_WAY, act)
    assert again.state is ItemState.ANSWERED
    assert json.loads(events_of(desk, lead)[-2].payload)["answer"] == "正在研究"


def test_reminders_say_when_how_whom_and_with_what_result(desk: Desk, items, act: Act) -> None:
    lead = items[0]
    earlier = act.now - timedelta(hours=3)
    results.remind(desk, lead.id, Reminder(way=Way.PHONE, person="王科长", result="答应周五前报", at=earlier), act)
    told = json.loads(events_of(desk, lead)[-1].payload)
    assert (told["way"], told["person"], told["result"]) == ("phone", "王科长", "答应周五前报")
    assert told["reminded_at"] == earlier.isoformat()
    assert events_of(desk, lead)[-1].kind == EventKind.REMINDED
    with pytest.raises(Invalid, match="催办对象"):
        results.remind(desk, lead.id, Reminder(way=Way.PHONE, person=" "), act)
    later = act.now + timedelta(minutes=1)
    with pytest.raises(Invalid, match="现在之后"):
        results.remind(desk, lead.id, Reminder(way=Way.PHONE, person="王", at=later), act)


def test_the_flag_of_supervision(desk: Desk, items, act: Act) -> None:
    lead = items[0]
    assert results.supervise(desk, lead.id, True, "按李主席批示", act).supervised
    with pytest.raises(Conflict, match="已列入督办"):
        results.supervise(desk, lead.id, True, "按李主席批示", act)
    assert not results.supervise(desk, lead.id, False, "已落实", replace(act, version=None)).supervised
