from datetime import UTC, datetime, timedelta

import pytest

from nlp.domain import ResultGrade, Writing
from service import dispatch, review, similar_cases, splitting, statistics
from service.dispatch import Act, Desk
from service.review import Opinion
from service.similar_cases import SimilarCases
from service.splitting import Splitter
from tests.service.conftest import POLICY, WordJudge

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ASKED = Writing(title="疑水渠", text="村口水渠漫水，冬天结冰")


@pytest.fixture
def cases(desk: Desk) -> SimilarCases:
    return SimilarCases(desk.store)


def test_what_was_decided_and_answered_is_told(desk: Desk, receive, cases: SimilarCases) -> None:
    receive("疑路灯", text="路灯不亮")
    past = receive("疑水渠", text="村口的水渠漫水，一到冬天就结冰")
    review.decide(desk.store, desk.directory, past.id, Opinion(), "甲", NOW)
    item = statistics.story(desk.store, past.id).items[0]
    act = Act(actor="desk", now=NOW)
    dispatch.sign(desk, item.id, act)
    dispatch.accept(desk, item.id, act)
    dispatch.answer(desk, item.id, "已清淤", ResultGrade.SOLVED, act)
    found = cases.nearest(ASKED)
    assert found is not None
    assert found[0].registered.submission.id == past.id
    assert (found[0].answer, found[0].returns, found[0].decision.person) == ("已清淤", 0, "甲")
    assert 0 < found[0].likeness <= 1


def test_the_index_is_kept_fresh_and_leaves_out_the_case_itself(receive, cases: SimilarCases) -> None:
    assert cases.nearest(ASKED) == []
    for number in range(30):
        new = receive(f"疑水渠{number}", text="村口水渠漫水，冬天结冰", now=NOW + timedelta(seconds=number))
        found = cases.nearest(ASKED, without=new.id)
        assert found is not None
        assert len(found) == min(number, 5)
        assert new.id not in [case.registered.submission.id for case in found]
        other = cases.nearest(Writing(title=f"疑水渠{number}", text="村口水渠漫水，冬天结冰"))
        assert new.id in [case.registered.submission.id for case in other or ()]


def test_nothing_restricted_split_or_void_is_named(desk: Desk, receive, cases: SimilarCases) -> None:
    receive("告某局长", text="村口水渠漫水，冬天结冰")
    parent = receive("疑水渠", text="村口水渠漫水，冬天结冰")
    splitter = Splitter(store=desk.store, judge=WordJudge(desk.directory), policy=POLICY, directory=desk.directory)
    matters = [Writing(title="疑一", text="村口水渠漫水"), Writing(title="疑二", text="冬天结冰")]
    children = splitting.split(splitter, parent.id, matters, "甲", NOW)
    found = cases.nearest(ASKED)
    assert {case.registered.submission.id for case in found or ()} == {child.id for child in children}
    splitting.undo_split(desk.store, desk.directory, parent.id, "甲", NOW)
    found = cases.nearest(ASKED)
    assert [case.registered.submission.id for case in found or ()] == [parent.id]


def test_where_there_is_much_to_read_nobody_waits(receive, cases: SimilarCases, monkeypatch) -> None:
    monkeypatch.setattr(similar_cases, "FEW", 2)
    started = []
    monkeypatch.setattr(similar_cases.Thread, "start", lambda thread: started.append(thread))
    for number in range(4):
        receive(f"疑水渠{number}")
    assert cases.nearest(ASKED) is None
    assert cases.nearest(ASKED) is None
    (thread,) = started
    thread.run()
    assert len(cases.nearest(ASKED) or ()) == 4
