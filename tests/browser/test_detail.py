"""One submission: marks, same matters, pictures, the machine's part in the history, a reminder to copy."""

from pathlib import Path
from uuid import uuid4

import httpx2

from tests.browser.test_list import send

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080200000090"
    "7753de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def test_same_matters_are_linked_and_marks_put_on(page, server) -> None:
    word = uuid4().hex[:6]
    one = send(server, f"关于{word}路口红绿灯的建议", "路口的红绿灯坏了三个月，请尽快修好")
    two = send(server, f"再说{word}路口红绿灯", "路口的红绿灯坏了三个月，请尽快修好")
    page.goto(f"/submissions/{one['id']}")
    page.fill("[aria-label='与之并案的登记号']", str(two["receipt"]))
    page.click(".same ~ form button:has-text('并案'), form:has([aria-label='与之并案的登记号']) button")
    page.wait_for_selector("text=已并案")
    page.wait_for_selector(f".same a:has-text('{two['receipt']}')")
    page.click("summary:has-text('标记')")
    page.click("button:has-text('加上“重点件”')")
    page.wait_for_selector(".head .tag:has-text('重点件')")
    history = page.locator("ol.history").inner_text()
    assert "系统建议" in history
    assert "模型" in history
    assert "并案" in history
    page.click("text=本件解除并案")
    page.wait_for_selector("text=没有并案的件")


def test_pictures_are_shown_and_nothing_that_runs(page, server, tmp_path: Path) -> None:
    told = send(server, "关于照片的建议")
    page.goto(f"/submissions/{told['id']}")
    picture, script = tmp_path / "照片.png", tmp_path / "坏.svg"
    picture.write_bytes(PIXEL)
    script.write_text("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "utf-8")
    page.set_input_files("#files", [picture, script])
    page.click("button:has-text('添加')")
    page.wait_for_selector("text=附件已保存")
    picture = page.locator(".pictures img")
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") == 1
    assert page.locator(".pictures img").count() == 1
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    for link in page.locator("a[href^='/attachments/']").all():
        answer = httpx2.get(server.address + link.get_attribute("href"), cookies=cookies)
        shown = answer.headers["content-disposition"].startswith("inline")
        assert shown is (answer.headers["content-type"] == "image/png")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_reminder_is_copied(page, server) -> None:
    title = f"关于课后服务的建议{uuid4().hex[:6]}"
    told = send(server, title, "孩子天天写作业到十一点，建议开设兴趣班。")
    decision = {"theme": "double-reduction", "department": "education", "dispositions": ["department"]}
    address = f"{server.address}/api/v1/submissions/{told['id']}/decide"
    assert httpx2.post(address, json=decision, timeout=30).status_code == 200
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/submissions/{told['id']}")
    page.click("button:has-text('签发')")
    page.wait_for_selector("text=已签发")
    page.click("text=复制催办短信")
    page.wait_for_selector("text=已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert str(told["receipt"]) in copied
    assert "办理期限" in copied
