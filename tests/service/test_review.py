from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from nlp.domain import DecisionSource, Disposition, Doubt, ItemState, LabelSource, Stage, Track, Urgency
from service import dispatch, review, review_queue, statistics
from service.dispatch import Act, Desk
from service.errors import Conflict, Invalid, NotFound, Overtaken
from service.review import Opinion
from service.store import decisions, labels
from service.store.engine import Store
from service.store.reviews import ReviewFilter

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
EVERYTHING = ReviewFilter()


def next_for(store: Store, wanted: ReviewFilter = EVERYTHING, person: str = "desk", now: datetime = NOW):
    return review_queue.next_for_review(store, wanted, person, now)


def test_confirming_opens_the_items(desk: Desk, receive) -> None:
    receipt = receive("疑难")
    made = review.decide(desk.store, desk.directory, receipt.id, Opinion(), "登记经办", NOW)
    story = statistics.story(desk.store, receipt.id)
    assert made.decision.source is DecisionSource.PERSON
    assert story.registered.stage is Stage.AWAITING_SIGNATURE
    assert story.events[-2].kind == "confirmed" or story.events[-1].kind == "confirmed"
    with desk.store.read() as connection:
        assert [(one.label.theme, one.label.person) for one in labels.every_with_text(connection)] == [
            ("double-reduction", "登记经办")
        ]


def test_correcting_supersedes_and_overwrites_nothing(desk: Desk, receive) -> None:
    receipt = receive("转办")
    opinion = Opinion(theme="elderly-care", lead="civil-affairs", co_handlers=("finance",))
    review.decide(desk.store, desk.directory, receipt.id, opinion, "登记经办", NOW)
    story = statistics.story(desk.store, receipt.id)
    old, new = story.decisions
    assert (old.current, new.current, new.supersedes) == (False, True, old.id)
    assert old.decision.lead == "education"
    assert story.registered.theme == "elderly-care"
    open_items = [item.department for item in story.items if item.state.open]
    assert open_items == ["civil-affairs", "finance"]
    withdrawn = [item.department for item in story.items if item.state is ItemState.WITHDRAWN]
    assert withdrawn == ["education", "health"]


def test_without_a_department_it_is_kept(desk: Desk, receive) -> None:
    receipt = receive("疑难")
    opinion = Opinion(lead="", dispositions=(Disposition.KEEP,))
    review.decide(desk.store, desk.directory, receipt.id, opinion, "desk", NOW)
    assert statistics.story(desk.store, receipt.id).registered.stage is Stage.KEPT


def test_a_city_bureau_is_reported_to_and_never_dispatched_to(desk: Desk, receive) -> None:
    receipt = receive("疑难")
    made = review.decide(desk.store, desk.directory, receipt.id, Opinion(lead="city-transport"), "desk", NOW)
    assert made.decision.dispositions == (Disposition.REPORT_CITY,)
    assert statistics.story(desk.store, receipt.id).items == []


@pytest.mark.parametrize(
    ("opinion", "field"),
    [
        (Opinion(theme="nothing"), "theme"),
        (Opinion(lead="nobody"), "department"),
        (Opinion(co_handlers=("nobody",)), "co_departments"),
        (Opinion(lead="", dispositions=(Disposition.DEPARTMENT,)), "department"),
    ],
)
def test_what_does_not_exist_is_refused(desk: Desk, receive, opinion: Opinion, field: str) -> None:
    receipt = receive("疑难")
    with pytest.raises(Invalid) as caught:
        review.decide(desk.store, desk.directory, receipt.id, opinion, "desk", NOW)
    assert caught.value.field == field
    assert len(statistics.story(desk.store, receipt.id).decisions) == 1


def test_what_has_left_the_desk_is_not_decided_again(desk: Desk, receive) -> None:
    receipt = receive("转办")
    item = statistics.story(desk.store, receipt.id).items[0]
    dispatch.sign(desk, item.id, Act(actor="desk", now=NOW))
    with pytest.raises(Conflict, match="同意改派"):
        review.decide(desk.store, desk.directory, receipt.id, Opinion(theme="elderly-care"), "desk", NOW)


