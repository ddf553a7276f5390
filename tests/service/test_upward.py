from datetime import UTC, date, datetime, timedelta

import pytest

from nlp.domain import Disposition, Level, Outcome
from service import attachments, review, statistics, upward
from service.attachments import Upload
from service.errors import Conflict, Invalid, NotFound
from service.profile import Profile
from service.store.engine import Store
from service.store.upward import ReportFilter
from service.upward import Doing, Said, Sending

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
DOING = Doing(actor="clerk", now=NOW)
CITY = Sending(level=Level.CITY, day=TODAY, signer="张三")
SAID = Said(leader="区委书记 赵某", level=Level.DISTRICT, day=TODAY, text="请住建局办理。")


def kinds(store: Store, submission: str) -> list[str]:
    return [event.kind for event in statistics.story(store, submission).events]


def test_a_report_its_outcome_and_what_is_told(store: Store, receive) -> None:
    own = receive("转办").id
    made = upward.report(store, own, CITY, DOING)
    after = upward.record_outcome(store, made.id, Outcome.ADOPTED, TODAY, "《每日要情》12期", made.version, DOING)
    record = upward.record_of(store, own)
    assert record.reports == [after]
    assert (after.outcome, after.outcome_on, after.note, after.version) == (
        Outcome.ADOPTED,
        TODAY,
        "《每日要情》12期",
        2,
    )
    assert kinds(store, own) == ["received", "reported", "taken_up"]
    back = upward.record_outcome(store, made.id, Outcome.PENDING, TODAY, "", None, DOING)
    assert (back.outcome, back.outcome_on) == (Outcome.PENDING, None)


def test_nothing_leaves_unsigned_or_on_a_day_that_cannot_be(store: Store, receive) -> None:
    own = receive("转办").id
    for sending, said in (
        (Sending(level=Level.CITY, day=TODAY, signer=" "), "未经签发"),
        (Sending(level=Level.CITY, day=TODAY + timedelta(days=1), signer="张三"), "不能晚于今天"),
        (Sending(level=Level.CITY, day=TODAY - timedelta(days=1), signer="张三"), "早于"),
    ):
        with pytest.raises(Invalid, match=said):
            upward.report(store, own, sending, DOING)
    assert kinds(store, own) == ["received"]


def test_once_a_level_until_it_is_taken_back(store: Store, receive) -> None:
    own = receive("转办").id
    made = upward.report(store, own, CITY, DOING)
    upward.report(store, own, Sending(level=Level.REGION, day=TODAY, signer="张三"), DOING)
    with pytest.raises(Conflict, match="已报送市级"):
        upward.report(store, own, CITY, DOING)
    with pytest.raises(Invalid, match="原因"):
        upward.withdraw_report(store, made.id, "", None, DOING)
    upward.withdraw_report(store, made.id, "登错级别", 1, DOING)
    with pytest.raises(Conflict, match="已经撤销"):
        upward.record_outcome(store, made.id, Outcome.ADOPTED, TODAY, "", None, DOING)
    assert [one.level for one in upward.record_of(store, own).reports] == [Level.REGION]
    upward.report(store, own, CITY, DOING)
    assert len(upward.record_of(store, own).reports) == 2


def test_the_second_of_two_is_told(store: Store, receive) -> None:
    made = upward.report(store, receive("转办").id, CITY, DOING)
    upward.record_outcome(store, made.id, Outcome.DECLINED, TODAY, "", 1, DOING)
    with pytest.raises(Conflict, match="他人更改"):
        upward.record_outcome(store, made.id, Outcome.ADOPTED, TODAY, "", 1, DOING)
    for day, said in ((None, "日期"), (TODAY - timedelta(days=1), "早于")):
        with pytest.raises(Invalid, match=said):
            upward.record_outcome(store, made.id, Outcome.ADOPTED, day, "", 2, DOING)


