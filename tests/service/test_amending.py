"""更正登记内容, on both databases: the earlier words stay, the machine follows, a person's decision does not move."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from nlp.domain import Doubt, EventKind, ItemState, Stage, Submitter, Urgency
from nlp.taxonomy import Taxonomy
from service import amending, dispatch, restricted, restricting, review, statistics
from service.access import Caller, Post, Right, rights_of
from service.amending import Amended, Amendment, Became
from service.dispatch import Act, Desk
from service.errors import Conflict, Invalid, NotFound, SecretText
from service.store.conditions import SubmissionFilter
from service.store.engine import Store
from service.store.tables import submissions
from service.store.tallies import recounted, sums
from tests.service.conftest import POLICY, WordJudge

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
READS = rights_of([Post.SIGNER]) | {Right.RESTRICTED}
ONE, TWO = (Caller(id=name, name=name, rights=READS) for name in ("李主任", "马秘书"))


@pytest.fixture
def amend(store: Store, taxonomy: Taxonomy):
    def do(submission_id: str, seen: str | None = None, reason: str = "录错了", **wanted: object) -> Amended:
        judge, changed = WordJudge(taxonomy), Amendment(**wanted)  # type: ignore[arg-type]
        return amending.amend(store, judge, POLICY, taxonomy, submission_id, changed, reason, "clerk", LATER, seen)

    return do


def found(store: Store, text: str) -> int:
    return statistics.submissions_count(store, SubmissionFilter(text=text))


def test_what_is_put_right_is_found_counted_and_judged_anew_and_the_earlier_words_stay(
    store: Store, receive, amend
) -> None:
    receipt = receive("疑路灯", place="上桥镇", submitter=Submitter(name="王芳", phone="13812345678"))
    done = amend(
        receipt.id,
        title="转水渠",
        place="金积镇",
        submitter=Submitter(name="王方", phone="13812345678", cosigners=("李四",)),
        received_at=NOW - timedelta(days=30),
        urgency=Urgency.URGENT,
        name_public=True,
    )
    assert (done.receipt, done.became, done.accuses) == (receipt.receipt, Became.JUDGED, False)
    story = statistics.story(store, receipt.id)
    told = story.registered.submission
    assert (told.title, told.place, told.submitter.name, told.receipt) == ("转水渠", "金积镇", "王方", receipt.receipt)
    assert story.registered.stage is Stage.AWAITING_SIGNATURE
    assert [(item.department, item.state) for item in story.items] == [
        ("education", ItemState.AWAITING_SIGNATURE),
        ("health", ItemState.AWAITING_SIGNATURE),
    ]
    assert (len(story.predictions), len(story.decisions)) == (2, 2)
    event = next(one for one in story.events if one.kind == EventKind.AMENDED)
    assert (event.actor, event.at) == ("clerk", LATER)
    assert json.loads(event.payload) == {
        "reason": "录错了",
        "registered": {
            "title": "疑路灯",
            "place": "上桥镇",
            "name": "王芳",
            "cosigners": "",
            "received_at": NOW.isoformat(),
            "urgency": "normal",
            "name_public": False,
        },
    }
    assert [found(store, text) for text in ("路灯", "水渠", "王芳", "李四")] == [0, 1, 0, 1]
    with store.read() as connection:
        rows = connection.execute(select(submissions)).all()
        counted = {
            (key[2], *key[4:]): number for key, number in recounted(rows).items() if key[:2] == ("month", "place")
        }
        assert counted == {("2026-10", "金积镇", "double-reduction"): 1}
        assert sums(connection, "place", None, None) == [("double-reduction", "金积镇", 1)]


def test_what_was_sure_may_wait_for_a_person_after_it(store: Store, receive, amend) -> None:
    receipt = receive("转水渠")
    assert amend(receipt.id, title="疑水渠").became is Became.JUDGED
    story = statistics.story(store, receipt.id)
    assert story.registered.stage is Stage.REVIEW
    assert {item.state for item in story.items} == {ItemState.WITHDRAWN}


def test_a_persons_decision_stands(desk: Desk, store: Store, taxonomy, receive, amend, act: Act) -> None:
    decided, signed = receive("疑路灯").id, receive("转水渠").id
    made = review.decide(store, taxonomy, decided, review.Opinion(lead="health"), "clerk", NOW)
    for item in statistics.story(store, signed).items:
        dispatch.sign(desk, item.id, act)
    before = statistics.story(store, signed)
    assert amend(decided, title="转路灯").became is Became.LEFT
    assert amend(signed, title="疑水渠").became is Became.LEFT
    assert statistics.story(store, decided).decision == made
    after = statistics.story(store, signed)
    assert (after.decision, after.items, after.registered.stage) == (
        before.decision,
        before.items,
        before.registered.stage,
    )


def test_what_turns_out_an_accusation_is_out_of_sight_unless_a_person_has_said_otherwise(
    store: Store, taxonomy, word_judge, receive, amend
) -> None:
    open_one, decided, released = receive("疑一").id, receive("疑二").id, receive("疑三").id
    review.decide(store, taxonomy, decided, review.Opinion(), "clerk", NOW)
    restricting.restrict(store, released, "看错了", "clerk", NOW)
    restricted.propose_release(store, released, "不是检举", ONE, NOW)
    restricted.agree_to_release(store, word_judge, released, TWO, NOW)
    assert amend(open_one, title="告某局长").became is Became.RESTRICTED
    with pytest.raises(NotFound):
        statistics.story(store, open_one)
    (waiting,) = restricted.waiting(store, ONE).rows
    assert waiting.submission.title == "告某局长"
    assert [found(store, text) for text in ("疑一", "局长")] == [0, 0]
    told = amend(decided, title="告某局长")
    assert (told.became, told.accuses) == (Became.LEFT, True)
    assert amend(released, title="告某局长").became is Became.JUDGED
    story = statistics.story(store, released)
    assert (story.registered.stage, Doubt.ACCUSATION in story.decision.decision.doubts) == (Stage.REVIEW, False)


def test_what_cannot_be_leaves_everything_as_it_was(store: Store, receive, amend) -> None:
    receipt = receive("疑路灯")
    before = statistics.story(store, receipt.id)
    seen = amending.version_of(before.registered.submission)
    for wanted, fault in (
        ({"title": "疑路灯"}, Invalid),
        ({"title": " ", "text": ""}, Invalid),
        ({"title": "好", "reason": " "}, Invalid),
        ({"text": "x" * (POLICY.max_length + 1)}, Invalid),
        ({"title": "密件"}, SecretText),
    ):
        with pytest.raises(fault):
            amend(receipt.id, **wanted)
    assert statistics.story(store, receipt.id) == before
    amend(receipt.id, title="疑路灯不亮", seen=seen)
    with pytest.raises(Conflict, match="没有覆盖"):
        amend(receipt.id, title="疑水渠", seen=seen)
    assert statistics.registered(store, receipt.id).submission.title == "疑路灯不亮"