def test_undo_gives_back_what_was(desk: Desk, receive) -> None:
    receipt = receive("疑难")
    before = statistics.story(desk.store, receipt.id)
    review.decide(desk.store, desk.directory, receipt.id, Opinion(), "desk", NOW)
    review.undo(desk.store, desk.directory, receipt.id, "desk", NOW)
    after = statistics.story(desk.store, receipt.id)
    assert after.decision == before.decision
    assert after.registered == before.registered
    assert len(after.decisions) == 2
    assert not any(item.state.open for item in after.items)
    assert next_for(desk.store) is not None
    with desk.store.read() as connection:
        assert labels.every_with_text(connection) == []
    with pytest.raises(Conflict, match="没有可以撤销"):
        review.undo(desk.store, desk.directory, receipt.id, "desk", NOW)


def test_undo_of_a_correction_opens_the_first_items_again(desk: Desk, receive) -> None:
    receipt = receive("转办")
    review.decide(desk.store, desk.directory, receipt.id, Opinion(lead="civil-affairs"), "desk", NOW)
    review.undo(desk.store, desk.directory, receipt.id, "desk", NOW)
    story = statistics.story(desk.store, receipt.id)
    assert sorted(item.department for item in story.items if item.state.open) == ["education", "health"]
    assert story.registered.stage is Stage.AWAITING_SIGNATURE


def test_order_filters_and_skip(desk: Desk, receive) -> None:
    first, second = receive("疑一"), receive("疑二", track=Track.WORK_ORDER, source="12345")
    task = next_for(desk.store)
    assert task is not None
    assert task.submission_id == first.id
    review.skip(desk.store, first.id, "desk", NOW)
    following = next_for(desk.store)
    assert following is not None
    assert following.submission_id == second.id
    assert next_for(desk.store, ReviewFilter(source="来信")) is None
    assert next_for(desk.store, ReviewFilter(doubt=Doubt.URGENT)) is None
    wanted = ReviewFilter(doubt=Doubt.LOW_CONFIDENCE, track=Track.WORK_ORDER)
    assert next_for(desk.store, wanted) is not None


def test_an_accusation_can_neither_be_decided_nor_skipped(desk: Desk, receive) -> None:
    receipt = receive("告某局长")
    with pytest.raises(NotFound):
        review.decide(desk.store, desk.directory, receipt.id, Opinion(lead="education"), "desk", NOW)
    with pytest.raises(NotFound):
        review.skip(desk.store, receipt.id, "desk", NOW)
    assert next_for(desk.store) is None


def test_the_machine_never_replaces_a_person(desk: Desk, receive) -> None:
    receipt = receive("疑难")
    review.decide(
        desk.store, desk.directory, receipt.id, Opinion(lead="", dispositions=(Disposition.KEEP,)), "desk", NOW
    )
    present = statistics.story(desk.store, receipt.id).decision
    machine = replace(
        present,
        id="01900000-0000-7000-8000-000000000009",
        supersedes=present.id,
        person=None,
        decision=replace(present.decision, source=DecisionSource.MODEL),
    )
    with pytest.raises(Conflict, match="人工"), desk.store.write() as connection:
        decisions.supersede_by_machine(connection, machine)
    with pytest.raises(IntegrityError), desk.store.write() as connection:
        decisions.add(connection, [machine])
    assert statistics.story(desk.store, receipt.id).decision == present


def test_nothing_waits(store: Store) -> None:
    assert next_for(store) is None


def test_urgent_then_oldest_then_most_doubtful(desk: Desk, receive, monkeypatch) -> None:
    from tests.service.conftest import WordJudge

    new = receive("疑新")
    old = receive("疑旧", received_at=NOW - timedelta(days=3))
    urgent = receive("疑急", urgency=Urgency.URGENT)
    honest = WordJudge.one

    def doubtful(self: WordJudge, text: str):
        judged = honest(self, text)
        ranked = (judged.prediction.ranked[0]._replace(confidence=0.2),)
        return replace(judged, prediction=replace(judged.prediction, ranked=ranked))

    monkeypatch.setattr(WordJudge, "one", doubtful)
    unsure = receive("疑难")
    order = []
    while (task := next_for(desk.store)) is not None:
        order.append(task.submission_id)
        review.decide(desk.store, desk.directory, task.submission_id, Opinion(), "desk", NOW)
    assert order == [urgent.id, old.id, unsure.id, new.id]


def test_what_a_colleague_has_open_is_left_to_them_for_a_while(desk: Desk, receive) -> None:
    first, second = receive("疑一"), receive("疑二")
    assert review.open_for_review(desk.store, first.id, "甲", NOW).person == "甲"
    told = review.open_for_review(desk.store, first.id, "乙", NOW + timedelta(minutes=1))
    assert (told.person, told.since) == ("甲", NOW)
    assert next_for(desk.store, person="乙").submission_id == second.id
    assert next_for(desk.store, person="甲").submission_id == first.id
    later = NOW + review.HOLD
    assert next_for(desk.store, person="乙", now=later).submission_id == first.id
    assert review.open_for_review(desk.store, first.id, "乙", later).person == "乙"
    review.decide(desk.store, desk.directory, first.id, Opinion(), "乙", later)
    assert review.open_for_review(desk.store, first.id, "甲", later).person == "甲"


