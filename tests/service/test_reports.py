from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from nlp.domain import Disposition, Level, Outcome, ResultGrade, Submitter, Track, Writing
from service import dispatch, linking, reports, review, splitting, statistics, upward
from service.dispatch import Act, Desk
from service.ids import new_id
from service.profile import Meeting, Profile, Scores
from service.report_workbook import write_report
from service.reports import own_period
from service.splitting import Splitter
from service.store import members
from service.store.engine import Store
from service.store.figures import Days
from service.store.members import Member
from service.store.submissions import restrict
from service.upward import Doing, Said, Sending
from tests.service.conftest import WordJudge

BEGAN = date(2026, 1, 8)
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PROFILE = Profile(term_began=BEGAN, meetings=(Meeting(name="五届一次会议", began=BEGAN),))


def test_the_figures_of_the_office_come_out_right(store: Store, desk: Desk, take_all, written, taxonomy) -> None:
    """收到 224, 报送自治区 70 采用 14, 报送市 22 采用 6, 转办 15; the same ones among them, and others beside them."""
    batch = [written(f"疑{number}", received_at=at(BEGAN + timedelta(days=number))) for number in range(224)]
    batch += [written("疑早", received_at=at(BEGAN - timedelta(days=1)))]
    batch += [written("疑工单", track=Track.WORK_ORDER), written("告某局长受贿")]
    ids = [one.id for one in take_all(batch)]
    doing = Doing(actor="clerk", now=NOW)
    for level, count, adopted in ((Level.REGION, 70, 14), (Level.CITY, 22, 6)):
        for number in range(count):
            made = upward.report(store, ids[number], Sending(level=level, day=TODAY, signer="张三"), doing)
            if number < adopted:
                kind = Outcome.COMBINED if number % 2 else Outcome.ADOPTED
                upward.record_outcome(store, made.id, kind, TODAY, "", None, doing)
            elif number < adopted + 3:
                upward.record_outcome(store, made.id, Outcome.DECLINED, TODAY, "", None, doing)
    for number in range(15):
        opinion = review.Opinion(lead="education", co_handlers=("health",), dispositions=(Disposition.DEPARTMENT,))
        review.decide(store, taxonomy, ids[number], opinion, "clerk", NOW)
        for item in statistics.story(store, ids[number]).items:
            dispatch.sign(desk, item.id, Act(actor="clerk", now=NOW))
    period = next(one for one in reports.periods(PROFILE, TODAY) if one.name == "五届一次会议以来")
    found = reports.report(store, taxonomy, period, NOW)
    figures = {one.level: (one.reported, one.adopted) for one in found.levels}
    assert found.received == 224
    assert figures == {Level.DISTRICT: (0, 0), Level.CITY: (22, 6), Level.REGION: (70, 14), Level.NATION: (0, 0)}
    assert (found.dispatched, found.handling.sent, found.reported) == (15, 30, 70)
    assert [sum(getattr(one, name) for one in found.months) for name in ("received", "reported", "dispatched")] == [
        224,
        70,
        15,
    ]
    for shares in found.breakdowns.values():
        assert sum(one.count for one in shares) == 224


def test_what_was_split_is_counted_by_its_matters_and_never_twice(
    store: Store, desk: Desk, receive, take_all, written, taxonomy
) -> None:
    wang = Submitter(name="王某", circle="教育")
    take_all([written("疑甲", place="上桥镇", submitter=wang), written("疑乙")])
    parent = receive("疑两件", place="上桥镇", submitter=wang).id
    splitter = Splitter(store=store, judge=WordJudge(taxonomy), policy=desk.policy, directory=taxonomy)
    parts = splitting.split(splitter, parent, [Writing(title="转一"), Writing(title="疑二")], "clerk", NOW)
    for item in statistics.story(store, parts[0].id).items:
        dispatch.sign(desk, item.id, Act(actor="clerk", now=NOW))
    found = report(store, taxonomy, TODAY, TODAY)
    assert (found.received, found.valid, found.dispatched, found.handling.sent) == (4, 4, 1, 2)
    assert [(one.received, one.dispatched) for one in found.months] == [(4, 1)]
    assert {name: sum(one.count for one in shares) for name, shares in found.breakdowns.items()} == dict.fromkeys(
        ("主题", "大类", "地点", "主办单位", "来源渠道"), 4
    )
    assert {one.name: one.count for one in found.breakdowns["地点"]}["上桥镇"] == 3
    assert reports.headline(store, own_period(TODAY, TODAY)).received == 4
    assert reports.bulletin(store, Scores(), Days(first=TODAY, last=TODAY))[0].reported == 3
    later = receive("疑三件").id
    splitting.split(splitter, later, [Writing(title="疑三"), Writing(title="疑四")], "clerk", NOW)
    assert report(store, taxonomy, TODAY, TODAY).received == 6
    splitting.undo_split(store, taxonomy, later, "clerk", NOW)
    assert report(store, taxonomy, TODAY, TODAY).received == 5


