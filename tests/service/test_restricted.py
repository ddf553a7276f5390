from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nlp.domain import Stage
from service import attachments, audit, machine, people, restricted, review_queue, statistics
from service.access import Caller, Post, Right, rights_of
from service.attachments import Upload
from service.audit import Kind
from service.errors import Conflict, Invalid, NotFound
from service.people import Draft
from service.restricted import WayOut
from service.store.engine import Store
from service.store.listing import SubmissionFilter
from service.store.reviews import ReviewFilter

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
READS = rights_of([Post.SIGNER]) | {Right.RESTRICTED}
ONE, TWO = (Caller(id=name, name=name, rights=READS) for name in ("李主任", "马秘书"))
OTHER = Caller(id="other", name="其他人", rights=rights_of([Post.REGISTRAR, Post.SIGNER, Post.LEADER]))


def test_only_those_who_are_named_see_it(store: Store, receive) -> None:
    receipt = receive("告某局长收钱")
    assert [one.submission.id for one in restricted.waiting(store, ONE).rows] == [receipt.id]
    for refused in (restricted.waiting, restricted.dealt_with):
        with pytest.raises(NotFound):
            refused(store, OTHER)
    with pytest.raises(NotFound):
        restricted.look(store, receipt.id, OTHER, NOW)
    assert statistics.submissions_count(store, SubmissionFilter()) == 0


def test_who_stands_in_the_text_is_recused(store: Store, receive) -> None:
    receipt = receive("告李 主任收钱")
    assert (restricted.waiting(store, ONE).rows, restricted.waiting_count(store, ONE)) == ([], 0)
    assert (len(restricted.waiting(store, TWO).rows), restricted.waiting_count(store, TWO)) == (1, 1)
    for refused in (
        lambda: restricted.look(store, receipt.id, ONE, NOW),
        lambda: restricted.pass_on(store, receipt.id, WayOut.PETITION, "机要", ONE, NOW),
        lambda: restricted.propose_release(store, receipt.id, "误判", ONE, NOW),
    ):
        with pytest.raises(NotFound):
            refused()


def test_the_list_goes_on_page_by_page_past_what_the_reader_is_named_in(
    store: Store, receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restricted, "PAGE", 2)
    for title in ("告甲", "告李主任", "告乙", "告丙"):
        receive(title)
    first = restricted.waiting(store, ONE)
    assert [one.submission.title for one in first.rows] == ["告丙", "告乙"]
    rest = restricted.waiting(store, ONE, first.before)
    assert ([one.submission.title for one in rest.rows], rest.before) == (["告甲"], None)


def test_every_look_is_in_the_log(store: Store, receive) -> None:
    receipt = receive("告某局长")
    restricted.look(store, receipt.id, ONE, NOW)
    restricted.look(store, receipt.id, TWO, NOW)
    entries = audit.page(store, None, 10)
    assert [(entry.kind, entry.actor, entry.subject) for entry in entries] == [
        ("restricted_seen", TWO.id, receipt.id),
        ("restricted_seen", ONE.id, receipt.id),
    ]
    assert audit.receipts(store, entries) == {receipt.id: receipt.receipt}
    audit.note(store, Kind.EXPORTED, ONE.id, NOW, receipt.id)
    assert audit.receipts(store, audit.page(store, None, 1)) == {}, "what is no 限阅件 is not asked for"


def test_a_look_at_the_titles_is_in_the_log_too(store: Store, receive) -> None:
    restricted.look_at_list(store, TWO, NOW)
    assert audit.page(store, None, 10) == [], "an empty list shows nothing"
    receive("告李主任收钱")
    receive("告某局长")
    waiting, dealt_with = restricted.look_at_list(store, ONE, NOW)
    assert ([one.submission.title for one in waiting.rows], dealt_with.rows) == (["告某局长"], [])
    restricted.look_at_list(store, TWO, NOW)
    told = [(entry.actor, entry.details) for entry in audit.page(store, None, 10)]
    assert told == [(TWO.id, '{"count": 2, "what": "目录"}'), (ONE.id, '{"count": 1, "what": "目录"}')]
    with pytest.raises(NotFound):
        restricted.look_at_list(store, OTHER, NOW)
    assert len(audit.page(store, None, 10)) == 2


