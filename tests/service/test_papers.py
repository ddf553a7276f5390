import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document

from nlp.domain import HandlingMode, ItemState, ResultGrade, Submitter
from service import dispatch, papers, report_papers, reports, review, statistics, upward
from service.dispatch import Act, Desk
from service.errors import Conflict
from service.files.templates import Cabinet, TemplateFault
from service.opinion import Opinion
from service.paper_sample import SAMPLE, TAGS
from service.papers import Case, PaperKind, Stationery
from service.reports import own_period

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TEXT = "　　王委员反映：巷口水渠漫水，电话13812345678。\n第\x07二段<b>&\n"


@pytest.fixture
def stationery(knowledge, tmp_path: Path) -> Stationery:
    cabinet = Cabinet(own=tmp_path / "templates", shipped=ROOT / "data" / "templates")
    return Stationery(
        directory=knowledge.taxonomy,
        policy=knowledge.policy,
        profile=knowledge.profile,
        cabinet=cabinet,
        person=lambda actor: f"甲{actor}",
    )


@pytest.fixture
def case(desk: Desk, receive, act: Act, person) -> Case:
    receipt = receive("转办水渠", text=TEXT, submitter=person)
    for item in statistics.story(desk.store, receipt.id).items:
        dispatch.sign(desk, item.id, act)
    return Case(story=statistics.story(desk.store, receipt.id))


@pytest.fixture
def person():
    return Submitter(name="王委员", unit="某校", circle="教育", phone="13812345678")


def words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    parts = [paragraph.text for place in (document, *cells) for paragraph in place.paragraphs]
    return "\n".join(parts)


def make(stationery: Stationery, kind: PaperKind, case: Case) -> str:
    item = case.story.items[0] if kind in (PaperKind.LETTER, PaperKind.REMINDER) else None
    return words(papers.make(stationery, kind, case, item, TODAY).content)


def test_the_letter_tells_no_name_and_no_phone(stationery: Stationery, case: Case) -> None:
    text = make(stationery, PaperKind.LETTER, case)
    for said in (
        "区教育局：",
        "2027年2月24日",
        "会办单位：区卫生健康局",
        case.story.registered.submission.receipt,
        "王某反映",
    ):
        assert said in text
    for untold in ("王委员", "13812345678", "某校", "{{", "{%"):
        assert untold not in text
    assert "第□二段<b>&" in text


def test_with_a_reason_it_tells_both(stationery: Stationery, case: Case) -> None:
    text = make(stationery, PaperKind.LETTER, Case(story=case.story, revealed=True))
    assert "反映人：王委员　某校　联系电话：13812345678" in text


def test_the_slip_is_the_office_s_own(stationery: Stationery, case: Case) -> None:
    text = make(stationery, PaperKind.SLIP, case)
    for said in (
        "社情民意信息来稿处理单",
        "拟转区教育局主办，区卫生健康局会办。",
        "王委员",
        "甲desk　2026年11月24日",
        "138****5678",
    ):
        assert said in text, said
    assert "附件" not in text


@pytest.mark.parametrize(
    ("mode", "told", "asked"),
    [
        (HandlingMode.SINGLE, "拟转区教育局办理。", "转你单位办理，"),
        (HandlingMode.LEAD_AND_CO, "拟转区教育局主办，区卫生健康局会办。", "转你单位主办，"),
        (HandlingMode.SEPARATE, "拟转区教育局、区卫生健康局分别办理。", "转你单位办理（与有关单位分别办理），"),
    ],
)
def test_papers_say_how_it_is_handled(
    stationery: Stationery, receive, desk: Desk, act: Act, mode: HandlingMode, told: str, asked: str
) -> None:
    receipt = receive("疑难")
    opinion = Opinion(theme="double-reduction", lead="education", co_handlers=("health",), mode=mode)
    review.decide(desk.store, desk.directory, receipt.id, opinion, "王", NOW)
    for item in statistics.story(desk.store, receipt.id).items:
        dispatch.sign(desk, item.id, act)
    case = Case(story=statistics.story(desk.store, receipt.id))
    assert papers.common_words(stationery, case, TODAY)["办理方式"] == mode.label
    assert told in make(stationery, PaperKind.SLIP, case)
    assert asked in make(stationery, PaperKind.LETTER, case)


def test_a_long_text_is_summed_up_and_follows_whole(stationery: Stationery, receive, desk: Desk) -> None:
    receipt = receive("转办", text="长" * 1_000)
    text = make(stationery, PaperKind.SLIP, Case(story=statistics.story(desk.store, receipt.id)))
    assert "长" * papers.SUMMARY + "……（全文附后）" in text
    assert "长" * 1_000 in text


def test_long_results_are_cut_on_the_slip_and_follow_whole(stationery: Stationery, case: Case, desk: Desk) -> None:
    answered = [
        replace(one, state=ItemState.ANSWERED, answer=f"{mark * 300}完", answered_at=NOW)
        for one, mark in zip(case.story.items, "甲乙", strict=True)
    ]
    text = make(stationery, PaperKind.SLIP, Case(story=replace(case.story, items=answered)))
    for mark in "甲乙":
        assert f"{mark * (papers.RESULTS // 2)}……（全文附后）" in text
        assert f"{mark * 300}完" in text
    short = Case(story=replace(case.story, items=[replace(one, answer="已办妥。") for one in answered]))
    text = make(stationery, PaperKind.SLIP, short)
    assert "已办妥。" in text
    assert "附件" not in text
    assert f"{'甲' * 300}完" in make(stationery, PaperKind.FEEDBACK, Case(story=replace(case.story, items=answered)))


