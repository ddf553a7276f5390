"""What columns mean, what words stand for."""

from collections import Counter
from datetime import UTC, datetime

from service.files.column_names import Field
from service.files.grid import GridRow
from service.imports.mapping import BY_CONTENT, BY_NAME, best_sheet, of_former_years, propose, remembered
from service.imports.meanings import LIKE, NAMED, SAID, THEME, UNKNOWN, Meanings, table, units
from service.imports.plan import About, Plan, Purpose, SheetAbout

SHEET = SheetAbout(index=0, name="表")


def rows(*lines: tuple[str, ...]) -> list[GridRow]:
    return [GridRow(sheet=0, number=number, cells=line) for number, line in enumerate(lines, start=1)]


def meant(plan: Plan) -> list[Field | None]:
    return list(plan.columns)


def test_columns_are_known_by_name_each_field_once() -> None:
    plan = propose(SHEET, rows(("编号", "主题", "标题", "内容", "意见建议", "备注"), ("1", "a", "b", "c", "d", "e")))
    assert meant(plan) == [Field.ID, Field.TITLE, None, Field.TEXT, Field.TEXT, None]
    assert plan.whys[0] == BY_NAME


def test_columns_without_a_known_name_are_known_by_content() -> None:
    text = "巷子口的路灯坏了很久没有人修，晚上出行很不安全，请尽快安排维修。"
    plan = propose(
        SHEET,
        rows(
            ("甲", "乙", "丙", "丁"), *((f"第{n}条路的路灯不亮", text, "13995000000", "2025-01-02") for n in range(5))
        ),
    )
    assert meant(plan) == [Field.TITLE, Field.TEXT, Field.PHONE, Field.RECEIVED]
    assert set(plan.whys) == {BY_CONTENT}


def test_what_was_said_last_time_holds() -> None:
    before = {"columns": {"甲": "text", "标题": None}, "source": "旧台账"}
    plan = propose(SHEET, rows(("甲", "标题"), ("内容", "x")), before=before)
    assert (meant(plan), plan.source) == ([Field.TEXT, None], "旧台账")


def test_the_purpose_shows_in_the_columns() -> None:
    old = propose(SHEET, rows(("标题", "办理结果"), ("甲", "已办"), ("乙", "")))
    assert old.purpose is Purpose.NEW
    assert propose(SHEET, rows(("标题", "办理结果"), ("甲", "已办"), ("乙", "已办"))).purpose is Purpose.PAST
    assert propose(SHEET, rows(("姓名", "界别"), ("张三", "农业界"))).purpose is Purpose.ROSTER


def test_what_came_long_ago_is_over() -> None:
    now = datetime(2026, 1, 10, tzinfo=UTC)

    def purpose(*days: str) -> Purpose:
        table = rows(("标题", "收到时间"), *((f"第{place}条", day) for place, day in enumerate(days)))
        return of_former_years(propose(SHEET, table), table, now).purpose

    assert purpose("2025.1.8", "2025.3.20", "2025.6.1", "", "2025.12.20") is Purpose.PAST
    assert purpose("2025.6.1", "2025.11.20", "2025.12.20") is Purpose.NEW
    assert purpose("", "待定") is Purpose.NEW
    roster = rows(("姓名", "界别", "收到时间"), ("张三", "农业界", "2020.1.1"))
    assert of_former_years(propose(SHEET, roster), roster, now).purpose is Purpose.ROSTER


def test_the_sheet_with_most_rows_is_proposed_and_no_hidden_one() -> None:
    sheets = (
        SheetAbout(index=0, name="说明", rows=3), SheetAbout(index=1, name="台账", rows=200),
        SheetAbout(index=2, name="旧", rows=900, hidden=True),
    )  # fmt: skip
    assert best_sheet(About(kind="", encoding="", notes=(), sheets=sheets)).name == "台账"


def test_old_words_stand_for_what_was_said_for_their_name_or_for_what_is_like_them(taxonomy) -> None:
    known = Meanings(taxonomy=taxonomy, themes={"旧一": "double-reduction", "旧二": ""}, departments={})
    found = {
        one.value: (one.target, one.why)
        for one in table(known, THEME, Counter(["旧一", "旧二", "双减", "老旧小区", "城市交通出行", "天外来客"]))
    }
    assert found["旧一"] == ("double-reduction", SAID)
    assert found["旧二"] == ("", SAID)
    assert found["双减"] == ("double-reduction", NAMED)
    assert found["城市交通出行"][1] == LIKE
    assert found["天外来客"] == ("", UNKNOWN)


def test_a_cell_may_name_several_units() -> None:
    assert units("主办：区住建局；会办：区水务局、区财政局\n上桥镇") == ("区住建局", "区水务局", "区财政局", "上桥镇")


def test_only_what_a_person_said_is_remembered() -> None:
    plan = propose(SHEET, rows(("标题", "甲"), ("x", "内容")), before={"columns": {"甲": "text"}, "source": "微信"})
    assert remembered(plan) == {"columns": {"甲": "text"}, "source": "微信"}
