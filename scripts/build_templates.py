"""Build the shipped paper templates (data/templates/*.docx): the same bytes each time, so that a change can be reviewed.

    python scripts/build_templates.py [FOLDER]

An office does not run this: it edits the .docx in WPS. The tags in braces are filled by `service.papers`.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from docx.document import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.shared import Mm
from docx.table import Table, _Cell

from service.files.word_writing import (
    BODY,
    LABEL,
    TITLE,
    add,
    add_line,
    add_page_number,
    new_document,
    repeat_as_head,
    write,
)

FOLDER = Path(__file__).resolve().parent.parent / "data" / "templates"
_RESULTS = ("{%p for 一条 in 办理 %}", "{{ 一条.单位 }}（{{ 一条.日期 }}）：{{ 一条.结果 }}", "{%p endfor %}")
SIGNATURE = ("{{ 单位 }}", "{{ 今天 }}")
NARROW = 33
"""Widest column, in millimetres, whose content stands in the middle."""


def red_head(document: Document, name: str = "{{ 单位 }}", size: float = 30) -> None:
    """Put the red name of the office and the red line below it at the top of the first page."""
    add(document, name, font=TITLE, size=size, align="center", pitch=0, red=True)
    line = add(document, "{{ 登记号 }}", size=16, align="right", pitch=32)
    add_line(line)


def heading(document: Document, *lines: str) -> None:
    """Put a title of one or more lines."""
    add(document, "", pitch=16)
    for line in lines:
        add(document, line, font=TITLE, size=22, align="center", pitch=34)
    add(document, "", pitch=12)


def body(document: Document, *paragraphs: str) -> None:
    """Put paragraphs, each begun two characters in."""
    for text in paragraphs:
        add(document, text, indent=2)


def signed(document: Document) -> None:
    """Put the name of the office and the day at the right, with room for the seal."""
    add(document, "")
    for text in SIGNATURE:
        paragraph = add(document, text, align="right")
        paragraph.paragraph_format.right_indent = Mm(16)


def writing_below(document: Document) -> None:
    """Put the submission itself on a page of its own."""
    add(document, "附件", font=LABEL, align="left").paragraph_format.page_break_before = True
    heading(document, "{{ 标题 }}")
    body(document, "{%p for 段 in 正文 %}", "{{ 段 }}", "{%p endfor %}")


def grid(document: Document, widths: tuple[float, ...]) -> Table:
    """Put a table without rows; widths in millimetres."""
    table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def fill(cell: _Cell, *lines: str, font: str = BODY, align: str = "both", size: float = 14) -> None:
    """Write lines into a cell."""
    for line in lines:
        add(cell, line, font=font, size=size, align=align, pitch=size + (8 if size > 12 else 6))
    cell._tc.remove(cell.paragraphs[0]._p)


def row(table: Table, height: float, *cells: tuple[str, ...] | str, size: float = 14) -> None:
    """Append a row of label, content, label, content …; the last content takes what is left. Height in millimetres."""
    added = table.add_row()
    added.height, added.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
    if len(cells) < len(table.columns):
        added.cells[len(cells) - 1].merge(added.cells[-1])
    for place, content in enumerate(cells):
        cell = added.cells[place]
        cell.vertical_alignment = 1 if isinstance(content, str) else 0
        if isinstance(content, tuple):
            fill(cell, *content, size=size)
        elif place % 2:
            fill(cell, content, align="left")
        else:
            fill(cell, content, font=LABEL, align="center")


def listing(document: Document, loop: str, columns: tuple[tuple[str, float, str], ...], size: float = 12) -> None:
    """Put a table with a row for each of a list.

    Args:
        document: where it goes.
        loop: such as `一级 in 各级`.
        columns: head, width in millimetres and content of each.
        size: of its characters, in points.
    """
    table = grid(document, tuple(width for _, width, _ in columns))
    head = table.add_row()
    repeat_as_head(head)
    for cell, (name, _, _) in zip(head.cells, columns, strict=True):
        fill(cell, name, font=LABEL, align="center", size=size)
    fill(table.add_row().cells[0], f"{{%tr for {loop} %}}", size=size)
    for cell, (_, width, content) in zip(table.add_row().cells, columns, strict=True):
        fill(cell, content, align="left" if width > NARROW else "center", size=size)
    fill(table.add_row().cells[0], "{%tr endfor %}", size=size)


def monthly() -> Document:
    """月报: the figures of a period."""
    document = new_document()
    heading(document, "社情民意工作情况", "（{{ 时段 }}）")
    add(document, "一、总体情况", font=LABEL, indent=2)
    body(
        document,
        "{{ 时段 }}共收到社情民意信息{{ 收到 }}件，其中有效{{ 有效 }}件，并案的重复来稿{{ 并案 }}件；报送各级{{ 报送合计 }}件（不重复计），转部门办理{{ 转办合计 }}件。",
    )
    levels = (("级别", 60, "级"), ("报送（件）", 32, "报送"), ("采用（件）", 32, "采用"), ("批示（件）", 32, "批示"))
    listing(document, "一级 in 各级", tuple((name, width, f"{{{{ 一级.{key} }}}}") for name, width, key in levels))
    add(document, "二、办理情况", font=LABEL, indent=2)
    body(
        document,
        "转出承办件{{ 承办情况.转出 }}个，签收{{ 承办情况.签收 }}个，报送办理结果{{ 承办情况.报送结果 }}个，按期报送结果率{{ 承办情况.按期率 }}；办结{{ 承办情况.办结 }}个，目前超期未报{{ 承办情况.超期 }}个。",
    )
    for number, name in (("三", "主题"), ("四", "地点")):
        add(document, f"{number}、按{name}", font=LABEL, indent=2)
        columns = ((name, 92, "{{ 一行.名称 }}"), ("件数", 32, "{{ 一行.件数 }}"), ("占比", 32, "{{ 一行.占比 }}"))
        listing(document, f"一行 in 按{name}", columns)
    add(document, "五、热点", font=LABEL, indent=2)
    body(document, "{%p if 热点 %}")
    hot = (("热度排名", 18, "排名"), ("问题编号", 34, "编号"), ("件数", 14, "件数"), ("时间范围", 30, "时间"))
    hot += (("地点", 24, "地点"), ("问题描述", 36, "描述"))
    listing(
        document, "一点 in 热点", tuple((name, width, f"{{{{ 一点.{key} }}}}") for name, width, key in hot), size=10.5
    )
    body(document, "{%p else %}", "没有五件以上反映同一事项的热点。", "{%p endif %}")
    add(document, "说明：{{ 说明 }}", size=12, indent=2, pitch=22)
    signed(document)
    add_page_number(document)
    return document


def bulletin() -> Document:
    """采用通报."""
    document = new_document(landscape=True)
    heading(document, "社情民意信息采用情况通报", "（{{ 时段 }}）")
    columns = [
        ("序号", 14),
        ("姓名", 26),
        ("界别", 36),
        ("专委会", 46),
        ("报送", 18),
        ("区级采用", 20),
        ("市级采用", 20),
    ]
    columns += [("自治区级采用", 24), ("全国采用", 20), ("批示", 16), ("得分", 16)]
    cells = tuple((name, width, f"{{{{ 一人.{name} }}}}") for name, width in columns)
    listing(document, "一人 in 通报", cells, size=10.5)
    add(document, "{{ 计分说明 }}", size=12, align="left", pitch=24)
    signed(document)
    add_page_number(document)
    return document


def slip() -> Document:
    """来稿处理单."""
    document = new_document()
    section = document.sections[0]
    section.top_margin, section.bottom_margin = Mm(18), Mm(13)
    section.left_margin = section.right_margin = Mm(24)
    add(document, "{{ 单位 }}", font=TITLE, size=18, align="center", pitch=28)
    add(document, "{{ 类别 }}处理单", font=TITLE, size=22, align="center", pitch=36)
    number = add(document, "登记号：{{ 登记号 }}　　　　缓急：{{ 缓急 }}", size=14, align="left", pitch=26)
    number.paragraph_format.space_after = Mm(1)
    table = grid(document, (26, 55, 26, 55))
    row(table, 9, "收到日期", "{{ 收到日期 }}", "来源渠道", "{{ 来源 }}")
    row(table, 9, "反映人", "{{ 反映人 }}", "单位职务", "{{ 反映人单位 }}")
    row(table, 9, "界别", "{{ 界别 }}", "专委会", "{{ 专委会 }}")
    row(table, 10, "标题", "{{ 标题 }}")
    row(table, 40, "内容摘要", ("{%p for 段 in 摘要 %}", "　　{{ 段 }}", "{%p endfor %}"), size=12)
    row(table, 9, "主题", "{{ 主题 }}", "去向", "{{ 去向 }}")
    opinion = (
        "{{ 拟办意见 }}",
        "{%p for 理由 in 依据 %}",
        "{{ 理由 }}",
        "{%p endfor %}",
        "拟办人：{{ 拟办人 }}　　{{ 拟办日期 }}",
    )
    row(table, 30, "拟办意见", opinion)
    row(table, 14, "审核签发", ("{{ 签发 }}",))
    told = ("{%p for 一条 in 批示 %}", "{{ 一条.内容 }}", "——{{ 一条.领导 }}　{{ 一条.日期 }}", "{%p endfor %}")
    row(table, 22, "领导批示", told)
    done = ("{%p for 一条 in 办理 %}", "{{ 一条.单位 }}（{{ 一条.日期 }}）：{{ 一条.摘要 }}", "{%p endfor %}")
    row(table, 26, "办理结果", done, size=12)
    row(table, 9, "备注", ("{{ 备注 }}",))
    add(document, "{%p if 附全文 %}")
    writing_below(document)
    add(document, "{%p endif %}")
    add(document, "{%p if 附结果 %}")
    add(document, "附件", font=LABEL, align="left").paragraph_format.page_break_before = True
    heading(document, "办理结果")
    body(document, *_RESULTS)
    add(document, "{%p endif %}")
    return document


def letter() -> Document:
    """转办函."""
    document = new_document()
    red_head(document)
    heading(document, "关于转办社情民意信息的函")
    add(document, "{{ 承办单位 }}：", align="left")
    body(
        document,
        "现将我办{{ 收到日期 }}收到的社情民意信息《{{ 标题 }}》（{{ 登记号 }}）转你单位{{ 角色 }}，请按照职责认真研究办理。",
        "一、请于收到后{{ 退回期限 }}个工作日内签收；认为不属于本单位职责的，请在此期限内书面说明理由和依据申请退回，不得自行转送其他单位。",
        "二、请于{{ 办理期限 }}前将办理情况书面反馈我办，写明办理过程、结果和下一步打算；确需延期的，请提前申请。",
        "{%p if 会办单位 %}",
        "三、本件主办单位：{{ 主办单位 }}；会办单位：{{ 会办单位 }}。会办单位意见请送主办单位汇总。",
        "{%p endif %}",
        "{%p if 公开反映人 %}",
        "反映人：{{ 反映人 }}　{{ 反映人单位 }}　联系电话：{{ 电话 }}。以上信息仅供办理时联系，请注意保密。",
        "{%p endif %}",
        "联系人：{{ 联系人 }}　　联系电话：{{ 联系电话 }}",
        "附件：{{ 标题 }}",
    )
    signed(document)
    writing_below(document)
    add_page_number(document)
    return document


def reminder() -> Document:
    """催办函."""
    document = new_document()
    red_head(document)
    heading(document, "关于催办社情民意信息的函")
    add(document, "{{ 承办单位 }}：", align="left")
    body(
        document,
        "我办于{{ 转办日期 }}转你单位{{ 角色 }}的社情民意信息《{{ 标题 }}》（{{ 登记号 }}），办理期限为{{ 办理期限 }}，{{ 期限情况 }}，至今未收到办理情况反馈。",
        "请你单位高度重视，抓紧办理，并于收到本函后 5 个工作日内书面反馈办理情况；因客观原因不能按期办结的，请书面说明原因、已开展的工作和预计办结时间。",
        "{%p if 催办次数 %}",
        "此前已催办 {{ 催办次数 }} 次。",
        "{%p endif %}",
        "联系人：{{ 联系人 }}　　联系电话：{{ 联系电话 }}",
    )
    signed(document)
    add_page_number(document)
    return document


def feedback() -> Document:
    """办理情况反馈函."""
    document = new_document()
    red_head(document)
    heading(document, "社情民意信息办理情况反馈函")
    add(document, "{{ 称呼 }}：", align="left")
    body(
        document,
        "您反映的《{{ 标题 }}》（{{ 登记号 }}）收悉。{{ 去向说明 }}现将办理情况反馈如下：",
        *_RESULTS,
        "{%p for 一条 in 报送 %}",
        "该信息已于{{ 一条.日期 }}报送{{ 一条.单位 }}{{ 一条.结果 }}。",
        "{%p endfor %}",
        "感谢您对政协工作的关心和支持。如对办理情况有不同意见，请与我办联系。联系人：{{ 联系人 }}　联系电话：{{ 联系电话 }}",
    )
    signed(document)
    line = add(document, "评价回执（请选择后交回）：　□ 满意　　□ 基本满意　　□ 不满意", size=14, align="left")
    line.paragraph_format.space_before = Mm(5)
    line.paragraph_format.keep_with_next = True
    add_line(line, color="000000", width=6, side="top")
    add(document, "意见建议：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿　签名：＿＿＿＿＿", size=14, align="left")
    add_page_number(document)
    return document


def brief() -> Document:
    """《社情民意》."""
    document = new_document()
    add(document, "社情民意", font=TITLE, size=54, align="center", pitch=0, red=True)
    add(document, "{{ 期号 }}", align="center", pitch=34)
    line = add(document, "", align="left", pitch=32)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156), 2)
    write(line, "{{ 单位 }}\t{{ 日期 }}")
    add_line(line)
    body(document, "{%p for 一篇 in 篇目 %}")
    heading(document, "{{ 一篇.标题 }}")
    body(
        document,
        "{%p for 段 in 一篇.正文 %}",
        "{{ 段 }}",
        "{%p endfor %}",
        "{%p if 一篇.反映人 %}",
        "（{{ 一篇.反映人 }}）",
        "{%p endif %}",
        "{%p endfor %}",
    )
    add(document, "")
    last = add(document, "报：{{ 报 }}", size=14, align="left", pitch=26)
    add_line(last, color="000000", width=8, side="top")
    sent = add(document, "送：{{ 送 }}", size=14, align="left", pitch=26)
    add_line(sent, color="000000", width=4, side="top")
    foot = add(document, "", size=14, align="left", pitch=26)
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(156), 2)
    write(foot, "签发：{{ 签发人 }}\t共印 {{ 份数 }} 份", size=14)
    add_line(foot, color="000000", width=8, side="bottom")
    add_page_number(document)
    return document


BUILDERS: dict[str, Callable[[], Document]] = {
    "slip": slip,
    "letter": letter,
    "reminder": reminder,
    "feedback": feedback,
    "brief": brief,
    "monthly": monthly,
    "bulletin": bulletin,
}


def packed(document: Document) -> bytes:
    """Give the bytes of a document, which hold no moment of making."""
    core = document.core_properties
    core.author, core.title, core.comments = "民意分办", "", ""
    core.created = core.modified = datetime(2026, 1, 1, tzinfo=UTC)
    made, kept = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)
    return kept.getvalue()


def main() -> int:
    """Run the program."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, build in BUILDERS.items():
        (folder / f"{name}.docx").write_bytes(packed(build()))
        print(folder / f"{name}.docx")
    return 0


if __name__ == "__main__":
    sys.exit(main())
