"""The pages in a real browser: what a desk clerk and a department clerk do, watched for errors and foreign requests."""

from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from service.access import Post

TEXT = "我们小区的暖气管道老化，一到冬天就不热，外墙也没有保温层，希望今年能列入改造计划。我的电话13812345678。"


def register(page, title: str, text: str = TEXT) -> str:
    page.goto("/register")
    page.fill("#title", title)
    page.fill("#text", text)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=已登记")
    return page.locator("p b").inner_text()


def no_overflow(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_typing_shows_a_judgement_and_registering_gives_a_number(page, tmp_path: Path) -> None:
    page.goto("/register")
    page.fill("#title", "关于供热管网改造的建议")
    page.locator("#text").press_sequentially("暖气管道老化", delay=5)
    page.wait_for_selector("#judged .ranked")
    page.fill("#text", TEXT)
    page.wait_for_selector("#judged >> text=电话 1 处")
    assert page.locator("#judged mark").count() > 0
    assert no_overflow(page)
    picture = tmp_path / "原稿.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    page.set_input_files("#files", picture)
    page.wait_for_selector("[data-names=files] >> text=原稿.png")
    page.click("button:has-text('登记')")
    page.wait_for_selector("text=已登记")
    page.click("text=查看这件")
    page.wait_for_selector("text=原稿.png")
    assert "13812345678" in page.locator(".raw").first.inner_text()


def test_from_review_to_the_unit(page, open_page) -> None:
    title = f"关于课后服务的建议{uuid4().hex[:6]}"
    register(page, title, "孩子天天写作业到十一点，课后服务就是做题，建议开设兴趣班。")
    page.goto(f"/submissions?q={title}")
    page.click("table.list tbody a >> nth=0")
    page.select_option("#theme", "double-reduction")
    page.wait_for_selector("#units >> text=依据职责条目")
    assert page.input_value("#department") == "education"
    page.check("input[name=dispositions][value=department]")
    page.click("button:has-text('确认拟办意见')")
    page.wait_for_selector("text=已确认拟办意见")
    page.click("button:has-text('签发')")
    page.wait_for_selector("text=已签发")
    unit = open_page(Post.LIAISON, department="education")
    unit.goto("/departments/education?state=queued")
    row = unit.locator("table.items tr", has_text=title[:8]).first
    row.locator("td.title").click()
    unit.wait_for_selector("#detail button:has-text('签收')")
    assert unit.locator("#detail >> text=办结").count() == 0


def test_signing_many_at_once(page, server) -> None:
    for number in range(3):
        body = {"title": f"批量{number}", "text": "社区图书室不开门，建议延长开放时间"}
        headers = {"Idempotency-Key": uuid4().hex}
        told = httpx2.post(f"{server.address}/api/v1/submissions", json=body, headers=headers, timeout=30).json()
        decision = {
            "theme": "culture-sports",
            "department": "culture-tourism",
            "dispositions": ["department"],
            "co_departments": [],
        }
        decided = httpx2.post(f"{server.address}/api/v1/submissions/{told['id']}/decide", json=decision, timeout=30)
        assert decided.status_code == 200
    page.goto("/ledger?state=awaiting_signature")
    page.check("[data-all]")
    page.click("button:has-text('签发所选')")
    page.wait_for_selector("text=已签发")


@pytest.mark.parametrize(
    "address",
    ["/submissions", "/review", "/ledger", "/departments", "/themes", "/docs", "/submissions?q=没有这样的来稿"],
)
def test_every_page_fits_the_screen_and_speaks_chinese(page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert no_overflow(page)
    if address != "/docs":
        words = page.evaluate("document.querySelector('main').innerText")
        assert not [word for word in ("undefined", "None", "null", "Error") if word in words]


def test_a_wrong_filter_and_a_wrong_number_are_said(page) -> None:
    page.goto("/submissions?from=2026-13-45")
    page.wait_for_selector("text=筛选条件有误")
    page.goto("/themes?from=2026-12-31&to=2026-01-01")
    page.wait_for_selector("text=时段有误")


def test_nothing_typed_is_refused_and_nothing_is_lost(page) -> None:
    page.goto("/register")
    page.fill("#name", "王委员")
    page.click("button:has-text('登记')")
    page.wait_for_selector("text=内容为空")
    assert page.input_value("#name") == "王委员"


def test_without_scripts_it_works_too(open_page) -> None:
    page = open_page(Post.REGISTRAR, java_script_enabled=False)
    page.goto("/register")
    page.fill("#text", TEXT)
    page.click("button:has-text('查看建议')")
    assert page.locator("#judged .ranked tr").count() == 3
    page.click("button:has-text('登记')")
    page.wait_for_selector("text=已登记")


def test_markup_in_a_text_is_only_text(page) -> None:
    register(page, "<script>window.hurt=1</script>", "<img src=x onerror='window.hurt=1'>路灯坏了，请修一修</textarea>")
    page.click("text=查看这件")
    page.wait_for_selector("text=办理记录")
    assert page.evaluate("window.hurt") is None