def test_a_decision_on_what_has_changed_is_refused_and_says_who_did_what(desk: Desk, receive) -> None:
    receipt = receive("疑难")
    seen = statistics.story(desk.store, receipt.id).decision.id
    review.decide(desk.store, desk.directory, receipt.id, Opinion(theme="elderly-care"), "甲", NOW, seen)
    before = statistics.story(desk.store, receipt.id)
    with pytest.raises(Overtaken) as caught:
        review.decide(desk.store, desk.directory, receipt.id, Opinion(), "乙", NOW + timedelta(minutes=2), seen)
    assert (caught.value.person, caught.value.at, caught.value.did) == ("甲", NOW, "更正拟办意见")
    with pytest.raises(Overtaken):
        review.undo(desk.store, desk.directory, receipt.id, "乙", NOW, relied_on=seen)
    assert statistics.story(desk.store, receipt.id) == before


def test_a_reason_is_kept_with_the_label(desk: Desk, receive) -> None:
    receipt = receive("疑难")
    opinion = Opinion(theme="elderly-care", reason=" 说的是养老院，不是学校 ")
    review.decide(desk.store, desk.directory, receipt.id, opinion, "甲", NOW)
    with desk.store.read() as connection:
        (kept,) = labels.every_with_text(connection)
    assert (kept.label.reason, kept.label.source) == ("说的是养老院，不是学校", LabelSource.PERSON)


def test_a_skip_can_be_taken_back(desk: Desk, receive) -> None:
    first, second = receive("疑一"), receive("疑二")
    review.skip(desk.store, first.id, "desk", NOW)
    assert next_for(desk.store).submission_id == second.id
    review.unskip(desk.store, first.id, "desk", NOW)
    review.unskip(desk.store, first.id, "desk", NOW)
    assert next_for(desk.store).submission_id == first.id


def test_what_a_person_did_today_is_counted(desk: Desk, receive) -> None:
    first, second, third = receive("疑一"), receive("疑二"), receive("疑三")
    review.open_for_review(desk.store, first.id, "甲", NOW)
    review.decide(desk.store, desk.directory, first.id, Opinion(), "甲", NOW + timedelta(seconds=8))
    review.open_for_review(desk.store, second.id, "甲", NOW + timedelta(seconds=8))
    review.decide(desk.store, desk.directory, second.id, Opinion(), "甲", NOW + timedelta(seconds=12))
    review.skip(desk.store, third.id, "甲", NOW + timedelta(seconds=13))
    review.decide(desk.store, desk.directory, third.id, Opinion(), "乙", NOW)
    worked = review_queue.worked_today(desk.store, "甲", NOW)
    assert (worked.done, worked.seconds) == (2, 6.0)
    assert [event.submission_id for event in worked.last] == [third.id, second.id, first.id]
    review.undo(desk.store, desk.directory, second.id, "甲", NOW + timedelta(seconds=20))
    again = review_queue.worked_today(desk.store, "甲", NOW)
    assert (again.done, again.seconds) == (1, 8.0)
    assert [event.submission_id for event in again.last] == [third.id, first.id]
    assert review_queue.worked_today(desk.store, "甲", NOW + timedelta(days=1)).done == 0
    assert review_queue.waiting_count(desk.store, EVERYTHING) == 1


def test_what_waits_is_counted_alike_with_and_without_filters(desk: Desk, receive) -> None:
    first, *_ = (receive(f"疑{number}", source="微信") for number in range(3))
    receive("转办")
    receive("告某局长")
    review.decide(desk.store, desk.directory, first.id, Opinion(), "甲", NOW)
    assert review_queue.waiting_count(desk.store, EVERYTHING) == 2
    assert review_queue.waiting_count(desk.store, ReviewFilter(source="微信")) == 2
    review.undo(desk.store, desk.directory, first.id, "甲", NOW)
    assert review_queue.waiting_count(desk.store, EVERYTHING) == 3
    assert review_queue.waiting_count(desk.store, ReviewFilter(doubt=Doubt.LOW_CONFIDENCE)) == 3
