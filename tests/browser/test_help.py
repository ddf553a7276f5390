"""帮助: from each page to what the manual says of it, also for who is not signed in; the pictures are there, it prints."""

from urllib.parse import unquote
from uuid import uuid4

import httpx2

from service.access import Post


def followed(page, link: str):
    """Click a link that opens a window of its own, and give that."""
    with page.context.expect_page() as opened:
        page.click(link)
    opened.value.wait_for_load_state()
    return opened.value


IN_SIGHT = """() => {
  const heading = document.querySelector(":target"), box = heading && heading.getBoundingClientRect();
  return box && box.top >= 0 && box.bottom <= window.innerHeight;
}"""


def pointed_at(page) -> str:
    """Wait until the heading that an address leads to is in sight, and read it."""
    page.wait_for_function(IN_SIGHT)
    return page.inner_text(":target")


def test_who_is_not_signed_in_reads_how_to(open_page) -> None:
    page = open_page()
    page.goto("/sign-in")
    page.click("text=使用手册")
    assert page.inner_text("h1") == "使用手册"
    assert page.locator("nav.side a").all_inner_texts() == ["帮助"]
    page.click("article a:has-text('十分钟上手')")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("[...document.images].every((one) => one.naturalWidth > 0)")
    page.click("header a:has-text('登录')")
    assert page.url.endswith("/sign-in")


def test_each_page_leads_to_its_part(page, open_page) -> None:
    page.goto("/register?draft=new")
    opened = followed(page, "text=本页帮助")
    assert (opened.inner_text("h1"), pointed_at(opened)) == ("登记经办", "登记")
    unit = open_page(Post.LIAISON, department="education")
    unit.goto("/departments/education")
    assert followed(unit, "text=本页帮助").inner_text("h1") == "承办单位联络员"


def test_a_doubt_leads_to_its_explanation_and_the_keys_stay(page, server) -> None:
    source = f"来源{uuid4().hex[:8]}"
    body = {"text": "路灯不亮", "source": source}
    httpx2.post(f"{server.address}/api/v1/submissions", json=body, headers={"Idempotency-Key": uuid4().hex}, timeout=30)
    page.goto(f"/review?source={source}")
    page.wait_for_selector("#item [data-item]")
    opened = followed(page, ".doubts a:has-text('内容过短')")
    assert unquote(opened.url).endswith("/help/doubts#内容过短")
    assert pointed_at(opened) == "内容过短"
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()


def test_it_is_read_by_keyboard_and_printed(page) -> None:
    page.goto("/help")
    page.focus("nav[aria-label=手册目录] a:has-text('键盘')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/help/keys")
    page.emulate_media(media="print")
    assert not page.locator("nav.side").is_visible()
    assert not page.locator("nav[aria-label=手册目录]").is_visible()
    assert page.locator("article table").first.is_visible()
