from datetime import UTC, datetime

import pytest

from nlp.domain import Doubt, Stage, Writing
from service import audit, dispatch, restricted, restricting, review, review_queue, splitting, statistics
from service.access import Caller, Post, Right, rights_of
from service.dispatch import Act, Desk
from service.errors import Conflict, Invalid, NotFound
from service.splitting import Splitter
from service.store.engine import Store
from service.store.listing import ItemFilter, SubmissionFilter
from service.store.reviews import ReviewFilter

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
READS = rights_of([Post.SIGNER]) | {Right.RESTRICTED}
ONE, TWO = (Caller(id=name, name=name, rights=READS) for name in ("李主任", "马秘书"))


def test_what_waits_for_review_is_gone_from_everywhere_but_for_the_two_who_read_it(store: Store, receive) -> None:
    receipt, other = receive("疑似举报某局长"), receive("疑似路灯")
    review.skip(store, receipt.id, "clerk", NOW)
    told = restricting.restrict(store, receipt.id, "反映某局长收钱", "clerk", NOW)
    assert told == receipt.receipt
    assert statistics.submissions_count(store, SubmissionFilter()) == 1
    assert review_queue.waiting_count(store, ReviewFilter()) == 1
    assert [one.submission_id for one in review_queue.worked_today(store, "clerk", NOW).last] == []
    with pytest.raises(NotFound):
        statistics.story(store, receipt.id)
    assert statistics.story(store, other.id).registered.stage is Stage.REVIEW
    (waiting,) = restricted.waiting(store, ONE).rows
    assert (waiting.stage, waiting.theme, waiting.lead) == (Stage.RESTRICTED, None, None)
    last = restricted.look(store, receipt.id, ONE, NOW).events[-1]
    assert (last.kind, last.actor) == ("restricted", "clerk")
    assert "反映某局长收钱" in last.payload
    assert [entry.kind for entry in audit.page(store, None, 10)] == ["restricted_seen", "restricted_decided"]


def test_what_units_have_already_is_taken_from_them(desk: Desk, store: Store, receive, act: Act) -> None:
    receipt = receive("转办")
    for item in statistics.story(store, receipt.id).items:
        dispatch.sign(desk, item.id, act)
    assert statistics.items_count(store, ItemFilter(department="education")) == 1
    restricting.restrict(store, receipt.id, "反映教育局某科长", "clerk", NOW)
    for unit in ("education", "health"):
        assert statistics.items_count(store, ItemFilter(department=unit)) == 0
        assert dispatch.claim(desk, unit, 10, 60, Act(actor="api", now=NOW)) == []
        with pytest.raises(NotFound):
            statistics.story(store, receipt.id, unit)


def test_it_comes_back_by_both_who_read_it(store: Store, receive, word_judge) -> None:
    receipt = receive("转办")
    restricting.restrict(store, receipt.id, "看错了", "clerk", NOW)
    restricted.propose_release(store, receipt.id, "不是检举", ONE, NOW)
    restricted.agree_to_release(store, word_judge, receipt.id, TWO, NOW)
    story = statistics.story(store, receipt.id)
    assert story.registered.stage is Stage.REVIEW
    assert Doubt.ACCUSATION not in story.decision.decision.doubts
    assert statistics.submissions_count(store, SubmissionFilter()) == 1


def test_a_reason_is_asked_for_and_it_happens_once(store: Store, receive) -> None:
    receipt = receive("疑似")
    with pytest.raises(Invalid, match="反映了谁"):
        restricting.restrict(store, receipt.id, " ", "clerk", NOW)
    restricting.restrict(store, receipt.id, "反映某人", "clerk", NOW)
    with pytest.raises(NotFound):
        restricting.restrict(store, receipt.id, "反映某人", "clerk", NOW)


def test_what_was_split_is_restricted_part_by_part(desk: Desk, store: Store, receive, word_judge) -> None:
    parent = receive("疑似两件事")
    splitter = Splitter(store=store, judge=word_judge, policy=desk.policy, directory=desk.directory)
    matters = (Writing(title="疑似路灯"), Writing(title="疑似科长收钱"))
    _, part = splitting.split(splitter, parent.id, matters, "clerk", NOW)
    with pytest.raises(Conflict, match="已拆分"):
        restricting.restrict(store, parent.id, "反映某科长", "clerk", NOW)
    restricting.restrict(store, part.id, "反映某科长", "clerk", NOW)
    assert [one.submission.id for one in restricted.waiting(store, ONE).rows] == [part.id]
