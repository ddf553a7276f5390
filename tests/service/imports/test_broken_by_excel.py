"""What Excel or a wrong encoding broke before the file came here is said on its row, with what to do."""

import io

import pytest
import xlsxwriter

from service.office import Office

HEAD = ("标题", "正文", "电话", "身份证号", "收到日期")
WHOLE = "供热管网老化，冬季室温不达标，建议列入改造计划。"
ROWS: tuple[tuple[tuple[object, ...], str], ...] = (
    (("好的一行", WHOLE, "13995000000", "", "2026-11-02"), ""),
    (("号码成了数值", WHOLE, "", 110101199003070000, ""), "15 位以上的号码存成了数值"),
    (("电话成了数值", WHOLE, 13995000000, "", ""), "电话号码存成了数值"),
    (("区号没有了零", WHOLE, 9532012345, "", ""), "开头的 0 可能已丢失"),
    (("日期成了序号", WHOLE, "", "", 46328), "日期存成了序号（2026-11-02）"),
    (("日期不成日期", WHOLE, "", "", "上个月"), "日期无法识别"),
    (("公式没有结果", "=CONCATENATE(A1,B1)", "", "", ""), "公式没有保存计算结果"),
    (("正好一格", "长" * 32_767, "", "", ""), "内容正好 32,767 字"),
    (("乱码一", "锟斤拷锟斤拷锟斤拷锟斤拷锟斤拷锟斤拷", "", "", ""), "疑似乱码"),
    (("乱码二", WHOLE.encode().decode("gb18030", "replace"), "", "", ""), "疑似乱码"),
)


def workbook() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, HEAD)
        for row, (cells, _) in enumerate(ROWS, start=1):
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(row, column, cell, value="")
                else:
                    sheet.write(row, column, cell)
    return made.getvalue()


@pytest.fixture
def said(desk: Office, open_table, checked) -> dict[int, str]:
    """Give what is said of each row, by its number in the file."""
    found = checked(open_table(workbook(), name="台账.xlsx").made.id)
    told: dict[int, str] = {}
    for one in found.problems:
        told[one.number] = f"{told.get(one.number, '')}{one.column}：{one.reason}。{one.advice}；"
    return told


def test_each_is_said_on_its_row_with_what_to_do(said: dict[int, str]) -> None:
    for number, ((title, *_), reason) in enumerate(ROWS, start=2):
        assert reason in said.get(number, ""), title
    assert 2 not in said
    assert all("请" in told for told in said.values())
