"""The first ten minutes: from a first start on an empty database to a 来稿处理单, by what the pages themselves say.

What the machine takes is measured and printed (`-s`), and beside it what a person's typing and reading is assumed to
take: 40 characters a minute for what has to be typed, 10 seconds to find one's way on a page that is new.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO

import pytest
from docx import Document
from playwright.sync_api import Page, expect
from xlsxwriter import Workbook

from service.deadlines import BEIJING

TABLE = "2025年社情民意信息台账.xlsx"
CASES = (
    ("2025.1.8", "马建国", "农业界", "13995012345", "关于修缮板桥乡农田灌溉支渠的建议",
     "板桥乡三队的支渠年久失修，春灌时漏水严重，下游二百多亩地浇不上水。建议冬闲时安排衬砌。", "区农业农村局"),
    ("2025.2.17", "李秀英", "教育界", "13709531122", "关于加强课后服务的建议",
     "现在小学课后服务多是做作业，孩子没有兴趣。建议开设体育、美术、科技等兴趣班，请退休教师参加。", "区教育局"),
    ("2025.3.3", "杨志强", "医药卫生界", "0953-2661234", "关于方便老年人就医的建议",
     "乡镇卫生院慢病药品不全，老人每月要进城开药。建议扩大乡镇卫生院慢病用药目录，推行长处方。", "区卫生健康局"),
    ("", "", "", "", "关于增设公交站点的建议",
     "新区几个小区入住了两千多户，最近的公交站要走二十分钟。建议延伸公交线路，增设站点。", "市交通运输局"),
)  # fmt: skip
MESSAGE = (
    "老马 2026/11/24 20:12\n王主席好，我们板桥乡波浪渠村的文化广场路灯坏了半年多了\n"
    "老马 2026/11/24 20:13\n晚上黑灯瞎火的，老人跳舞摔过两次，能不能换成太阳能的。我电话13995098765"
)
READING = 10
TYPING = 1.5


class Clock:
    """How long each step took the machine, and how long a person is assumed to take for it."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, float, float]] = []

    @contextmanager
    def step(self, name: str, *, pages: int = 1, typed: int = 0) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.lines.append((name, time.perf_counter() - begun, pages * READING + typed * TYPING))

    def tell(self) -> None:
        print("\nstep: the machine, a person (assumed)")
        for name, machine, person in self.lines:
            print(f"  {name}: {machine:.1f} s, {person:.0f} s")
        machine, person = (sum(one[place] for one in self.lines) for place in (1, 2))
        print(f"  all: {machine:.1f} s, {person / 60:.1f} min")


def office_table() -> bytes:
    """Write a table as an office keeps it: a title, who filled it in, a head of two rows with merged cells, a sum."""
    held = BytesIO()
    with Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet("2025年")
        sheet.merge_range("A1:I1", "某区政协2025年社情民意信息收集办理台账")
        sheet.merge_range("A2:I2", "填报单位：办公室    填报日期：2025年12月31日")
        for place, name in ((0, "序号"), (1, "收到时间"), (7, "承办单位"), (8, "备注")):
            sheet.merge_range(2, place, 3, place, name)
        sheet.merge_range(2, 2, 2, 4, "反映人")
        sheet.merge_range(2, 5, 2, 6, "来稿内容")
        sheet.write_row(3, 2, ("姓名", "界别", "联系电话", "标题", "主要内容"))
        for number, case in enumerate(CASES, 1):
            sheet.write_row(3 + number, 0, (number, *case))
    return held.getvalue()


@pytest.fixture
def stranger(browser, make_server) -> Iterator[tuple[Page, str]]:
    """Give a page that nobody is signed in on, and the password that a first start has printed."""
    server = make_server()
    server.start()
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=server.address, accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    wrong: list[str] = []
    page.on("console", lambda told: wrong.append(told.text) if told.type in ("error", "warning") else None)
    found = re.search(r"初始密码 (\S+)", server.log())
    assert found is not None
    yield page, found[1]
    context.close()
    server.stop()
    assert wrong == []


