"""待拟办 by keyboard: one item after another, every step taken back, nobody overwritten."""

from uuid import uuid4

import httpx2
import pytest

from service.access import Post

TEXTS = ("水渠漫水", "孩子作业多", "窗口办事要跑好几趟，材料反复要，盼改进作风。", "路灯不亮")
"""Too short, or of a theme that a person always decides: they wait for one whatever the model is worth."""


CUT = """() => {
    window.whole = window.fetch;
    window.fetch = (to, how) => to.includes("/decide") ? Promise.reject(new Error("cut")) : window.whole(to, how);
}"""


@pytest.fixture
def queue(server):
    """Fill a queue of its own: the source that filters it, and the ids in the order in which they come."""

    def fill(count: int, *texts: str) -> tuple[str, list[str]]:
        source = f"来源{uuid4().hex[:8]}"
        given = texts or TEXTS[:1]
        with httpx2.Client(base_url=server.address, timeout=30) as api:
            told = [send(api, source, given[number % len(given)]) for number in range(count)]
        return source, [one["id"] for one in told]

    return fill


def send(api, source: str, text: str):
    """Register a text."""
    body = {"text": text, "source": source}
    return api.post("/api/v1/submissions", json=body, headers={"Idempotency-Key": uuid4().hex}).json()


def story(server, submission_id: str):
    return httpx2.get(f"{server.address}/api/v1/submissions/{submission_id}", timeout=30).json()


def shown(page) -> str:
    return page.get_attribute("#item [data-item]", "data-item")


def wait_for(page, submission_id: str) -> None:
    page.wait_for_selector(f"#item [data-item='{submission_id}']")


def opened(page, source: str) -> None:
    page.goto(f"/review?source={source}")
    page.wait_for_selector("#item [data-item]")


def test_a_hundred_items_by_keys_and_what_is_waited_for(page, queue, server) -> None:
    source, ids = queue(100, *TEXTS)
    opened(page, source)
    waiting = set(ids)
    while waiting:
        now = shown(page)
        waiting.remove(now)
        if not page.locator("#item [name=dispositions]:checked").count():
            page.keyboard.press("g")
            page.locator("#item [value=keep]").focus()
            page.keyboard.press(" ")
        if len(waiting) % 10 == 3:
            page.keyboard.press("2")
            page.check("#item [value=keep]")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#item [data-item]:not([data-item='{now}'])")
    page.wait_for_selector("text=没有符合条件的待拟办件")
    waits = sorted(page.evaluate("performance.getEntriesByName('wait').map(one => one.duration)"))
    print(f"拟办 100 件：每件等机器 中位数 {waits[50]:.0f} 毫秒，最长 {waits[-1]:.0f} 毫秒")
    page.wait_for_selector("#figures[data-waiting='0']", state="attached")
    assert len(waits) == 100
    assert all(story(server, each)["decision"]["person"] for each in ids[::20])


def test_keys_choose_search_and_take_back(page, queue, server) -> None:
    source, ids = queue(3)
    opened(page, source)
    wait_for(page, ids[0])
    page.keyboard.press("2")
    assert page.locator("#item [data-number='2']").is_checked()
    page.keyboard.press("/")
    page.keyboard.type("jspf")
    assert page.locator("#found li").count() == 0
    page.fill("#find", "")
    page.keyboard.type("ywjy")
    assert page.locator("#found [aria-selected]").inner_text().startswith("义务教育“双减”")
    page.keyboard.press("Enter")
    page.wait_for_selector("#item [value=double-reduction]:checked")
    assert page.input_value("#item [name=department]") == "education"
    page.keyboard.press("d")
    page.keyboard.type("wsjk")
    page.keyboard.press("Enter")
    assert page.input_value("#item [name=department]") == "health"
    page.fill("#item [data-decide] [name=reason]", "说的是校园卫生")
    page.locator("#item [data-decide] [name=reason]").press("s")
    assert shown(page) == ids[0]
    page.fill("#item [data-decide] [name=reason]", "说的是校园卫生")
    page.click("#item .co summary")
    page.select_option("#item [name=co_departments]", ["education"])
    page.select_option("#item [name=mode]", "separate")
    page.locator("#item [data-decide] [name=reason]").press("Enter")
    wait_for(page, ids[1])
    page.wait_for_selector("#told >> text=已更正")
    told = story(server, ids[0])
    assert (told["theme"], told["department"]) == ("double-reduction", "health")
    assert (told["decision"]["co_departments"], told["decision"]["mode"]) == (["education"], "separate")
    page.keyboard.press("s")
    wait_for(page, ids[2])
    page.keyboard.press("z")
    wait_for(page, ids[1])
    page.keyboard.press("z")
    wait_for(page, ids[0])
    page.wait_for_selector("#told >> text=已撤销拟办意见")
    assert story(server, ids[0])["stage"] == "review"
    page.keyboard.press("?")
    page.wait_for_selector("#help:visible")
    page.keyboard.press("Escape")
    assert page.locator("#help").is_hidden()


