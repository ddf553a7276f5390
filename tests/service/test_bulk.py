from datetime import UTC, datetime, timedelta

import pytest

from nlp.domain import ItemState, Stage
from service import bulk, bulk_plan, dispatch, review, statistics
from service.bulk_plan import Bulk
from service.dispatch import Act, Desk
from service.errors import Conflict, Invalid
from service.review import Opinion
from service.store.operations import BulkKind

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def stages(desk: Desk, ids: list[str]) -> list[Stage]:
    return [statistics.story(desk.store, one).registered.stage for one in ids]


def problems(desk: Desk, operation_id: str) -> tuple[list[str], list[str | None]]:
    _, parts = bulk.told(desk, operation_id)
    return [part.problem for part in parts], [part.undo_problem for part in parts]


def test_what_would_change_is_told_and_nothing_is_written(desk: Desk, receive) -> None:
    ids = [receive(title).id for title in ("疑一", "疑二", "转三", "告四")]
    planned = bulk_plan.plan(desk, Bulk(kind=BulkKind.CONFIRM), ids)
    assert [bool(one.change) for one in planned] == [True, True, False, False]
    assert "不在待拟办中" in planned[2].problem
    assert (planned[3].receipt, planned[3].title) == ("", "")
    assert stages(desk, ids[:3]) == [Stage.REVIEW, Stage.REVIEW, Stage.AWAITING_SIGNATURE]


def test_confirming_many_and_taking_it_back_where_nobody_went_on(desk: Desk, receive) -> None:
    ids = [receive(title).id for title in ("疑一", "疑二", "转三")]
    made = bulk.perform(desk, Bulk(kind=BulkKind.CONFIRM), ids, "a", NOW)
    assert [bool(one) for one in problems(desk, made.id)[0]] == [False, False, True]
    assert stages(desk, ids) == [Stage.AWAITING_SIGNATURE] * 3
    review.decide(desk.store, desk.directory, ids[1], Opinion(lead="health"), "b", LATER)
    with pytest.raises(Conflict):
        bulk.undo(desk, made.id, "b", LATER)
    bulk.undo(desk, made.id, "a", LATER)
    undone = problems(desk, made.id)[1]
    assert undone[0] == ""
    assert "又有更改" in str(undone[1])
    assert undone[2] is None
    assert stages(desk, ids) == [Stage.REVIEW, Stage.AWAITING_SIGNATURE, Stage.AWAITING_SIGNATURE]
    with pytest.raises(Conflict):
        bulk.undo(desk, made.id, "a", LATER)


def test_signing_many_and_taking_it_back(desk: Desk, receive) -> None:
    ids = [receive(title).id for title in ("转一", "转二", "疑三")]
    made = bulk.perform(desk, Bulk(kind=BulkKind.SIGN), ids, "a", NOW)
    assert stages(desk, ids) == [Stage.QUEUED, Stage.QUEUED, Stage.REVIEW]
    for item in statistics.story(desk.store, ids[1]).items:
        dispatch.accept(desk, item.id, Act(actor="unit", now=LATER))
    bulk.undo(desk, made.id, "a", LATER)
    assert stages(desk, ids) == [Stage.AWAITING_SIGNATURE, Stage.IN_PROGRESS, Stage.REVIEW]
    assert problems(desk, made.id)[1] == ["", "此后已有办理，不能撤销", None]


def test_reassigning_many_and_taking_it_back(desk: Desk, receive) -> None:
    (one,) = [receive("转一").id]
    bulk.perform(desk, Bulk(kind=BulkKind.SIGN), [one], "a", NOW)
    made = bulk.perform(desk, Bulk(kind=BulkKind.REASSIGN, value="civil-affairs"), [one], "a", LATER)
    assert problems(desk, made.id)[0] == [""]
    assert statistics.story(desk.store, one).registered.lead == "civil-affairs"
    bulk.undo(desk, made.id, "a", LATER + timedelta(minutes=1))
    story = statistics.story(desk.store, one)
    assert story.registered.lead == "education"
    assert [item.department for item in story.items if item.state is ItemState.QUEUED] == ["education", "health"]


@pytest.mark.parametrize(("kind", "value"), [(BulkKind.MARK, "key"), (BulkKind.SUPERVISE, "按领导批示")])
def test_flags_are_put_on_and_taken_off(desk: Desk, receive, kind: BulkKind, value: str) -> None:
    one = receive("转一").id
    bulk.perform(desk, Bulk(kind=BulkKind.SIGN), [one], "a", NOW)
    made = bulk.perform(desk, Bulk(kind=kind, value=value), [one], "a", LATER)
    assert problems(desk, made.id)[0] == [""]
    assert bulk_plan.plan(desk, Bulk(kind=kind, value=value), [one])[0].problem
    bulk.undo(desk, made.id, "a", LATER + timedelta(minutes=1))
    assert problems(desk, made.id)[1] == [""]
    assert bulk_plan.plan(desk, Bulk(kind=kind, value=value), [one])[0].change


def test_nothing_and_too_much_are_refused(desk: Desk) -> None:
    for ids in ([], [f"01900000-0000-7000-8000-{number:012d}" for number in range(bulk_plan.MOST + 1)]):
        with pytest.raises(Invalid):
            bulk.perform(desk, Bulk(kind=BulkKind.SIGN), ids, "a", NOW)