def test_an_instruction_with_its_scan(store: Store, receive, tmp_path) -> None:
    own, other = receive("转办").id, receive("转办二").id
    upload = Upload(name="批示.jpg", media_type="image/jpeg", content=b"x")
    scan, foreign = (attachments.keep(store, tmp_path, one, upload, 100, "clerk", NOW) for one in (own, other))
    with pytest.raises(Invalid, match="附件"):
        upward.instruct(store, own, Said(**{**_fields(SAID), "attachment_id": foreign}), DOING)
    made = upward.instruct(store, own, Said(**{**_fields(SAID), "attachment_id": scan}), DOING)
    assert upward.record_of(store, own).instructions == [made]
    for field, said in (("leader", "领导"), ("text", "内容")):
        with pytest.raises(Invalid, match=said):
            upward.instruct(store, own, Said(**{**_fields(SAID), field: " "}), DOING)
    upward.withdraw_instruction(store, made.id, "登错了", DOING)
    assert upward.record_of(store, own).instructions == []
    with pytest.raises(Conflict, match="已经撤销"):
        upward.withdraw_instruction(store, made.id, "再撤", DOING)
    assert kinds(store, own)[-2:] == ["instructed", "upward_withdrawn"]


def _fields(said: Said) -> dict[str, object]:
    return {name: getattr(said, name) for name in ("leader", "level", "day", "text", "attachment_id")}


def test_briefs_are_numbered_by_year_and_report_what_was_not(store: Store, receive) -> None:
    first, second = receive("转一").id, receive("转二").id
    upward.report(store, first, CITY, DOING)
    profile, levels = Profile(brief_number="第{number}期（总第{total}期）"), [Level.CITY, Level.REGION]
    made = upward.issue_brief(store, profile, [second, first, second], TODAY, "张三", levels, DOING)
    later = Doing(actor="clerk", now=NOW + timedelta(days=60))
    again = upward.issue_brief(store, profile, [first], date(2027, 1, 5), "张三", [], later)
    assert (made.label, made.number, again.label, again.number) == ("第1期（总第1期）", 1, "第1期（总第2期）", 1)
    assert made.members == (second, first)
    assert [(one.level, one.brief_id) for one in upward.record_of(store, first).reports] == [
        (Level.CITY, None),
        (Level.REGION, made.id),
    ]
    assert len(upward.record_of(store, second).reports) == 2
    assert upward.record_of(store, first).briefs == ["第1期（总第1期）", "第1期（总第2期）"]
    assert upward.latest_briefs(store, 1) == [again]
    for members in ([], [f"{number}" for number in range(21)]):
        with pytest.raises(Invalid, match="1–20"):
            upward.issue_brief(store, profile, members, TODAY, "张三", [], DOING)


def test_restricted_submissions_do_not_go_up(store: Store, receive) -> None:
    own, open_one = receive("告某局长受贿").id, receive("转办").id
    with pytest.raises(NotFound):
        upward.report(store, own, CITY, DOING)
    with pytest.raises(NotFound):
        upward.instruct(store, own, SAID, DOING)
    with pytest.raises(NotFound):
        upward.record_of(store, own)
    with pytest.raises(NotFound):
        upward.issue_brief(store, Profile(), [open_one, own], TODAY, "张三", [Level.CITY], DOING)
    assert upward.latest_briefs(store, 9) == []
    assert kinds(store, open_one) == ["received"]


def test_what_waits_is_what_a_person_said_and_was_not_reported(store: Store, receive, taxonomy) -> None:
    receipts = [receive(f"转{number}") for number in range(3)]
    opinion = review.Opinion(dispositions=(Disposition.REPORT_CITY, Disposition.DEPARTMENT))
    for one in receipts[:2]:
        review.decide(store, taxonomy, one.id, opinion, "clerk", NOW)
    upward.report(store, receipts[0].id, CITY, DOING)
    assert [one.submission.title for one in upward.waiting(store, Level.CITY, 9)] == ["转1"]
    assert upward.waiting(store, Level.REGION, 9) == upward.waiting(store, Level.NATION, 9) == []


def test_pages_of_reports(store: Store, receive) -> None:
    for number in range(5):
        upward.report(store, receive(f"转{number}").id, CITY, DOING)
    seen, cursor = [], None
    while True:
        page = upward.reports_page(store, ReportFilter(level=Level.CITY, first_day=TODAY, last_day=TODAY), cursor, 2)
        seen += [row.title for row in page.rows]
        cursor = page.next_cursor
        assert page.total == 5
        if cursor is None:
            break
    assert seen == ["转4", "转3", "转2", "转1", "转0"]
    assert upward.reports_page(store, ReportFilter(outcome=Outcome.ADOPTED), None, 2).rows == []
    with pytest.raises(Invalid):
        upward.reports_page(store, ReportFilter(), "x", 2)