def test_keys_sleep_while_an_input_method_composes(page, queue) -> None:
    source, ids = queue(2)
    opened(page, source)
    for told in ({"isComposing": True, "key": "s"}, {"keyCode": 229, "key": "Process"}, {"keyCode": 229, "key": "s"}):
        page.evaluate(
            "told => document.body.dispatchEvent(new KeyboardEvent('keydown', {...told, bubbles: true}))", told
        )
    assert shown(page) == ids[0]
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 's', bubbles: true}))")
    wait_for(page, ids[1])


def test_several_matters_become_items_of_their_own_and_one_again(page, queue, server) -> None:
    text = "窗口办事要跑好几趟，材料反复要，盼改进作风。另外，村口路灯坏了半个月，晚上出门不安全，希望尽快修。"
    source, ids = queue(1, text)
    opened(page, source)
    assert page.locator("#item .raw").first.inner_text() == text
    page.keyboard.press("m")
    boxes = page.locator("#item .matter textarea")
    boxes.nth(0).fill("窗口办事要跑好几趟")
    boxes.nth(1).fill("村口路灯坏了半个月，晚上出门不安全")
    page.locator("#item [data-split] button").click()
    page.wait_for_selector("#told >> text=拆分为")
    assert story(server, ids[0])["stage"] == "split"
    page.wait_for_selector(f"#item [data-item]:not([data-item='{ids[0]}'])")
    page.locator("#item").focus()
    page.keyboard.press("z")
    wait_for(page, ids[0])
    assert story(server, ids[0])["stage"] == "review"


def test_the_second_is_told_who_and_nothing_is_overwritten(open_page, queue, server) -> None:
    source, ids = queue(1)
    first, second = open_page(Post.REGISTRAR, Post.SIGNER), open_page(Post.REGISTRAR)
    opened(first, source)
    wait_for(first, ids[0])
    second.goto(f"/review?source={source}&item={ids[0]}")
    second.wait_for_selector("#held >> text=正在看这一件")
    first.check("#item [value=keep]")
    first.keyboard.press("Enter")
    first.wait_for_selector("#told >> text=已")
    first.wait_for_selector("text=没有符合条件的待拟办件")
    before = story(server, ids[0])["decision"]
    second.check("#item [value=decline]")
    second.keyboard.press("Enter")
    second.wait_for_selector("#told .bad >> text=没有覆盖")
    assert story(server, ids[0])["decision"] == before
    second.click("#told .bad >> text=打开这一件")
    wait_for(second, ids[0])


def test_an_answer_that_never_came_keeps_what_was_decided(page, queue, server) -> None:
    source, ids = queue(2)
    opened(page, source)
    page.check("#item [value=keep]")
    page.wait_for_load_state("networkidle")
    page.evaluate(CUT)
    page.keyboard.press("Enter")
    wait_for(page, ids[1])
    page.wait_for_selector("#told >> text=没有保存")
    page.evaluate("() => { window.fetch = window.whole; }")
    with page.expect_response(lambda answer: answer.url.endswith("/decide") or "/decide?" in answer.url):
        page.click("#told >> text=再试一次")
    assert story(server, ids[0])["stage"] != "review"


def test_without_scripts_it_works_too(open_page, queue, server) -> None:
    source, ids = queue(2)
    page = open_page(Post.REGISTRAR, java_script_enabled=False)
    page.goto(f"/review?source={source}")
    page.select_option("#item [name=other]", "double-reduction")
    page.click("#item button:has-text('确认')")
    assert page.locator(f"#item [data-item='{ids[1]}']").count() == 1
    told = story(server, ids[0])
    assert (told["theme"], told["department"]) == ("double-reduction", "education")
    assert f"source={source}" in page.url or "source=" in page.url
    page.click("#told button >> nth=0")
    assert story(server, ids[0])["stage"] == "review"
    assert page.locator(f"#item [data-item='{ids[0]}']").count() == 1


def test_a_page_that_was_open_elsewhere_overwrites_nothing(page, queue, server) -> None:
    _, ids = queue(1)
    page.goto(f"/submissions/{ids[0]}")
    keep = {"department": "", "dispositions": ["keep"]}
    with httpx2.Client(base_url=server.address, timeout=30) as api:
        assert api.post(f"/api/v1/submissions/{ids[0]}/decide", json=keep).status_code == 200
    page.click("button:has-text('确认拟办意见')")
    page.wait_for_selector(".notice.bad >> text=接口 已于")
    assert story(server, ids[0])["decision"]["dispositions"] == ["keep"]


def test_confirming_stays_in_sight_beside_long_reasons_and_a_long_text(open_page, queue) -> None:
    text = "窗口办事要跑好几趟，材料反复要，盼改进作风。另外，村口路灯坏了半个月，晚上出门不安全，希望尽快修。\n"
    source, _ = queue(1, text * 12)
    page = open_page(Post.REGISTRAR, viewport={"width": 1366, "height": 600})
    opened(page, source)
    panel = page.locator("#item aside").bounding_box()
    assert panel["y"] + panel["height"] > 600, "the reasons alone are longer than the screen"
    for place in (0, 300, 10_000):
        page.evaluate("place => window.scrollTo(0, place)", place)
        button = page.locator("#item button:has-text('确认 Enter')").bounding_box()
        keys = page.locator("footer.keys").bounding_box()
        assert 0 <= button["y"] < button["y"] + button["height"] <= keys["y"], place
