from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from nlp.domain import DecisionSource, Disposition, Doubt, ItemState, Stage, Track
from service import dispatch, review, statistics
from service.dispatch import Act, Desk
from service.errors import Conflict, Invalid, NotFound
from service.review import Opinion
from service.store import decisions, labels
from service.store.engine import Store
from service.store.reviews import ReviewFilter

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


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
    assert review.next_for_review(desk.store, ReviewFilter()) is not None
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
    task = review.next_for_review(desk.store, ReviewFilter())
    assert task is not None
    assert task.submission_id == first.id
    review.skip(desk.store, first.id, "desk", NOW)
    following = review.next_for_review(desk.store, ReviewFilter())
    assert following is not None
    assert following.submission_id == second.id
    assert review.next_for_review(desk.store, ReviewFilter(source="来信")) is None
    assert review.next_for_review(desk.store, ReviewFilter(doubt=Doubt.URGENT)) is None
    wanted = ReviewFilter(doubt=Doubt.LOW_CONFIDENCE, track=Track.WORK_ORDER)
    assert review.next_for_review(desk.store, wanted) is not None


def test_an_accusation_can_neither_be_decided_nor_skipped(desk: Desk, receive) -> None:
    receipt = receive("告某局长")
    with pytest.raises(NotFound):
        review.decide(desk.store, desk.directory, receipt.id, Opinion(lead="education"), "desk", NOW)
    with pytest.raises(NotFound):
        review.skip(desk.store, receipt.id, "desk", NOW)
    assert review.next_for_review(desk.store, ReviewFilter()) is None


def test_the_machine_never_replaces_a_person(desk: Desk, receive) -> None:
    from dataclasses import replace

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
    assert review.next_for_review(store, ReviewFilter()) is None