def sign_in(page: Page, user_name: str, first: str, own: str) -> None:
    """Sign in with a first password, which has to be changed."""
    page.fill("#user_name", user_name)
    page.fill("#password", first)
    page.click("button:has-text('登录')")
    page.fill("[name=old]", first)
    page.fill("[name=password]", own)
    page.fill("[name=again]", own)
    page.click("button:has-text('修改密码')")
    expect(page.locator("h1")).to_have_text("工作台")


def steps_done(page: Page) -> list[bool]:
    return [one.locator(".tag").count() == 1 for one in page.locator(".steps li").all()]


def test_the_first_ten_minutes(stranger) -> None:
    page, first = stranger
    clock = Clock()
    with clock.step("sign in as the administrator, another password", pages=3, typed=60):
        page.goto("/")
        expect(page.locator(".notice")).to_contain_text("admin")
        sign_in(page, "admin", first, "office-2026-a")
    with clock.step("make an account for the clerk", pages=3, typed=20):
        page.click(".steps a:has-text('建立账号')")
        page.fill("#user_name", "wang")
        page.fill("#name", "王经办")
        page.get_by_label("登记经办").check()
        page.get_by_label("审核签发").check()
        page.get_by_label("指定为限阅件阅件人").check()
        page.click("button:has-text('新建账号')")
        given = page.locator("main dl b").inner_text()
        page.click("text=民意分办")
        assert steps_done(page) == [True, False]
        page.click("button:has-text('退出')")
    with clock.step("sign in as the clerk, another password", pages=3, typed=60):
        expect(page.locator("text=首次使用")).to_have_count(0)
        sign_in(page, "wang", given, "office-2026-b")
        assert steps_done(page) == [False] * 4
    with clock.step("import last year's table", pages=4):
        page.click(".steps a:has-text('台账')")
        page.set_input_files("#files", [{"name": TABLE, "mimeType": "", "buffer": office_table()}])
        expect(page.locator("#purpose")).to_have_value("past")
        page.click("button:has-text('导入没有问题的 4 行')")
        page.click("a:has-text('查看来稿')")
        rows = page.locator("table.list tbody tr")
        expect(rows).to_have_count(4)
        numbers = rows.locator("a[href^='/submissions/']:text('号')").all_inner_texts()
        year = datetime.now(BEIJING).year
        assert numbers == [f"社情〔{year}〕1号", *(f"社情〔2025〕{number}号" for number in (3, 2, 1))]
        themes = rows.locator("td:nth-child(4)").all_inner_texts()
        assert len(themes) == 4
        assert "—" not in themes
    with clock.step("paste and register a message", pages=2, typed=0):
        page.click("text=民意分办")
        page.click(".steps a:has-text('登记')")
        page.fill("#text", MESSAGE)
        page.click("#judged button:has-text('像是微信聊天记录')")
        page.click("#judged button:has-text('把电话填入')")
        page.click("#judged button:has-text('标题填')")
        page.click("#judged button:has-text('地点填')")
        assert page.input_value("#title") == "板桥乡波浪渠村的文化广场路灯坏了半年多了"
        assert page.input_value("#phone") == "13995098765"
        page.wait_for_selector("#judged .ranked")
        page.click("main form button:has-text('登记')")
        expect(page.locator("p b")).to_have_text(f"社情〔{year}〕2号")
    with clock.step("confirm and sign", pages=3):
        page.click("a:has-text('到待拟办核对')")
        page.click("button:has-text('确认 Enter')")
        page.wait_for_selector("#told form[data-undo]")
        page.click("text=民意分办")
        assert steps_done(page) == [True, True, True, False]
        page.click(".steps a:has-text('签发')")
        page.click("[aria-label=全选]")
        page.click("button:has-text('签发所选')")
        expect(page.locator(".notice.done")).to_contain_text("已签发")
        page.click("text=民意分办")
        expect(page.locator(".steps")).to_have_count(0)
    with clock.step("print the 来稿处理单", pages=2):
        page.click("nav a:text-is('来稿')")
        page.click("td.title >> text=路灯")
        page.click("summary:has-text('打印文书')")
        with page.expect_download() as download:
            page.click("a:has-text('来稿处理单')")
        words = "\n".join(cell.text for table in Document(download.value.path()).tables for cell in table._cells)
    assert "139****8765" in words
    assert "13995098765" not in words
    assert "板桥乡波浪渠村的文化广场路灯" in words
    clock.tell()