@pytest.mark.parametrize("way", list(WayOut))
def test_passing_it_on_leaves_it_restricted(store: Store, receive, way: WayOut) -> None:
    receipt = receive("告某局长")
    with pytest.raises(Invalid):
        restricted.pass_on(store, receipt.id, way, " ", ONE, NOW)
    restricted.pass_on(store, receipt.id, way, "机要送达，李某签收", ONE, NOW)
    assert restricted.waiting(store, ONE).rows == []
    (closed,) = restricted.dealt_with(store, TWO).rows
    assert closed.stage is Stage.CLOSED
    assert way.label in restricted.look(store, receipt.id, TWO, NOW).events[-1].payload
    with pytest.raises(Conflict):
        restricted.pass_on(store, receipt.id, way, "再次", TWO, NOW)
    with pytest.raises(NotFound):
        statistics.story(store, receipt.id)


def test_release_needs_both(store: Store, receive, word_judge) -> None:
    receipt, judge = receive("告某局长"), word_judge
    with pytest.raises(Conflict, match="还没有"):
        restricted.agree_to_release(store, judge, receipt.id, TWO, NOW)
    restricted.propose_release(store, receipt.id, "说的是服务态度", ONE, NOW)
    with pytest.raises(Conflict, match="另一人"):
        restricted.agree_to_release(store, judge, receipt.id, ONE, NOW)
    with pytest.raises(Conflict, match="已有人"):
        restricted.propose_release(store, receipt.id, "同感", TWO, NOW)
    restricted.refuse_release(store, receipt.id, "再看看", TWO, NOW)
    with pytest.raises(Conflict, match="还没有"):
        restricted.agree_to_release(store, judge, receipt.id, TWO, NOW)
    restricted.propose_release(store, receipt.id, "确是服务态度", TWO, NOW)
    assert restricted.look(store, receipt.id, ONE, NOW).proposed_by == TWO.id
    restricted.agree_to_release(store, judge, receipt.id, ONE, NOW)
    story = statistics.story(store, receipt.id)
    assert story.registered.stage is Stage.REVIEW
    assert story.decision.decision.theme == "double-reduction"
    assert story.items == []
    task = review_queue.next_for_review(store, ReviewFilter(), "clerk", NOW)
    assert task is not None
    assert task.submission_id == receipt.id
    with pytest.raises(NotFound):
        restricted.look(store, receipt.id, ONE, NOW)


def test_its_files_are_kept_and_restricted(store: Store, receive, tmp_path: Path) -> None:
    receipt = receive("告某局长")
    upload = Upload(name="证据.jpg", media_type="image/jpeg", content=b"x")
    with pytest.raises(NotFound):
        attachments.keep(store, tmp_path, receipt.id, upload, 1_000, "clerk", NOW)
    kept = attachments.keep(store, tmp_path, receipt.id, upload, 1_000, "clerk", NOW, registering=True)
    with pytest.raises(NotFound):
        attachments.find(store, tmp_path, kept)
    found, path = restricted.look_at_file(store, tmp_path, receipt.id, kept, ONE, NOW)
    assert (found.name, path.read_bytes()) == ("证据.jpg", b"x")
    with pytest.raises(NotFound):
        restricted.look_at_file(store, tmp_path, receipt.id, kept, OTHER, NOW)


def test_what_nobody_may_read_is_counted(store: Store, receive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.people.hash_password", lambda password: "hashed")
    receive("告李主任")
    receive("告某局长")
    assert restricted.unread(store) == 2
    draft = Draft(user_name="li", name="李主任", posts=frozenset({Post.SIGNER}), restricted=True)
    people.create(store, draft, "admin", NOW)
    assert restricted.unread(store) == 1
    assert "现有 1 人" in machine.readers(store).words
    people.create(store, replace(draft, user_name="zhang", name="张秘书"), "admin", NOW)
    assert machine.readers(store).well
    receive("告李主任和张秘书")
    assert (machine.readers(store).well, "无人可阅" in machine.readers(store).words) == (False, True)
