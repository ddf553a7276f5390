from datetime import UTC, datetime

import pytest

from nlp.domain import Disposition, ItemState, Stage, Writing
from service import dispatch, review, splitting, statistics
from service.dispatch import Act, Desk
from service.errors import Conflict, Invalid, NotFound, Overtaken, SecretText
from service.review import Opinion
from service.split_family import Family, family
from service.splitting import Splitter, child_receipt
from service.store import splits
from service.store.listing import SubmissionFilter
from tests.service.conftest import POLICY, WordJudge

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TWO = (Writing(title="转一", text="课后服务"), Writing(title="疑二", text="路灯"))


@pytest.fixture
def splitter(desk: Desk) -> Splitter:
    judge = WordJudge(desk.directory)
    return Splitter(store=desk.store, judge=judge, policy=POLICY, directory=desk.directory)


def test_each_matter_becomes_a_submission_with_its_own_number_and_decision(splitter: Splitter, receive) -> None:
    parent = receive("疑难", source="微信", place="上桥镇")
    sure, doubtful = splitting.split(splitter, parent.id, TWO, "甲", NOW)
    assert [sure.receipt, doubtful.receipt] == ["社情〔2026〕1-1号", "社情〔2026〕1-2号"]
    assert (sure.source, sure.place, sure.received_at) == ("微信", "上桥镇", NOW)
    assert statistics.story(splitter.store, sure.id).registered.stage is Stage.AWAITING_SIGNATURE
    assert statistics.story(splitter.store, doubtful.id).registered.stage is Stage.REVIEW
    story = statistics.story(splitter.store, parent.id)
    assert story.registered.stage is Stage.SPLIT
    assert story.registered.submission.title == "疑难"
    assert [event.kind for event in story.events] == ["received", "split"]
    assert [event.kind for event in statistics.story(splitter.store, sure.id).events] == ["received", "split"]
    with pytest.raises(Conflict, match="已拆分"):
        review.decide(splitter.store, splitter.directory, parent.id, Opinion(), "甲", NOW)


def test_a_split_is_counted_by_its_matters(splitter: Splitter, receive) -> None:
    parent = receive("疑难")
    splitting.split(splitter, parent.id, TWO, "甲", NOW)
    assert sum(one.count for one in statistics.theme_counts(splitter.store, SubmissionFilter(), "month")) == 2
    splitting.undo_split(splitter.store, splitter.directory, parent.id, "甲", NOW)
    assert sum(one.count for one in statistics.theme_counts(splitter.store, SubmissionFilter(), "month")) == 1
    assert statistics.submissions_count(splitter.store, SubmissionFilter()) == 1
    page = statistics.submissions_page(splitter.store, SubmissionFilter(), None, 10)
    assert [one.submission.id for one in page.rows] == [parent.id]


def test_undoing_puts_everything_back_and_never_gives_a_number_again(splitter: Splitter, receive) -> None:
    parent = receive("转办")
    before = statistics.story(splitter.store, parent.id)
    children = splitting.split(splitter, parent.id, TWO, "甲", NOW)
    assert not any(item.state.open for item in statistics.story(splitter.store, parent.id).items)
    splitting.undo_split(splitter.store, splitter.directory, parent.id, "甲", NOW)
    after = statistics.story(splitter.store, parent.id)
    assert (after.registered, after.decision) == (before.registered, before.decision)
    assert sorted(item.department for item in after.items if item.state.open) == ["education", "health"]
    for child in children:
        story = statistics.story(splitter.store, child.id)
        assert story.registered.stage is Stage.VOID
        assert not any(item.state.open for item in story.items)
        with pytest.raises(Conflict, match="作废"):
            review.decide(splitter.store, splitter.directory, child.id, Opinion(), "甲", NOW)
    again = splitting.split(splitter, parent.id, TWO, "甲", NOW)
    assert [one.receipt for one in again] == ["社情〔2026〕1-3号", "社情〔2026〕1-4号"]


