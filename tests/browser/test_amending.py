"""更正登记内容 in a real browser: put right, told with the earlier words, which no unit sees; nobody is overwritten."""

import httpx2

from service.access import Post
from tests.browser.test_list import send


def test_a_typing_error_is_put_right_and_its_unit_sees_no_earlier_words(page, open_page, server) -> None:
    made = send(server, "关于课后服务的建议", "小学课后服务就是做题，建议开兴趣班，联系电话13812345678")["id"]
    with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as api:
        decision = {"theme": "double-reduction", "department": "education"}
        assert api.post(f"/submissions/{made}/decide", json=decision).status_code == 200
        (item,) = api.get(f"/submissions/{made}").json()["items"]
        assert api.post(f"/items/{item['id']}/sign", json={}).status_code == 200
    second = open_page(Post.REGISTRAR)
    second.goto(f"/submissions/{made}/amend")
    page.goto(f"/submissions/{made}")
    page.click("text=更正登记内容")
    page.fill("#text", "小学课后服务就是做题，建议开科学兴趣班，联系电话13987654321")
    page.fill("#name", "马志远")
    page.click("button:has-text('更正登记内容')")
    assert page.evaluate("document.activeElement.id") == "reason", "a reason is asked for first"
    page.fill("#reason", "电话和班名录错了")
    page.click("button:has-text('更正登记内容')")
    page.wait_for_selector("text=拟办意见没有改动")
    assert "科学兴趣班" in page.inner_text(".raw")
    line = page.locator("ol.history li:has-text('更正登记内容')")
    assert "电话和班名录错了" in line.inner_text()
    line.locator("summary").click()
    assert "13812345678" in line.inner_text()

    second.fill("#place", "上桥镇")
    second.fill("#reason", "漏了地点")
    second.click("button:has-text('更正登记内容')")
    second.wait_for_selector(".notice.bad >> text=没有覆盖")
    assert second.input_value("#place") == "上桥镇"

    unit = open_page(Post.LIAISON, department="education")
    unit.goto(f"/submissions/{made}")
    assert "科学兴趣班" in unit.inner_text("main")
    assert "13812345678" not in unit.content()
    assert unit.locator("text=更正前").count() == 0
    cookies = server.sign_in(Post.LIAISON, department="education")
    told = httpx2.get(f"{server.address}/api/v1/submissions/{made}", cookies=cookies, timeout=30).text
    assert "科学兴趣班" in told
    assert "13812345678" not in told


def test_what_was_typed_is_kept_until_it_is_sent_and_leaving_before_that_warns(page, server) -> None:
    before = "小学课后服务就是做题，建议开兴趣班"
    made = send(server, "关于课后服务的建议", before)["id"]
    page.goto(f"/submissions/{made}/amend")
    page.fill("#text", "小学课后服务就是做题，建议开科学兴趣班")
    page.fill("#reason", "班名录错了")
    page.wait_for_selector("#draft:has-text('草稿已保存')")
    page.goto(f"/submissions/{made}")
    assert "科学" not in page.inner_text(".raw")
    page.goto(f"/submissions/{made}/amend")
    page.wait_for_selector("text=没有送出的更正")
    assert page.input_value("#text").endswith("科学兴趣班")
    assert page.input_value("#reason") == "班名录错了"
    page.click("text=丢弃")
    page.wait_for_selector("text=没有送出的更正", state="detached")
    assert (page.input_value("#text"), page.input_value("#reason")) == (before, "")

    page.fill("#place", "上桥镇")
    page.fill("#place", "")
    page.wait_for_timeout(1200)
    page.reload()
    assert page.locator("text=没有送出的更正").count() == 0, "what says what is registered is no draft"

    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    page.locator("#place").press_sequentially("上桥镇")
    page.goto(f"/submissions/{made}")
    assert asked == ["beforeunload"]
    page.goto(f"/submissions/{made}/amend")
    while not page.locator("text=没有送出的更正").count():
        page.reload()
    page.fill("#reason", "漏了地点")
    page.click("button:has-text('更正登记内容')")
    page.wait_for_selector("text=已更正登记内容")
    page.goto(f"/submissions/{made}/amend")
    assert page.locator("text=没有送出的更正").count() == 0
    assert page.input_value("#place") == "上桥镇"