def test_hot_matters_are_those_of_five_submissions_or_more(
    store: Store, receive, taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = receive("疑路灯13812345678", place="上桥镇", received_at=at(TODAY - timedelta(days=9))).id
    others = [receive(f"疑路灯{number}", place="金积镇", received_at=at(TODAY)) for number in range(4)]
    few = [receive(f"疑水渠{number}", received_at=at(TODAY)) for number in range(4)]
    for own, more in ((first, others), (few[0].id, few[1:])):
        for one in more:
            linking.link(store, own, one.receipt, "clerk", NOW)
    (hot,) = report(store, taxonomy, TODAY - timedelta(days=9), TODAY).hot
    assert (hot.receipt, hot.title, hot.count) == ("社情〔2026〕1号", "疑路灯138****5678", 5)
    assert (hot.first, hot.last, hot.places) == ("2026-11-15", "2026-11-24", ("金积镇", "上桥镇"))
    assert report(store, taxonomy, TODAY, TODAY).hot == []
    monkeypatch.setattr(reports, "HOTTEST", 0)
    assert report(store, taxonomy, TODAY - timedelta(days=9), TODAY).hot == []


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def test_each_figure_counts_by_its_own_day_in_beijing(store: Store, desk: Desk, receive, taxonomy) -> None:
    own = receive("转办", received_at=datetime(2026, 10, 31, 16, 30, tzinfo=UTC)).id
    receive("转办二", received_at=datetime(2026, 10, 31, 15, 59, tzinfo=UTC))
    doing = Doing(actor="clerk", now=NOW)
    made = upward.report(store, own, Sending(level=Level.CITY, day=date(2026, 11, 30 - 10), signer="张三"), doing)
    upward.record_outcome(store, made.id, Outcome.ADOPTED, TODAY, "", None, doing)
    for item in statistics.story(store, own).items:
        dispatch.sign(desk, item.id, Act(actor="clerk", now=datetime(2026, 11, 30, 16, 0, tzinfo=UTC)))
    november = report(store, taxonomy, date(2026, 11, 1), date(2026, 11, 30))
    december = report(store, taxonomy, date(2026, 12, 1), date(2026, 12, 31))
    city = november.levels[1]
    assert (november.received, city.reported, city.adopted, november.dispatched) == (1, 1, 1, 0)
    assert (december.received, december.reported, december.dispatched) == (0, 0, 1)


def report(store: Store, taxonomy, first: date, last: date):
    return reports.report(store, taxonomy, own_period(first, last), NOW)


def test_what_is_withdrawn_or_becomes_restricted_counts_no_more(store: Store, desk: Desk, receive, taxonomy) -> None:
    doing, sending = Doing(actor="clerk", now=NOW), Sending(level=Level.CITY, day=TODAY, signer="张三")
    first, second = receive("转一").id, receive("转二").id
    made = [upward.report(store, one, sending, doing) for one in (first, second)]
    upward.withdraw_report(store, made[0].id, "登错", None, doing)
    assert report(store, taxonomy, TODAY, TODAY).reported == 1
    with store.write() as connection:
        restrict(connection, second, True)
    found = report(store, taxonomy, TODAY, TODAY)
    assert (found.received, found.reported) == (1, 0)


def test_valid_leaves_out_what_was_declined(store: Store, receive, taxonomy) -> None:
    receipts = [receive(f"疑{number}") for number in range(3)]
    for one, disposition in zip(receipts, (Disposition.DECLINE, Disposition.SUPPLEMENT, Disposition.KEEP), strict=True):
        review.decide(store, taxonomy, one.id, review.Opinion(dispositions=(disposition,)), "clerk", NOW)
    found = report(store, taxonomy, TODAY, TODAY)
    assert (found.received, found.valid) == (3, 1)


def test_handling_counts_items(store: Store, desk: Desk, receive, taxonomy) -> None:
    act = Act(actor="clerk", now=NOW)
    items = statistics.story(store, receive("转办").id).items
    for item in items:
        dispatch.sign(desk, item.id, act)
    dispatch.accept(desk, items[0].id, act)
    dispatch.answer(desk, items[0].id, "已办", ResultGrade.SOLVED, act)
    handling = report(store, taxonomy, TODAY, TODAY).handling
    assert (handling.sent, handling.accepted, handling.answered, handling.on_time, handling.overdue) == (2, 1, 1, 1, 0)
    late = reports.report(store, taxonomy, own_period(TODAY, TODAY), NOW + timedelta(days=400)).handling
    assert late.overdue == 1


def test_the_bulletin_credits_people(store: Store, receive) -> None:
    doing = Doing(actor="clerk", now=NOW)
    wang, li = (Submitter(name=name, circle="教育") for name in ("王某", "李某"))
    own = receive("转一", submitter=wang).id
    receive("转二", submitter=replace(wang, phone="13812345678"))
    receive("转三", submitter=li)
    receive("转四")
    made = upward.report(store, own, Sending(level=Level.CITY, day=TODAY, signer="张三"), doing)
    upward.record_outcome(store, made.id, Outcome.ADOPTED, TODAY, "", None, doing)
    said = Said(leader="赵某", level=Level.DISTRICT, day=TODAY, text="请办")
    for _ in range(2):
        upward.instruct(store, own, said, doing)
    first, second = reports.bulletin(store, Scores(), Days(first=TODAY, last=TODAY))
    assert (first.name, first.reported, first.adopted[Level.CITY], first.instructed, first.score) == (
        "王某",
        2,
        1,
        1,
        11,
    )
    assert (second.name, second.score) == ("李某", 1)
    assert reports.bulletin(store, Scores(), Days(first=BEGAN, last=BEGAN)) == []


def test_the_bulletin_knows_the_roster(store: Store, receive) -> None:
    with store.write() as connection:
        known = [
            Member(id=new_id(NOW), name=name, circle=circle, committee="提案委", at=NOW)
            for name, circle in (("王某", "教育"), ("赵某", "农业"))
        ]
        members.add(connection, known)
    receive("转一", submitter=Submitter(name="王某 委员"))
    receive("转二", submitter=Submitter(name="过客"))
    found = reports.bulletin(store, Scores(), Days(first=TODAY, last=TODAY))
    assert [(one.name, one.circle, one.committee, one.reported) for one in found] == [
        ("王某", "教育", "提案委", 1),
        ("过客", "", "", 1),
        ("赵某", "农业", "提案委", 0),
    ]


@pytest.mark.parametrize(
    ("today", "quarter", "last_quarter", "last_month"),
    [
        (date(2026, 1, 31), date(2026, 1, 1), date(2025, 10, 1), date(2025, 12, 1)),
        (date(2026, 11, 24), date(2026, 10, 1), date(2026, 7, 1), date(2026, 10, 1)),
        (date(2028, 2, 29), date(2028, 1, 1), date(2027, 10, 1), date(2028, 1, 1)),
    ],
)
def test_periods(today: date, quarter: date, last_quarter: date, last_month: date) -> None:
    found = {one.id: one.days for one in reports.periods(PROFILE, today)}
    assert found["quarter"] == Days(first=quarter, last=today)
    assert found["last-quarter"] == Days(first=last_quarter, last=quarter - timedelta(days=1))
    assert found["last-month"].first == last_month
    assert found["last-month"].last == today.replace(day=1) - timedelta(days=1)
    assert found["last-year"] == Days(first=date(today.year - 1, 1, 1), last=date(today.year - 1, 12, 31))


def test_an_empty_office_reports_zeros_and_a_workbook(store: Store, taxonomy, tmp_path: Path, sheets_of) -> None:
    found = report(store, taxonomy, date(2026, 1, 1), TODAY)
    assert (found.received, found.valid, found.dispatched, found.handling.sent) == (0, 0, 0, 0)
    write_report(tmp_path / "a.xlsx", found, [])
    assert len(sheets_of(tmp_path / "a.xlsx")["按月"]) == 13


def test_work_orders_are_reported_by_themselves(
    store: Store, desk: Desk, receive, taxonomy, tmp_path: Path, sheets_of
) -> None:
    order = receive("转井盖松动", track=Track.WORK_ORDER, place="上桥镇", source="12345 转")
    letter = receive("转一件来稿")
    for one in (order, letter):
        for item in statistics.story(store, one.id).items:
            dispatch.sign(desk, item.id, Act(actor="clerk", now=NOW))
    doing = Doing(actor="clerk", now=NOW)
    upward.report(store, letter.id, Sending(level=Level.CITY, day=TODAY, signer="张三"), doing)
    found = reports.report(store, taxonomy, own_period(TODAY, TODAY), NOW, Track.WORK_ORDER)
    assert (found.received, found.dispatched, found.handling.sent) == (1, 1, 2)
    assert (found.reported, found.levels, sum(one.reported for one in found.months)) == (0, [], 0)
    assert [one.name for one in found.breakdowns["来源渠道"]] == ["12345 转"]
    path = tmp_path / "a.xlsx"
    write_report(path, found, [])
    sheets = sheets_of(path)
    assert "采用通报" not in sheets
    assert {"收到诉求工单（件）": "1", "转部门办理（件）": "1"}.items() <= {
        row[0]: row[1] for row in sheets["概况"]
    }.items()


def test_the_workbook_says_what_the_page_says(store: Store, receive, taxonomy, tmp_path: Path, sheets_of) -> None:
    receive("转一/", place="上桥镇", submitter=Submitter(name="=王某"))
    path, days = tmp_path / "a.xlsx", Days(first=TODAY, last=TODAY)
    write_report(path, report(store, taxonomy, TODAY, TODAY), reports.bulletin(store, Scores(), days))
    book = CalamineWorkbook.from_path(str(path))
    overview = {str(row[0]): row[1] for row in book.get_sheet_by_name("概况").to_python()}
    assert overview["收到社情民意信息（件）"] == 1
    assert book.get_sheet_by_name("按地点").to_python()[2][:3] == ["上桥镇", 1, 1]
    assert sheets_of(path)["采用通报"][2][1] == "=王某"
    assert {
        "说明",
        "概况",
        "按月",
        "按主题",
        "按大类",
        "按地点",
        "按主办单位",
        "按来源渠道",
        "热点",
        "采用通报",
    } == set(book.sheet_names)
