from datetime import UTC, datetime, timedelta

import pytest

from nlp.domain import Disposition, ResultGrade, Writing
from service import amending, dispatch, review, similar_cases, splitting, statistics
from service.amending import Amendment
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


def test_what_is_put_right_is_found_by_its_new_words_alone(desk: Desk, receive, cases: SimilarCases) -> None:
    judge = WordJudge(desk.directory)
    wrong = receive("疑水渠", text="村口水渠漫水，冬天结冰")
    receive("疑路灯", text="路灯不亮，晚上看不见")
    assert [case.registered.submission.id for case in cases.nearest(ASKED, count=1) or ()] == [wrong.id]
    for number, text in enumerate(("公交车太少，等一个小时", "图书馆周末不开门")):
        wanted = Amendment(title="疑更正", text=text)
        amending.amend(
            desk.store, judge, POLICY, desk.directory, wrong.id, wanted, "录错了", "甲", NOW + timedelta(hours=number)
        )
        found = cases.nearest(Writing(title="疑更正", text=text)) or []
        assert found[0].registered.submission.id == wrong.id
        assert found[0].likeness > 0.9
        assert [one.registered.submission.id for one in found].count(wrong.id) == 1
    assert all(one.likeness < 0.5 for one in cases.nearest(ASKED) or ())
    late = receive("疑停车", text="小区停车难")
    found = cases.nearest(Writing(title="疑停车", text="小区停车难"))
    assert found is not None
    assert found[0].registered.submission.id == late.id


def test_what_is_hardly_alike_is_given_for_its_theme_alone(desk: Desk, receive, cases: SimilarCases) -> None:
    ids = [receive(f"疑水渠{number}", text=f"村口水渠漫水，第{number}次") for number in range(7)]
    for one in ids[4:]:
        opinion = Opinion(theme="education-resources", dispositions=(Disposition.KEEP,))
        review.decide(desk.store, desk.directory, one.id, opinion, "甲", NOW)
    assert len(cases.nearest(ASKED) or ()) == 5
    assert cases.nearest(ASKED, at_least=1.1) == []
    found = cases.nearest(ASKED, at_least=1.1, theme="double-reduction") or []
    assert {one.registered.submission.id for one in found} == {one.id for one in ids[:4]}
