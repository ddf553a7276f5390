"""来稿: a clerk finds a submission by two characters, chooses columns, keeps a filter and shares it."""

from uuid import uuid4

import httpx2
from playwright.sync_api import expect

from service.access import Post


def send(server, title: str, text: str = "路口的红绿灯坏了", **fields: object) -> dict[str, object]:
    body = {"title": title, "text": text, **fields}
    headers = {"Idempotency-Key": uuid4().hex}
    return httpx2.post(f"{server.address}/api/v1/submissions", json=body, headers=headers, timeout=30).json()


def test_two_characters_of_the_text_find_it(page, server) -> None:
    word = "".join(chr(0x6000 + one) for one in uuid4().bytes[:6])
    told = send(server, "关于路口的建议", f"某处{word}需要修理", submitter="丁某某")
    page.goto("/submissions")
    page.keyboard.press("/")
    page.keyboard.type(word[1:3])
    page.keyboard.press("Enter")
    page.wait_for_selector(f"text={told['receipt']}")
    assert page.locator("table.list tbody tr").count() == 1
    page.click(".chip a")
    page.wait_for_url("**/submissions")


def test_columns_are_chosen_and_kept(page) -> None:
    page.goto("/submissions")
    page.click("summary:has-text('列')")
    page.check("input[name=column][value=submitter]")
    page.uncheck("input[name=column][value=source]")
    page.click("text=显示这些列")
    page.wait_for_selector("th:has-text('反映人')")
    assert page.locator("th:has-text('来源')").count() == 0
    page.goto("/submissions?stage=review")
    assert page.locator("th:has-text('反映人')").count() == 1 or page.locator(".empty").count() == 1


def test_filters_stay_in_the_address_and_are_shared(page, server, open_page) -> None:
    place = f"测试镇{uuid4().hex[:4]}"
    send(server, "关于路灯的建议", place=place)
    page.goto("/submissions")
    page.select_option("select[name=place]", place)
    page.wait_for_url("**place=*")
    page.select_option("select[name=stage]", "closed")
    page.wait_for_selector("text=没有符合条件的来稿")
    page.select_option("select[name=stage]", "")
    page.wait_for_selector("table.list tbody tr")
    page.click("summary:has-text('视图')")
    page.fill("#view-name", place)
    page.check("input[name=shared]")
    page.click("button:has-text('存为视图')")
    page.wait_for_selector("text=已存为视图")
    other = open_page(Post.LEADER)
    other.goto("/submissions")
    other.click("summary:has-text('视图')")
    other.click(f"text={place}")
    other.wait_for_selector("text=1 件")
    assert other.locator("table.list tbody tr").count() == 1


def test_one_box_ticks_a_column_and_says_whether_all_are_ticked(page, server) -> None:
    word = f"勾{uuid4().hex[:6]}"
    for number in range(3):
        send(server, f"{word}关于河道的第{number}件", "诗一首：白日依山尽，黄河入海流。")
    held = []
    page.route("**/static/*.js", lambda route: held.append(route))
    page.goto(f"/submissions?q={word}", wait_until="commit")
    page.check("[data-all]")  # before any script has come
    for route in held:
        route.continue_()
    page.wait_for_selector("text=所选 3 件")
    rows = page.locator("table.list tbody input[type=checkbox]")
    rows.nth(1).uncheck()
    page.wait_for_selector("text=所选 2 件")
    expect(page.locator("[data-all]")).not_to_be_checked()
    rows.nth(1).check()
    expect(page.locator("[data-all]")).to_be_checked()
    page.uncheck("[data-all]")
    page.wait_for_selector("text=勾选后办理")
    assert [row.is_checked() for row in rows.all()] == [False] * 3


def test_many_are_confirmed_after_a_look_and_undone(page, server) -> None:
    word = f"批{uuid4().hex[:6]}"
    for number in range(3):
        send(server, f"{word}关于河道的第{number}件", "诗一首：白日依山尽，黄河入海流。")
    page.goto(f"/submissions?q={word}&stage=review")
    assert page.locator("table.list tbody tr").count() == 3
    page.check("[data-all]")
    page.select_option("[data-act]", "mark:revisit")
    page.wait_for_selector("text=所选 3 件")
    page.click("text=先看会改什么")
    page.wait_for_selector("text=可以办 3 件")
    page.click("button:has-text('加标记 3 件')")
    page.wait_for_selector("text=办了 3 件")
    page.goto(f"/submissions?q={word}&mark=revisit")
    assert page.locator("table.list tbody tr").count() == 3
    page.go_back()
    page.click("text=撤销这次批量操作")
    page.wait_for_selector("text=撤销了 3 件")
    page.goto(f"/submissions?q={word}&mark=revisit")
    page.wait_for_selector("text=没有符合条件的来稿")
