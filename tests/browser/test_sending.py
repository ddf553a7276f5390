"""A form that cannot be sent: the page stays with what was typed, and sends it once when it can."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import httpx2
import pytest

from service.access import Post
from tests.browser.test_list import send


@pytest.fixture
def opened(browser, server) -> Iterator[Callable[..., object]]:
    """Open pages whose console may tell of a network that is cut, which those of `open_page` may not."""
    contexts: list[object] = []

    def open_one(*posts: Post, department: str | None = None):
        size = {"width": 1366, "height": 768}
        context = browser.new_context(viewport=size, locale="zh-CN", base_url=server.address)
        contexts.append(context)
        signed_in = server.sign_in(*posts, department=department)
        context.add_cookies([{"name": n, "value": v, "url": server.address} for n, v in signed_in.items()])
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield open_one
    for context in contexts:
        context.close()


def found(server, words: str) -> int:
    with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as api:
        return len(api.get("/submissions", params={"q": words}).json()["items"])


def test_what_cannot_be_registered_stays_on_the_page_and_is_registered_once(opened, server) -> None:
    clerk, words = opened(Post.REGISTRAR), f"断网{uuid4().hex[:6]}"
    clerk.goto("/register?draft=new")
    clerk.fill("#text", f"村口路灯不亮，{words}")
    clerk.context.set_offline(True)
    clerk.click("button:text-is('登记')")
    clerk.wait_for_selector(".unsent:has-text('连不上服务，没有送出')")
    assert "连上后再点“登记”" in clerk.inner_text(".unsent")
    assert clerk.input_value("#text") == f"村口路灯不亮，{words}"
    clerk.click(".unsent button")
    clerk.wait_for_selector(".unsent:has-text('连不上服务，没有送出')")
    clerk.context.set_offline(False)
    clerk.click(".unsent button")
    clerk.wait_for_selector("h1:has-text('已登记')")
    assert found(server, words) == 1
    clerk.go_back()
    clerk.click("button:text-is('登记')")
    clerk.wait_for_selector("h1:has-text('已登记')")
    assert found(server, words) == 1, "a form that is sent anew is the same submission"


def test_a_result_with_its_file_outlasts_a_network_that_was_cut(opened, server, tmp_path) -> None:
    made = send(server, "关于课后服务的建议", f"小学课后服务就是做题，建议开兴趣班{uuid4().hex[:6]}")["id"]
    with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as api:
        decision = {"theme": "double-reduction", "department": "education"}
        assert api.post(f"/submissions/{made}/decide", json=decision).status_code == 200
        (item,) = api.get(f"/submissions/{made}").json()["items"]
        assert api.post(f"/items/{item['id']}/sign", json={}).status_code == 200
    photo = tmp_path / "现场.txt"
    photo.write_text("开班照片", encoding="utf-8")
    unit = opened(Post.LIAISON, department="education")
    unit.goto(f"/departments/education?item={item['id']}")
    unit.click("#detail button:text-is('签收')")
    unit.click("#detail summary:has-text('报送办理结果')")
    form = unit.locator("#detail form[action$='/answer']")
    form.locator("textarea").fill("已开设兴趣班")
    form.locator("select[name=grade]").select_option("A")
    form.locator("input[type=file]").set_input_files(str(photo))
    unit.context.set_offline(True)
    form.locator("button").click()
    unit.wait_for_selector(".unsent:has-text('连上后再点“报送办理结果”')")
    unit.context.set_offline(False)
    unit.click(".unsent button")
    unit.wait_for_selector(".notice.done:has-text('已报送办理结果')")
    with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as api:
        told = api.get(f"/submissions/{made}").json()
    assert [one["name"] for one in told["attachments"]] == ["现场.txt"]


def test_a_session_that_ended_costs_no_text(opened, server) -> None:
    clerk, words = opened(Post.REGISTRAR), f"过期{uuid4().hex[:6]}"
    clerk.goto("/register?draft=new")
    clerk.fill("#text", "村口路灯不亮")
    clerk.wait_for_selector("#draft:has-text('草稿已保存')")
    session = clerk.context.cookies()
    clerk.context.clear_cookies()
    clerk.fill("#text", f"村口路灯不亮，{words}")
    clerk.wait_for_selector("#draft:has-text('草稿没有保存：登录已过期')")
    clerk.click("button:text-is('登记')")
    clerk.wait_for_selector(".unsent:has-text('登录已过期，没有送出')")
    assert clerk.input_value("#text").endswith(words)
    with clerk.expect_popup() as door:
        clerk.click(".unsent a")
    door.value.wait_for_selector("#user_name")
    clerk.context.add_cookies(session)
    clerk.click(".unsent button")
    clerk.wait_for_selector("h1:has-text('已登记')")
    assert found(server, words) == 1


def test_a_button_that_is_pressed_twice_sends_once(opened) -> None:
    clerk, sent = opened(Post.REGISTRAR), []
    clerk.goto("/register?draft=new")
    clerk.fill("#text", f"村口路灯不亮，按两下{uuid4().hex[:6]}")
    clerk.on("request", lambda one: sent.append(one.url) if one.is_navigation_request() else None)
    clerk.dblclick("button:text-is('登记')")
    clerk.wait_for_selector("h1:has-text('已登记')")
    assert len(sent) == 1