def test_a_reminder_says_how_late_it_is(stationery: Stationery, case: Case) -> None:
    item = case.story.items[0]
    late = words(papers.make(stationery, PaperKind.REMINDER, case, item, date(2027, 3, 1)).content)
    assert "已超期5天" in late
    assert "此前已催办" not in late
    done = replace(item, state=ItemState.ANSWERED)
    with pytest.raises(Conflict, match="已报送办理结果，不必催办"):
        papers.make(stationery, PaperKind.REMINDER, case, done, TODAY)


def test_feedback_waits_for_something_to_tell(stationery: Stationery, case: Case, desk: Desk, act: Act) -> None:
    with pytest.raises(Conflict, match="还没有办理结果"):
        make(stationery, PaperKind.FEEDBACK, case)
    item = case.story.items[0]
    dispatch.accept(desk, item.id, act)
    dispatch.answer(desk, item.id, "已疏通水渠，联系人13911112222", ResultGrade.SOLVED, act)
    story = statistics.story(desk.store, item.submission_id)
    assert story.items[0].state is ItemState.ANSWERED
    text = make(stationery, PaperKind.FEEDBACK, Case(story=story))
    assert "王委员委员" not in text
    assert "已疏通水渠，联系人139****2222" in text


def test_nothing_goes_out_before_it_is_signed(stationery: Stationery, receive, desk: Desk) -> None:
    story = statistics.story(desk.store, receive("转办").id)
    with pytest.raises(Conflict, match="签发之后"):
        papers.make(stationery, PaperKind.LETTER, Case(story=story), story.items[0], TODAY)


def test_the_office_changes_a_template_and_goes_back(stationery: Stationery, case: Case) -> None:
    own = Document()
    own.add_paragraph("本办自用 {{ 登记号 }}")
    made = io.BytesIO()
    own.save(made)
    stationery.cabinet.keep("letter", made.getvalue())
    assert make(stationery, PaperKind.LETTER, case) == f"本办自用 {case.story.registered.submission.receipt}"
    stationery.cabinet.reset("letter")
    assert "关于转办社情民意信息的函" in make(stationery, PaperKind.LETTER, case)


@pytest.mark.parametrize("kind", list(PaperKind))
def test_every_shipped_template_can_be_filled(stationery: Stationery, kind: PaperKind) -> None:
    text = words(papers.sample(stationery, kind, stationery.cabinet.path(kind.value).read_bytes()))
    assert "{" not in text
    assert ("王某某" if kind is PaperKind.BULLETIN else "关于加快老旧小区供热管网改造的建议") in text


def test_the_sample_has_every_word_and_the_page_lists_it(stationery: Stationery, case: Case, desk: Desk) -> None:
    said = set(papers.common_words(stationery, case, TODAY))
    letter = set(papers.letter_words(stationery, case, case.story.items[0], TODAY))
    brief = {"单位", "期号", "日期", "签发人", "份数", "报", "送", "篇目"}
    found = reports.report(desk.store, desk.directory, own_period(TODAY, TODAY), NOW)
    period = set(report_papers.words_of(stationery, found, [], TODAY))
    assert set(SAMPLE) == said | letter | brief | period
    listed = {re.sub("（.*?）", "", name) for _, names in TAGS for name in re.split("、(?![^（]*）)", names)}
    assert listed == set(SAMPLE)


def test_the_shipped_templates_are_what_the_script_builds(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "build_templates.py", tmp_path], check=True, cwd=ROOT)
    for kind in PaperKind:
        parts = [
            zipfile.ZipFile(folder / f"{kind.value}.docx").read("word/document.xml")
            for folder in (tmp_path, ROOT / "data" / "templates")
        ]
        assert parts[0] == parts[1], kind


def test_a_brief_holds_its_pieces_in_order(stationery: Stationery, receive, desk: Desk, person) -> None:
    receipts = [receive(f"转办{number}", text="电话13812345678", submitter=person) for number in range(2)]
    made = upward.issue_brief(
        desk.store,
        stationery.profile,
        [receipts[1].id, receipts[0].id],
        TODAY,
        "张三",
        [],
        upward.Doing(actor="desk", now=NOW),
    )
    brief, members = upward.brief_of(desk.store, made.id)
    paper = papers.brief_paper(stationery, brief, members, revealed=False)
    text = words(paper.content)
    assert paper.name == "社情民意2026年第1期.docx"
    assert text.index("转办1") < text.index("转办0")
    assert "签发：张三" in text
    assert "13812345678" not in text


def test_a_broken_template_names_its_tag(stationery: Stationery) -> None:
    with pytest.raises(TemplateFault, match="不是 Word 文档"):
        papers.sample(stationery, PaperKind.SLIP, b"PK\x03\x04")
