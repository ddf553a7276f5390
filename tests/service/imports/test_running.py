"""An import from its file to submissions, on both databases."""

import pytest
from sqlalchemy import func, select

from nlp.domain import ItemState, Stage, Writing
from nlp.errors import InputFileError
from service import exports, machine, review, statistics
from service.errors import Conflict, SecretText
from service.files.rows import read_rows
from service.imports import opening, results, running, undoing
from service.imports.plan import Purpose
from service.office import Office
from service.store import import_memory, imports, labels, members, tables
from service.store.imports import ImportState, Outcome
from service.store.listing import SubmissionFilter
from service.web.pages.detail import facts
from tests.service.conftest import NOW
from tests.service.imports.conftest import table

ROWS = [
    ["社〔1〕", "转甲事项", "内容甲", "张三", "2026-09-02"],
    ["社〔2〕", "疑乙事项", "内容乙", "李四", "2026/10/3"],
    ["社〔3〕", "", "", "王五", "2026-11-04"],
    ["社〔4〕", "转丁事项", "锟斤拷锟斤拷锟斤拷", "赵六", "45000"],
]


def submissions_of(desk: Office) -> list[object]:
    return statistics.submissions_page(desk.store, SubmissionFilter(), None, 100).rows


def count(desk: Office, made: object) -> int:
    with desk.store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(made)).scalar_one())


def test_good_rows_come_in_and_the_others_are_named(desk: Office, open_table, checked, run, tmp_path) -> None:
    opened = open_table(table(ROWS))
    found = checked(opened.made.id)
    assert (found.rows, found.good, found.doubtful, found.barred) == (4, 2, 1, 1)
    assert {(one.number, one.reason) for one in found.problems if one.weight != "note"} == {
        (4, "标题和正文都是空的"), (5, "疑似乱码（编码曾经转错）"),
    }  # fmt: skip
    done = run(opened.made.id)
    assert (done.state, done.imported, done.left_out, done.same) == (ImportState.DONE, 2, 2, 0)
    first, second = sorted(submissions_of(desk), key=lambda one: one.submission.id)
    assert (first.submission.title, first.submission.submitter.name) == ("转甲事项", "张三")
    assert first.submission.received_at.isoformat() == "2026-09-02T01:00:00+00:00"
    assert (first.stage, second.stage) == (Stage.AWAITING_SIGNATURE, Stage.REVIEW)
    target = tmp_path / "left.csv"
    assert results.write_left_out(desk.store, desk.settings.home, done, target, "clerk", NOW) == 2
    (told,) = exports.latest(desk.store, 9)
    assert (told.actor, told.what, told.form, told.count) == ("clerk", "未导入的行", "csv", 2)
    assert [(row.id, row.title) for row in read_rows(target)] == [("社〔3〕", ""), ("社〔4〕", "转丁事项")]
    assert "标题和正文都是空的" in target.read_text("utf-8-sig")


def test_the_old_number_is_kept_beside_ours_and_found_but_the_place_of_a_row_is_none(
    desk: Office, open_table, checked, run
) -> None:
    rows = [
        ["利政协〔2025〕\t7号", "转甲事项", "内容甲", "张三", "2025-09-02"],
        ["12", "转乙事项", "内容乙", "李四", ""],
    ]
    opened = open_table(table(rows), purpose=Purpose.PAST)
    checked(opened.made.id)
    run(opened.made.id)
    counted = open_table(
        table([["3", "转丙事项", "内容丙", "王五", ""]], ("序号", "标题", "正文", "反映人", "收到日期"))
    )
    checked(counted.made.id)
    run(counted.made.id)
    told = {one.submission.title: one.submission for one in submissions_of(desk)}
    assert {title: one.old_number for title, one in told.items()} == {
        "转甲事项": "利政协〔2025〕 7号", "转乙事项": "12", "转丙事项": "",
    }  # fmt: skip
    assert all(one.receipt != one.old_number for one in told.values())
    assert ("原登记号", "12") in facts(told["转乙事项"])
    for words in ("利政协〔2025〕", "政协", "利政协 7号"):
        rows_found = statistics.submissions_page(desk.store, SubmissionFilter(text=words), None, 9).rows
        assert [one.submission.title for one in rows_found] == ["转甲事项"]


