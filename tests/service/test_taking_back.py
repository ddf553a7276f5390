from dataclasses import replace

import pytest

from nlp.domain import EventKind, ItemState, ResultGrade, Satisfaction, Stage, Way
from service import dispatch, results, statistics
from service.errors import Conflict
from service.results import Reminder
from service.steps import Act, Desk
from service.taking_back import REVERSIBLE, standing, take_back


@pytest.fixture
def item(desk: Desk, receive):
    return statistics.story(desk.store, receive("转办").id).items[0]


STEPS = (
    (EventKind.SIGNED, lambda desk, item, act: dispatch.sign(desk, item, act)),
    (EventKind.EXTENSION_REQUESTED, lambda desk, item, act: dispatch.request_extension(desk, item, "会商", act)),
    (EventKind.EXTENSION_APPROVED, lambda desk, item, act: dispatch.decide_extension(desk, item, True, "", act)),
    (EventKind.RETURN_REQUESTED, lambda desk, item, act: dispatch.request_return(desk, item, "不归我管", act)),
    (EventKind.RETURN_REFUSED, lambda desk, item, act: dispatch.refuse_return(desk, item, "归你管", act)),
    (EventKind.SUPERVISED, lambda desk, item, act: results.supervise(desk, item, True, "批示", act)),
    (EventKind.UNSUPERVISED, lambda desk, item, act: results.supervise(desk, item, False, "已落实", act)),
    (EventKind.REMINDED, lambda desk, item, act: results.remind(desk, item, Reminder(way=Way.OA, person="王"), act)),
    (EventKind.ANSWERED, lambda desk, item, act: dispatch.answer(desk, item, "办了", ResultGrade.SOLVED, act)),
    (EventKind.SENT_BACK, lambda desk, item, act: results.send_back(desk, item, "再核", act)),
    (EventKind.ANSWERED, lambda desk, item, act: dispatch.answer(desk, item, "办好了", ResultGrade.SOLVED, act)),
    (EventKind.AUDITED, lambda desk, item, act: results.audit(desk, item, "", act)),
    (EventKind.FED_BACK, lambda desk, item, act: results.feed_back(desk, item, Way.OA, "", act)),
    (EventKind.RATED, lambda desk, item, act: results.rate(desk, item, Satisfaction.NOT, "", act)),
    (EventKind.CLOSED, lambda desk, item, act: dispatch.close(desk, item, "", act)),
    (EventKind.ARCHIVED, lambda desk, item, act: results.archive(desk, item, "", act)),
)


def test_every_step_can_be_taken_back_and_leaves_the_item_as_it_was(desk: Desk, item, act: Act) -> None:
    present = item
    for kind, do in STEPS:
        do(desk, item.id, act)
        back = take_back(desk, item.id, act)
        assert replace(back, version=present.version) == present, kind
        assert statistics.story(desk.store, item.submission_id).events[-1].kind == EventKind.TAKEN_BACK
        present = do(desk, item.id, act)
    asked = {kind for kind, _ in STEPS}
    assert asked | {EventKind.ACCEPTED, EventKind.REASSIGNED, EventKind.EXTENSION_REFUSED} == REVERSIBLE


def test_what_was_taken_back_does_not_stand(desk: Desk, item, act: Act) -> None:
    def left(kind: EventKind) -> list[str]:
        return [one.actor for one in standing(statistics.story(desk.store, item.submission_id).events, kind)]

    dispatch.sign(desk, item.id, act)
    take_back(desk, item.id, act)
    assert left(EventKind.SIGNED) == []
    dispatch.sign(desk, item.id, replace(act, actor="other"))
    for person in ("first", "second"):
        results.remind(desk, item.id, Reminder(way=Way.PHONE, person="王"), replace(act, actor=person))
    take_back(desk, item.id, replace(act, actor="second"))
    assert (left(EventKind.SIGNED), left(EventKind.REMINDED)) == (["other"], ["first"])


def test_only_ones_own_last_step_and_only_once(desk: Desk, item, act: Act) -> None:
    dispatch.sign(desk, item.id, act)
    with pytest.raises(Conflict, match="不能撤销"):
        take_back(desk, item.id, replace(act, actor="somebody"))
    dispatch.accept(desk, item.id, replace(act, actor="unit"))
    with pytest.raises(Conflict, match="不能撤销"):
        take_back(desk, item.id, act)
    assert take_back(desk, item.id, replace(act, actor="unit")).state is ItemState.QUEUED
    with pytest.raises(Conflict, match="不能撤销"):
        take_back(desk, item.id, replace(act, actor="unit"))


def test_a_signature_taken_back_puts_the_submission_back(desk: Desk, item, act: Act) -> None:
    dispatch.sign(desk, item.id, act)
    assert take_back(desk, item.id, act).due_at is None
    assert statistics.story(desk.store, item.submission_id).registered.stage is Stage.AWAITING_SIGNATURE


def test_a_move_taken_back_lets_the_old_decision_hold(desk: Desk, item, act: Act) -> None:
    dispatch.sign(desk, item.id, act)
    moved = dispatch.reassign(desk, item.id, "water", "", act)
    assert take_back(desk, item.id, act).state is ItemState.QUEUED
    story = statistics.story(desk.store, item.submission_id)
    assert story.registered.lead == story.decision.decision.lead == "education"
    assert next(one for one in story.items if one.id == moved.id).state is ItemState.WITHDRAWN
    again = dispatch.reassign(desk, item.id, "water", "", act)
    dispatch.accept(desk, again.id, replace(act, actor="unit"))
    with pytest.raises(Conflict, match="新承办单位已开始办理"):
        take_back(desk, item.id, act)
