"""Heads in any of the first rows, over one line or two, or nowhere."""

import pytest

from service.files.column_names import Field, field_named
from service.files.grid import GridRow
from service.files.headers import find_head, head_of


def rows(*lines: tuple[str, ...]) -> list[GridRow]:
    return [GridRow(sheet=0, number=number, cells=line) for number, line in enumerate(lines, start=1)]


def test_a_head_in_row_three_under_a_title() -> None:
    found = find_head(
        rows(("某区台账", "", ""), ("填报单位：某室", "", ""), ("编号", "标题", "内容"), ("1", "甲", "乙"))
    )
    assert (found.first, found.last, found.names) == (3, 3, ("编号", "标题", "内容"))


def test_a_head_over_two_lines_whose_upper_one_is_merged() -> None:
    filled = rows(("标题", "反映人信息", ""), ("标题", "姓名", "电话"), ("甲", "张三", "139"))
    blank = rows(("标题", "反映人信息", ""), ("", "姓名", "电话"), ("甲", "张三", "139"))
    for found in map(find_head, (filled, blank)):
        assert (found.first, found.last, found.names) == (1, 2, ("标题", "姓名", "电话"))


def test_the_first_row_of_contents_is_no_second_line() -> None:
    found = find_head(rows(("标题", "内容"), ("关于姓名登记的事", "内容很多")))
    assert (found.first, found.last) == (1, 1)


def test_a_table_without_a_head_has_counted_columns() -> None:
    found = find_head(
        rows(("2025-01-02", "路灯不亮，居民出行不便，请有关部门尽快前来维修为盼，谢谢。"), ("2025-01-03", "水管漏水"))
    )
    assert (found.first, found.names) == (0, ("第 1 列", "第 2 列"))


def test_unknown_heads_are_heads_all_the_same() -> None:
    found = find_head(rows(("甲项", "乙项"), ("一些内容", "另一些内容")))
    assert (found.first, found.names) == (1, ("甲项", "乙项"))


def test_names_that_occur_twice_or_not_at_all_are_told_apart() -> None:
    found = head_of(rows(("标题", "标题", "", "内容")), 1, 1)
    assert found.names == ("标题", "标题（2）", "第 3 列", "内容")


def test_the_same_heads_have_the_same_fingerprint_whatever_stands_above() -> None:
    one = find_head(rows(("标题", "内容"), ("甲", "乙")))
    other = find_head(rows(("台账", ""), ("标 题*", "内容"), ("丙", "丁")))
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("留言编号", Field.ID),
        ("案由（必填）", Field.TITLE),
        ("联系 电话：", Field.PHONE),
        ("备注", None),
        ("Title", Field.TITLE),
    ],
)
def test_heads_are_known_by_their_usual_names(name: str, field: Field | None) -> None:
    assert field_named(name) is field
