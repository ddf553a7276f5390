"""登记: what is typed is not lost, what is pasted is put in order, what is registered can be found and printed."""

from uuid import uuid4

import pytest

from service.access import Post

MESSAGE = (
    "王委员 2026/11/24 10:12\n"
    "我们开元小区的暖气管道老化，一到冬天屋里才十二三度，老人孩子受不了，希望今年列入改造。\n"
    "王委员 2026/11/24 10:13\n"
    "我的电话13812345678"
)


@pytest.fixture
def clerk(open_page):
    """Give a page of a clerk without drafts."""
    page = open_page(Post.REGISTRAR, Post.SIGNER)
    page.goto("/register")
    while page.locator("text=丢弃").count():
        discard(page)
        page.goto("/register")
    return page


def discard(page) -> None:
    page.click("text=丢弃")
    page.wait_for_selector("text=丢弃", state="detached")


def test_a_pasted_message_is_registered_with_its_phone_covered_and_printed(clerk) -> None:
    clerk.goto("/register?draft=new")
    clerk.fill("#text", MESSAGE)
    clerk.click("#judged button:has-text('像是微信聊天记录')")
    assert clerk.input_value("#name") == "王委员"
    assert clerk.input_value("#source") == "微信"
    clerk.click("#judged button:has-text('把电话填入')")
    assert clerk.input_value("#phone") == "13812345678"
    assert "138****5678" in clerk.input_value("#text")
    assert "10:12" not in clerk.input_value("#text")
    clerk.click("#draft button:has-text('恢复原样')")
    assert "13812345678" in clerk.input_value("#text")
    clerk.click("#judged button:has-text('把电话填入')")
    clerk.wait_for_selector("#judged .ranked")
    clerk.keyboard.press("Control+Enter")
    clerk.wait_for_selector("h1:has-text('已登记')")
    number = clerk.locator("p b").inner_text()
    clerk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    clerk.click("button:has-text('复制')")
    clerk.wait_for_selector("text=已复制")
    assert clerk.evaluate("() => navigator.clipboard.readText()") == number
    with clerk.expect_download() as download:
        clerk.click("text=打印来稿处理单")
    assert download.value.suggested_filename.endswith(".docx")
    clerk.click("text=查看这件")
    words = clerk.inner_text("main")
    assert "138****5678" in words


def test_what_was_typed_is_there_again_after_the_page_was_left(clerk) -> None:
    words = f"水渠漫水{uuid4().hex[:6]}"
    clerk.fill("#text", words)
    clerk.fill("#name", "李委员")
    clerk.wait_for_selector("#draft:has-text('草稿已保存')")
    clerk.goto("/submissions")
    clerk.goto("/register")
    clerk.wait_for_selector("text=已恢复")
    assert (clerk.input_value("#text"), clerk.input_value("#name")) == (words, "李委员")
    clerk.click("text=先留着，另起一件")
    assert clerk.input_value("#text") == ""
    clerk.click(f".notice a:has-text('{words[:8]}')")
    assert clerk.input_value("#text") == words
    discard(clerk)
    clerk.goto("/register")
    assert clerk.input_value("#text") == ""


def test_leaving_before_it_was_kept_warns_and_a_registered_draft_is_gone(clerk) -> None:
    asked = []
    clerk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    clerk.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    clerk.locator("#text").press_sequentially("路灯不亮")
    clerk.goto("/submissions")
    assert asked == ["beforeunload"]
    clerk.goto("/register")
    while not clerk.locator("text=已恢复").count():
        clerk.reload()
    assert clerk.input_value("#text") == "路灯不亮"
    clerk.fill("#text", "路灯不亮，晚上看不见")
    clerk.wait_for_selector("#draft:has-text('草稿已保存')")
    clerk.click("button:has-text('登记')")
    clerk.wait_for_selector("h1:has-text('已登记')")
    assert asked == ["beforeunload"]
    clerk.goto("/register")
    assert clerk.input_value("#text") == ""


def test_the_same_matter_is_shown_while_typing(clerk) -> None:
    matter = f"开元小区{uuid4().hex[:4]}号楼前的水渠漫水，一到冬天就结冰，老人孩子出门摔跤，盼尽快修一修"
    clerk.goto("/register?draft=new")
    clerk.fill("#title", "关于修水渠的建议")
    clerk.fill("#text", f"{matter}。")
    clerk.click("button:has-text('登记')")
    clerk.wait_for_selector("h1:has-text('已登记')")
    clerk.goto("/register?draft=new")
    clerk.fill("#text", f"领导好，{matter}，谢谢！")
    clerk.wait_for_selector("#judged >> text=可能是同一件事")


def test_a_secret_is_not_kept_even_as_a_draft(clerk) -> None:
    clerk.fill("#text", "机密★5年 关于某事")
    clerk.wait_for_selector("#draft:has-text('草稿没有保存')")
    clerk.wait_for_selector("#judged >> text=发现密级标志")
    clerk.on("dialog", lambda dialog: dialog.accept())
    clerk.goto("/register")
    assert clerk.input_value("#text") == ""
