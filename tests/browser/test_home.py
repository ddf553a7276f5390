"""工作台: each figure leads to a list of as many."""

import re

import httpx2

from service.access import Post
from tests.browser.test_list import send


def figures(page) -> list[tuple[str, str, int]]:
    return [
        (one.get_attribute("href"), one.locator("span").inner_text(), int(one.locator("b").inner_text()))
        for one in page.locator("a.tile").all()
    ]


def sign_one(server) -> None:
    """Sign an item, so that the office is under way and no longer shown its first steps alone."""
    made = send(server, "关于课后服务的建议")["id"]
    with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as api:
        decision = {"theme": "double-reduction", "department": "education"}
        assert api.post(f"/submissions/{made}/decide", json=decision).status_code == 200
        (item,) = api.get(f"/submissions/{made}").json()["items"]
        assert api.post(f"/items/{item['id']}/sign", json={}).status_code == 200


def test_every_figure_is_the_number_of_the_list_behind_it(page, server) -> None:
    for number in range(3):
        send(server, f"关于红绿灯的建议{number}")
    sign_one(server)
    page.goto("/")
    found = figures(page)
    assert {label for _, label, _ in found} >= {"待拟办", "待签发", "申请退回待定", "已超期", "将到期", "登记"}
    assert next(count for _, label, count in found if label == "登记") >= 3
    for address, label, count in found:
        page.goto(address)
        words = page.locator(".head, .bar").first.inner_text()
        assert count in {int(one) for one in re.findall(r"\d+", words)}, (label, words)


def test_a_unit_begins_with_its_own(open_page) -> None:
    unit = open_page(Post.LIAISON, department="education")
    unit.goto("/")
    assert {label for _, label, _ in figures(unit)} == {"待签收", "办理中", "已超期", "将到期", "督办件"}
    assert all(address.startswith("/departments/education") for address, _, _ in figures(unit))
    assert unit.locator("text=机器状况").count() == 0


def test_who_reads_what_is_restricted_is_told_that_it_waits_and_nobody_else(open_page, server) -> None:
    send(server, "村支书收了工程队五万块好处费，把低保给了他小舅子，请纪委查处。")
    reader, other = open_page(Post.SIGNER, restricted=True), open_page(Post.REGISTRAR, Post.SIGNER)
    reader.goto("/")
    (count,) = (count for address, label, count in figures(reader) if label == "限阅件" and address == "/restricted")
    reader.goto("/restricted")
    assert f"{count} 件" in reader.locator(".head").inner_text()
    assert count >= 1
    other.goto("/")
    assert "限阅件" not in other.inner_text("body")


def test_who_keeps_the_machine_sees_how_it_is(open_page) -> None:
    keeper = open_page(Post.ADMINISTRATOR)
    keeper.goto("/")
    keeper.wait_for_selector("text=磁盘")
    assert keeper.locator("a.tile").count() == 0