def test_what_has_left_the_desk_stays_split(splitter: Splitter, desk: Desk, receive) -> None:
    parent = receive("疑难")
    sure, _ = splitting.split(splitter, parent.id, TWO, "甲", NOW)
    dispatch.sign(desk, statistics.story(desk.store, sure.id).items[0].id, Act(actor="desk", now=NOW))
    with pytest.raises(Conflict, match="已签发"):
        splitting.undo_split(splitter.store, splitter.directory, parent.id, "甲", NOW)
    story = statistics.story(desk.store, sure.id)
    assert ItemState.QUEUED in [item.state for item in story.items]
    assert story.registered.stage is Stage.QUEUED
    with splitter.store.read() as connection:
        assert len(splits.standing(connection, parent.id)) == 2


@pytest.mark.parametrize(
    ("matters", "error"),
    [
        (TWO[:1], Invalid),
        (TWO * 5, Invalid),
        ((TWO[0], Writing(title=" ", text="\u200b")), Invalid),
        ((TWO[0], Writing(title="密")), SecretText),
    ],
)
def test_what_cannot_be_is_refused_whole(splitter: Splitter, receive, matters, error) -> None:
    parent = receive("疑难")
    with pytest.raises(error):
        splitting.split(splitter, parent.id, matters, "甲", NOW)
    assert statistics.submissions_count(splitter.store, SubmissionFilter()) == 1
    assert statistics.story(splitter.store, parent.id).registered.stage is Stage.REVIEW


def test_an_accusing_matter_is_restricted_and_cannot_be_taken_back(splitter: Splitter, receive) -> None:
    parent = receive("疑难")
    _, accusing = splitting.split(splitter, parent.id, (TWO[0], Writing(title="告某局长")), "甲", NOW)
    with pytest.raises(NotFound):
        statistics.story(splitter.store, accusing.id)
    with pytest.raises(Conflict, match="限阅件"):
        splitting.undo_split(splitter.store, splitter.directory, parent.id, "甲", NOW)
    with pytest.raises(NotFound):
        splitting.split(splitter, accusing.id, TWO, "甲", NOW)


def test_who_was_faster_wins(splitter: Splitter, receive) -> None:
    parent = receive("疑难")
    seen = statistics.story(splitter.store, parent.id).decision.id
    keep = Opinion(lead="", dispositions=(Disposition.KEEP,))
    review.decide(splitter.store, splitter.directory, parent.id, keep, "乙", NOW)
    with pytest.raises(Overtaken, match="乙"):
        splitting.split(splitter, parent.id, TWO, "甲", NOW, relied_on=seen)
    with pytest.raises(Conflict, match="没有拆分"):
        splitting.undo_split(splitter.store, splitter.directory, parent.id, "甲", NOW)


@pytest.mark.parametrize(
    ("pattern", "parent", "child"),
    [
        ("社情〔{year}〕{number}号", "社情〔2026〕12号", "社情〔2026〕12-2号"),
        ("社情〔{year}〕{number}号", "社情〔2026〕12-1号", "社情〔2026〕12-1-2号"),
        ("工单{year}-{number:06d}", "工单2026-000012", "工单2026-000012-2"),
        ("{number}号（{year}）", "12号（2026）", "12-2号（2026）"),
        ("社情〔{year}〕{number}号", "旧式12/7", "旧式12/7-2"),
    ],
)
def test_numbers_of_children(pattern: str, parent: str, child: str) -> None:
    assert child_receipt(pattern, parent, 2) == child


def test_the_family_of_a_submission_leaves_out_what_is_restricted(splitter: Splitter, receive) -> None:
    parent = receive("疑难")
    assert family(splitter.store, parent.id) == Family(parent=None, children=())
    matters = (*TWO, Writing(title="告某局长"))
    sure, doubtful, _ = splitting.split(splitter, parent.id, matters, "甲", NOW)
    found = family(splitter.store, parent.id)
    assert [one.submission.id for one in found.children] == [sure.id, doubtful.id]
    above = family(splitter.store, sure.id).parent
    assert above is not None
    assert above.submission.id == parent.id