def test_a_row_of_sums_is_told_and_left_out(desk: Office, open_table, checked, run) -> None:
    sums = [["合计", "", "", "", ""], ["", "合 计", "", "", "3"], ["小计：2 件", "", "", "", ""]]
    opened = open_table(
        table([ROWS[0], *sums, ["", "合计指标应当公开", "各乡镇的合计数没有公开。", "", ""], ["9", "", "", "", ""]])
    )
    found = checked(opened.made.id)
    assert (found.good, found.barred) == (2, 4)
    told = [(one.number, one.reason) for one in found.problems if one.weight == "bar"]
    assert told == [*((number, "这是合计行，不是来稿，未导入") for number in (3, 4, 5)), (7, "标题和正文都是空的")]
    assert run(opened.made.id, running.ALL).imported == 2


def test_doubtful_rows_come_in_when_asked_and_barred_ones_never(desk: Office, open_table, run) -> None:
    done = run(open_table(table(ROWS)).made.id, running.ALL)
    assert (done.imported, done.left_out) == (3, 1)


def test_the_same_file_again_adds_nothing(desk: Office, open_table, run) -> None:
    first = open_table(table(ROWS)).made
    run(first.id)
    again = open_table(table(ROWS), name="另一个名字.csv")
    assert (again.made.id, len(again.before)) == (first.id, 1)
    with pytest.raises(Conflict):
        running.begin(desk.store, first.id, running.ALL, NOW)
    assert len(submissions_of(desk)) == 2


def test_of_a_changed_file_only_what_changed_comes_in_and_is_told(desk: Office, open_table, checked, run) -> None:
    run(open_table(table(ROWS[:2])).made.id)
    changed = [
        ROWS[0],
        ["社〔2〕", "疑乙事项", "内容乙，有补充", "李四", "2026/10/3"],
        ["社〔9〕", "转新事项", "新", "", ""],
    ]
    opened = open_table(table(changed))
    found = checked(opened.made.id)
    assert (found.same, found.changed, found.good) == (1, 1, 2)
    assert any("这次有改动（台账.csv）" in one.reason and one.number == 3 for one in found.problems)
    done = run(opened.made.id)
    assert (done.imported, done.same) == (2, 1)


def test_a_row_twice_in_a_file_is_a_doubt(open_table, checked) -> None:
    found = checked(open_table(table([ROWS[0], ROWS[0]])).made.id)
    assert (found.good, found.doubtful) == (1, 1)
    assert [one.reason for one in found.problems] == ["与第 2 行完全相同"]


def test_a_whole_import_is_taken_back_and_can_come_again(desk: Office, open_table, run) -> None:
    first = open_table(table(ROWS)).made
    run(first.id)
    assert undoing.undo(desk.store, first.id, "clerk", NOW) == 2
    assert {one.stage for one in submissions_of(desk)} <= {Stage.VOID}
    with desk.store.read() as connection:
        ids = imports.submission_ids(connection, first.id)
    story = statistics.story(desk.store, ids[0])
    assert [event.kind for event in story.events][-1] == "import_undone"
    assert {item.state for item in story.items} == {ItemState.WITHDRAWN}
    again = open_table(table(ROWS)).made
    assert again.id != first.id
    assert run(again.id).imported == 2


