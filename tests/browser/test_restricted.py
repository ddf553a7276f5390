"""限阅件 in a real browser: registered by a clerk, seen by two, released by both, unseen by everybody else."""

from uuid import uuid4

from service.access import Post


def test_from_registration_to_release(open_page, page) -> None:
    mark = uuid4().hex[:8]
    page.goto("/register")
    page.fill("#title", f"反映村里的事{mark}")
    page.fill("#text", "村支书收了工程队五万块好处费，把低保给了他小舅子，请纪委查处。")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=已按限阅件保存")
    receipt = page.locator("p b").inner_text()
    assert page.locator(".side a:has-text('限阅件')").count() == 0
    page.goto(f"/submissions?q={mark}")
    assert receipt not in page.content()

    first = open_page(Post.SIGNER, restricted=True)
    second = open_page(Post.REGISTRAR, Post.SIGNER, restricted=True)
    first.goto("/restricted")
    assert first.locator(".side a:has-text('限阅件') span").inner_text() != "0"
    first.click(f"text=反映村里的事{mark}")
    first.fill("#reason", "说的是办事慢，不是检举控告")
    first.click("button:has-text('提出误判解除')")
    first.wait_for_selector("text=等另一位阅件人同意")
    first.click(f"text=反映村里的事{mark}")
    assert first.locator("button:has-text('同意解除')").count() == 0

    second.goto("/restricted")
    second.click(f"text=反映村里的事{mark}")
    assert "说的是办事慢" in second.inner_text("main")
    second.click("button:has-text('同意解除')")
    second.wait_for_selector("text=转入“待拟办”")
    assert mark not in second.content()
    page.goto(f"/submissions?q={mark}")
    page.wait_for_selector(f"text={receipt}")


def test_passing_it_on(open_page, page) -> None:
    mark = uuid4().hex[:8]
    page.goto("/register")
    page.fill("#text", f"村支书收了工程队五万块好处费{mark}，请纪委查处。")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=已按限阅件保存")
    receipt = page.locator("p b").inner_text()
    reader = open_page(Post.SIGNER, restricted=True)
    reader.goto("/restricted")
    reader.click(f"text={mark}")
    reader.select_option("#way", "petition")
    reader.fill("#note", "当面交区信访局李某")
    reader.click("button:has-text('登记移送')")
    reader.wait_for_selector("text=已登记：转区信访局")
    reader.click(f"text={mark}")
    assert reader.locator("button:has-text('登记移送')").count() == 0
    assert "转区信访局：当面交区信访局李某" in reader.inner_text("ol.history")
    auditor = open_page(Post.AUDITOR)
    auditor.goto("/audit")
    said = auditor.inner_text("table.list")
    assert f"限阅件 {receipt}" in said
    assert reader.url.rsplit("/", 1)[-1] not in said, "an id says nothing to anybody"
    assert "低保" not in said
    assert mark not in said
