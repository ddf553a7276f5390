from datetime import UTC, datetime, timedelta

from nlp.domain import EventKind
from service import dispatch, waiting
from service.access import Caller, Post, rights_of
from service.dispatch import Act, Desk
from service.statistics import story

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def caller(*posts: Post, department: str | None = None) -> Caller:
    found = frozenset(posts)
    return Caller(id="x", name="x", rights=rights_of(found), posts=found, department=department)


def told(found: waiting.Waiting) -> dict[str, int]:
    return {heap.label: heap.count for heap in found.items}


def test_everybody_is_told_what_is_theirs_to_do(desk: Desk, receive) -> None:
    receive("疑一")
    receive("告二")
    signed = story(desk.store, receive("转三").id).items
    receive("转四")
    for item in signed:
        dispatch.sign(desk, item.id, Act(actor="desk", now=NOW))
    dispatch.request_return(desk, signed[0].id, "不是", Act(actor="unit", now=NOW))
    registrar = waiting.waiting_for(desk.store, caller(Post.REGISTRAR))
    assert (registrar.review, told(registrar)) == (1, {"申请退回待定": 1, "申请延期待定": 0, "办理结果待审核": 0})
    signer = waiting.waiting_for(desk.store, caller(Post.SIGNER))
    assert signer.review is None
    assert told(signer)["待签发"] == 2
    unit = waiting.waiting_for(desk.store, caller(Post.LIAISON, department="health"))
    assert (told(unit), unit.acts) == ({"待签收": 1, "办理中": 0}, 1)
    assert told(waiting.waiting_for(desk.store, caller(Post.LEADER))) == {}


def test_what_is_late_is_told_to_each_of_their_own(desk: Desk, receive) -> None:
    for item in story(desk.store, receive("转一").id).items:
        dispatch.sign(desk, item.id, Act(actor="desk", now=NOW - timedelta(days=200)))
    due = {heap.label: heap.count for heap in waiting.due_for(desk.store, caller(Post.LEADER), NOW)}
    assert due == {"已超期": 2, "将到期": 0, "督办件": 0}
    own = waiting.due_for(desk.store, caller(Post.LIAISON, department="education"), NOW)
    assert [heap.count for heap in own] == [1, 0, 0]


def test_what_was_answered_late_is_no_longer_owed_to_anybody(desk: Desk, receive) -> None:
    unit = caller(Post.LIAISON, department="education")
    lead, _ = story(desk.store, receive("转一").id).items
    dispatch.sign(desk, lead.id, Act(actor="desk", now=NOW - timedelta(days=200)))
    dispatch.answer(desk, lead.id, "已办", None, Act(actor="unit", now=NOW))
    for who in (caller(Post.LEADER), unit):
        assert [heap.count for heap in waiting.due_for(desk.store, who, NOW)] == [0, 0, 0]


def test_what_changed_since_yesterday_in_beijing(desk: Desk, receive) -> None:
    receive("疑一", now=datetime(2026, 11, 22, 15, 59, tzinfo=UTC))
    receive("疑二", now=datetime(2026, 11, 22, 16, 1, tzinfo=UTC))
    receive("告三")
    changed = {one.kind: one.count.number for one in waiting.changes(desk.store, NOW)}
    assert changed[EventKind.RECEIVED] == 1
    assert changed[EventKind.CLOSED] == 0