def test_nothing_is_taken_back_once_somebody_acted(desk: Office, open_table, run) -> None:
    made = open_table(table(ROWS)).made
    run(made.id)
    with desk.store.read() as connection:
        second = imports.submission_ids(connection, made.id)[1]
    review.decide(desk.store, desk.taxonomy, second, review.Opinion(), "clerk", NOW)
    with pytest.raises(Conflict, match="1 件已有人办理"):
        undoing.undo(desk.store, made.id, "clerk", NOW)
    with desk.store.read() as connection:
        assert imports.get(connection, made.id).state is ImportState.DONE
    assert Stage.VOID not in {one.stage for one in submissions_of(desk)}


def test_a_stopped_import_goes_on_behind_its_last_row(
    desk: Office, open_table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    made = open_table(table([[f"社〔{n}〕", f"疑{n}号", "内容", "", ""] for n in range(55)])).made
    running.begin(desk.store, made.id, running.GOOD, NOW)

    def stop_at_thirty(now: object) -> None:
        if now.cursor == 30:
            running.stop(desk.store, made.id)

    stopped = running.run(desk, made.id, stop_at_thirty)
    assert (stopped.state, stopped.cursor, stopped.imported) == (ImportState.STOPPED, 30, 30)
    told = machine.imports(desk.store)
    assert (told.well, told.address, told.words[:5]) == (False, "/imports?stopped=1", "1 次导入")
    with desk.store.read() as connection:
        assert [one.id for one in imports.latest(connection, 9, stopped=True)] == [made.id]
    running.begin(desk.store, made.id, running.GOOD, NOW)
    done = running.run(desk, made.id, lambda now: None)
    assert (done.state, done.cursor, done.imported) == (ImportState.DONE, 55, 55)
    assert machine.imports(desk.store).well
    titles = [one.submission.title for one in submissions_of(desk)]
    assert len(set(titles)) == len(titles) == 55


def test_two_runners_never_write_the_same_row(desk: Office, open_table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    made = open_table(table([[f"社〔{n}〕", f"疑{n}号", "内容", "", ""] for n in range(30)])).made
    running.begin(desk.store, made.id, running.GOOD, NOW)

    def taken_over(now: object) -> None:
        with desk.store.write() as connection:
            imports.change(connection, made.id, [ImportState.RUNNING], {"runner": "another", "beat_at": NOW})

    left = running.run(desk, made.id, taken_over)
    assert (left.state, left.cursor) == (ImportState.RUNNING, 10)
    with pytest.raises(Conflict):
        running.run(desk, made.id, lambda now: None)
    assert len(submissions_of(desk)) == 10


def test_an_error_in_the_middle_leaves_whole_batches(desk: Office, open_table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    made = open_table(table([[f"社〔{n}〕", f"疑{n}号", "内容", "", ""] for n in range(25)])).made
    running.begin(desk.store, made.id, running.GOOD, NOW)
    judge, calls = desk.judge.judge, []

    def failing(writings: object, today: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("judge")
        return judge(writings, today)

    broken = type("Broken", (), {"judge": staticmethod(failing)})()
    object.__setattr__(desk, "judge", broken)
    with pytest.raises(RuntimeError):
        running.run(desk, made.id, lambda now: None)
    assert running.left_behind(desk) == [made.id]
    done = running.run(desk, made.id, lambda now: None)
    assert (done.imported, len(submissions_of(desk))) == (25, 25)


def test_secret_rows_are_stopped_and_neither_they_nor_the_file_is_kept(desk: Office, open_table, checked, run) -> None:
    made = open_table(table([ROWS[0], ["社〔8〕", "某事", "机密★5年 内情不得外传", "", ""]])).made
    assert made.kept is False
    kept = [path for path in desk.settings.home.rglob("*") if path.is_file() and path.suffix != ".db"]
    assert kept
    assert all("内情" not in path.read_text("utf-8") for path in kept)
    assert not opening.original(desk.settings.home, made.sha256).exists()
    found = checked(made.id)
    assert (found.good, found.barred) == (1, 1)
    assert "保密员" in next(one.advice for one in found.problems)
    assert run(made.id, running.ALL).imported == 1


def test_a_file_that_is_marked_as_a_whole_is_not_taken(desk: Office, open_table) -> None:
    content = "秘密★\n".encode() + table(ROWS)
    with pytest.raises(SecretText, match="保密员"):
        open_table(content)
    assert count(desk, imports.imports) == 0
    assert not [path for path in (desk.settings.home / "imports").rglob("*") if path.is_file()]


def test_a_file_that_cannot_be_read_leaves_nothing(desk: Office, open_table) -> None:
    with pytest.raises(InputFileError, match="网页"):
        open_table(b"<html><table></table></html>", name="台账.xls")
    assert count(desk, imports.imports) == 0
    assert not [path for path in (desk.settings.home / "imports").rglob("*") if path.is_file()]


OLD_HEAD = ("编号", "标题", "正文", "反映人", "类别", "承办单位", "办理结果", "答复日期")
OLD = [
    ["旧1", "转一", "内容一", "王芳", "双减", "区教育局、区卫健局", "已整改", "2024-05-06"],
    ["旧2", "疑二", "内容二", "王芳", "说不清的类", "早已撤并的局", "答复过了", "2024-05-07"],
    ["旧3", "告某局长受贿", "内容三", "", "双减", "区教育局", "转纪委", ""],
]


def test_old_cases_are_closed_with_their_answers_and_labels(desk: Office, open_table, run) -> None:
    made = open_table(table(OLD, OLD_HEAD)).made
    assert opening.plan_of(made).purpose is Purpose.PAST
    done = run(made.id)
    assert done.imported == 3
    with desk.store.read() as connection:
        ids = imports.submission_ids(connection, made.id)
        assert [(one.label.theme, one.label.source.value) for one in labels.every_with_text(connection)] == [
            ("double-reduction", "import")
        ]
    assert len(ids) == 2, "a restricted one is named nowhere"
    first, second = (statistics.story(desk.store, one) for one in ids)
    assert (first.registered.stage, first.registered.lead) == (Stage.CLOSED, "education")
    assert [(item.department, item.state, item.answer) for item in first.items] == [
        ("education", ItemState.CLOSED, "已整改"),
        ("health", ItemState.CLOSED, ""),
    ]
    assert first.decision.person == "clerk"
    assert len(first.decisions) == 2
    assert second.registered.stage is Stage.KEPT
    assert any("早已撤并的局：答复过了" in reason for reason in second.decision.decision.reasons)


def test_cases_of_former_years_are_numbered_in_their_years_and_new_ones_in_this(desk: Office, open_table, run) -> None:
    rows = [
        ["", "甲", "转甲", "", "", "", "已办", "2024-12-31"],
        ["", "乙", "转乙", "", "", "", "已办", "2025-01-01"],
        ["", "丙", "转丙", "", "", "", "已办", "2024-05-06"],
        ["", "丁", "转丁", "", "", "", "已办", ""],
    ]
    run(open_table(table(rows, OLD_HEAD), purpose=Purpose.PAST).made.id)
    run(open_table(table([["", "戊", "转戊", "", "2025-12-30"]]), name="新.csv", purpose=Purpose.NEW).made.id)
    told = {one.submission.title: one.submission.receipt for one in submissions_of(desk)}
    assert told == {
        "甲": "社情〔2024〕1号",
        "乙": "社情〔2025〕1号",
        "丙": "社情〔2024〕2号",
        "丁": "社情〔2026〕1号",
        "戊": "社情〔2026〕2号",
    }


def test_what_an_old_word_stands_for_is_remembered(desk: Office, open_table, checked, run) -> None:
    with desk.store.write() as connection:
        import_memory.keep_values(connection, "department", {"早已撤并的局": "health"}, "clerk", NOW)
        import_memory.keep_values(connection, "theme", {"说不清的类": "education-resources"}, "clerk", NOW)
    made = open_table(table(OLD[1:2], OLD_HEAD)).made
    assert not [one for one in checked(made.id).problems if "没有对上" in one.reason]
    run(made.id)
    with desk.store.read() as connection:
        (only,) = imports.submission_ids(connection, made.id)
    story = statistics.story(desk.store, only)
    assert (story.registered.theme, story.registered.lead) == ("education-resources", "health")
    assert story.items[0].answer == "答复过了"


ROSTER = [
    ["王芳", "教育界", "教科卫体委", "第一小学"],
    ["李强", "农业界", "经济委", "某合作社"],
    ["李强", "工商联", "经济委", "某公司"],
    ["", "文艺界", "文史委", ""],
]


def test_a_roster_completes_who_sent_something(desk: Office, open_table, run) -> None:
    made = open_table(table(ROSTER, ("姓名", "界别", "专委会", "工作单位"))).made
    assert opening.plan_of(made).purpose is Purpose.ROSTER
    done = run(made.id)
    assert (done.imported, done.left_out) == (3, 1)
    rows = [
        ["1", "疑甲", "内容", "王 芳委员", ""],
        ["2", "疑乙", "内容", "李强", ""],
        ["3", "疑丙", "内容", "生人", ""],
    ]
    sent = open_table(table(rows)).made
    run(sent.id)
    found = {one.submission.title: one.submission.submitter for one in submissions_of(desk)}
    assert (found["疑甲"].name, found["疑甲"].circle, found["疑甲"].committee) == ("王芳", "教育界", "教科卫体委")
    assert found["疑乙"].circle == "", "two of that name"
    assert found["疑丙"].name == "生人"
    undoing.undo(desk.store, made.id, "clerk", NOW)
    with desk.store.read() as connection:
        assert members.present(connection) == []


def test_a_roster_again_renews_and_doubles_nobody(desk: Office, open_table, run) -> None:
    head = ("姓名", "界别", "专委会", "工作单位")
    run(open_table(table(ROSTER, head)).made.id)
    run(open_table(table([["王芳", "教育界", "社会委", "第二小学"]], head)).made.id)
    with desk.store.read() as connection:
        found = {(one.name, one.circle): one for one in members.present(connection)}
    assert len(found) == 3
    assert (found["王芳", "教育界"].committee, found["王芳", "教育界"].unit) == ("社会委", "第二小学")


def test_how_columns_are_read_is_remembered_by_their_heads(desk: Office, open_table) -> None:
    from service.files.column_names import Field
    from service.imports import offline

    head = ("甲列", "乙列")
    rows = [["关于路灯的事项", "路灯不亮，居民出行不便，请尽快维修。"]]
    made = open_table(table(rows, head)).made
    plan = offline.planned(desk, made, offline.Wishes(columns={Field.TEXT: "甲列", Field.TITLE: "乙列"}))
    assert opening.plan_of(plan).columns == (Field.TEXT, Field.TITLE)
    again = open_table(table([["另一件事情的标题", "另一件事情的内容，写得长一些。"]], head)).made
    assert opening.plan_of(again).columns == (Field.TEXT, Field.TITLE)
    assert opening.plan_of(again).whys == ("同上次", "同上次")


def test_every_row_has_one_outcome(desk: Office, open_table, run) -> None:
    made = open_table(table(ROWS)).made
    run(made.id)
    with desk.store.read() as connection:
        found = imports.outcomes(connection, made.id, list(Outcome))
    assert list(found) == [1, 2, 3, 4]
    assert count(desk, tables.submissions) == sum(one.outcome is Outcome.IMPORTED for one in found.values())


def test_an_old_answer_stands_among_the_similar_past_cases(desk: Office, open_table, run) -> None:
    run(open_table(table(OLD, OLD_HEAD)).made.id)
    found = desk.similar.nearest(Writing(title="转一", text="内容一"))
    assert found
    assert found[0].answer == "已整改"
