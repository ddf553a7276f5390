"""转办台账 and 我的承办件: an item's whole way between the desk and a unit, as both see it."""

from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from service.access import Post


@pytest.fixture
def dispatch(server):
    """Register a submission for the education bureau, sign it, and give its title."""

    def send(title: str) -> str:
        title = f"{title}{uuid4().hex[:6]}"
        with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as api:
            body = {"title": title, "text": "课后服务就是做题，建议开设兴趣班。联系人电话13812345678。"}
            told = api.post("/submissions", json=body, headers={"Idempotency-Key": uuid4().hex}).json()
            decision = {"theme": "double-reduction", "department": "education", "co_departments": []}
            decision |= {"dispositions": ["department"]}
            assert api.post(f"/submissions/{told['id']}/decide", json=decision).status_code == 200
            items = api.get(f"/submissions/{told['id']}").json()["items"]
            (item,) = [one for one in items if one["state"] != "withdrawn"]
            assert api.post(f"/items/{item['id']}/sign", json={}).status_code == 200
        return title

    return send


def open_row(page, address: str, title: str) -> None:
    page.goto(address)
    page.locator("table.items tr", has_text=title[:8]).last.locator("td.title").click()
    page.wait_for_selector(f"#detail .subject:has-text('{title}')")


def do(page, verb: str, **typed: str) -> None:
    """Open an action beside the list, fill it in, and send it."""
    page.locator("#detail .acts details", has=page.locator(f"summary:text-is('{verb}')")).locator("summary").click()
    form = page.locator("#detail .acts details[open] form")
    for name, value in typed.items():
        field = form.locator(f"[name={name}]")
        field.select_option(value) if field.evaluate("e => e.tagName") == "SELECT" else field.fill(value)
    form.locator("button").click()
    page.wait_for_selector(".notice.done")


def press(page, verb: str) -> None:
    page.locator(f"#detail .acts button:text-is('{verb}')").click()
    page.wait_for_selector(".notice.done")


def test_the_whole_way_between_desk_and_unit(page, open_page, dispatch, tmp_path: Path) -> None:
    title = dispatch("课后服务全程")
    unit = open_page(Post.LIAISON, department="education")
    open_row(unit, f"/departments/education?state=queued&q={title}", title)
    assert unit.locator("table.items").is_visible()
    assert "138****5678" in unit.locator("#detail").inner_text()
    assert "退回期限" in unit.locator("#detail").inner_text()
    assert unit.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    press(unit, "签收")
    unit.locator(".notice.done button:text-is('撤销')").click()
    unit.wait_for_selector(".notice.done:has-text('已撤销')")
    press(unit, "签收")
    unit.locator("#detail summary:text-is('申请延期')").click()
    form = unit.locator("#detail details[open] form")
    form.locator("[name=until]").fill("2020-01-01")
    form.locator("[name=reason]").fill("需与多家单位会商")
    form.locator("button").click()
    unit.wait_for_selector(".notice.bad:has-text('晚于现在的到期日')")
    assert unit.locator("#detail details[open] [name=reason]").input_value() == "需与多家单位会商"
    open_row(unit, f"/departments/education?q={title}", title)
    unit.locator("#detail summary:text-is('报送办理结果')").click()
    unit.locator("[data-template]").select_option(label="已解决")
    assert "情况属实" in unit.locator("#detail [name=text]").input_value()
    picture = tmp_path / "现场照片.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    unit.set_input_files("#detail [name=files]", picture)
    unit.locator("#detail [name=grade]").select_option("A")
    unit.locator("#detail details[open] form button").click()
    unit.wait_for_selector(".notice.done:has-text('已报送办理结果')")

    open_row(page, f"/ledger?state=answered&q={title}", title)
    assert "现场照片.png" in page.locator("#detail").inner_text()
    do(page, "退回重办", reason="没有写明完成时间")
    open_row(unit, f"/departments/education?q={title}", title)
    unit.locator("#detail summary:has-text('办理记录')").click()
    assert "没有写明完成时间" in unit.locator("#detail").inner_text()
    do(unit, "报送办理结果", text="12 月 20 日前再开设两门课程", grade="B")

    open_row(page, f"/ledger?state=answered&q={title}", title)
    do(page, "审核通过", reason="属实")
    do(page, "反馈委员", way="phone")
    do(page, "评价", satisfaction="satisfied", reason="满意")
    do(page, "办结")
    do(page, "归档", reason="2026-社-12")
    page.locator("#detail summary:has-text('办理记录')").click()
    said = page.locator("#detail").inner_text()
    for word in ("审核通过", "反馈委员", "评价", "办结", "归档", "2026-社-12", "撤销操作", "退回重办"):
        assert word in said, word


def test_the_desk_writes_down_what_a_unit_did_and_whom_it_reminded(page, dispatch) -> None:
    title = dispatch("代登记与催办")
    open_row(page, f"/ledger?q={title}", title)
    do(page, "代登记签收", paper_person="马科长", paper_way="paper", paper_number="利教函〔2026〕8号")
    do(page, "催办", way="phone", person="王科长", result="答应周五前报")
    do(page, "催办", way="oa", person="弄错的人")
    page.locator(".notice.done button:text-is('撤销')").click()
    page.wait_for_selector(".notice.done:has-text('已撤销')")
    do(page, "督办", reason="按李主席批示")
    said = page.locator("#detail").inner_text()
    for word in ("催办 1 次", "王科长", "答应周五前报", "督办", "马科长"):
        assert word in said, word
    page.locator("#detail summary:has-text('办理记录')").click()
    assert "代登记签收" in page.locator("#detail").inner_text()
    page.goto("/ledger?mark=supervised")
    assert page.locator("table.items tr", has_text=title[:6]).count() >= 1


def test_a_colleague_is_told_who_has_it(page, open_page, dispatch) -> None:
    title = dispatch("同事在办")
    open_row(page, f"/ledger?q={title}", title)
    other = open_page(Post.REGISTRAR)
    open_row(other, f"/ledger?q={title}", title)
    other.wait_for_selector("#detail .notice.warn:has-text('正在办理')")
    other.goto(f"/ledger?q={title}")
    assert "正在办理" in other.locator("table.items td.held").inner_text()


def test_keys_move_through_the_list_and_without_scripts_a_row_is_a_link(page, open_page, dispatch) -> None:
    titles = [dispatch("键盘移动") for _ in range(2)]
    page.goto("/ledger?q=键盘移动")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#detail .subject")
    first = page.locator("#detail .subject").inner_text()
    page.keyboard.press("ArrowDown")
    page.locator("#detail .subject", has_not_text=first).wait_for()
    page.reload()
    assert page.locator("#detail .subject").inner_text() != first
    plain = open_page(Post.REGISTRAR, Post.SIGNER, java_script_enabled=False)
    plain.goto(f"/ledger?q={titles[0]}")
    plain.locator("table.items tbody a").first.click()
    assert titles[0] in plain.locator("#detail .subject").inner_text()
    plain.locator("#detail summary:text-is('催办')").click()
    plain.locator("#detail details[open] [name=person]").fill("王科长")
    plain.locator("#detail details[open] button").click()
    assert "已记录催办" in plain.locator(".notice.done").inner_text()


def test_what_was_typed_is_there_again_after_another_item_was_opened(open_page, dispatch) -> None:
    first, second = dispatch("先写一半"), dispatch("再看这件")
    unit = open_page(Post.LIAISON, department="education")
    open_row(unit, "/departments/education?state=queued&q=课后服务就是做题", first)
    unit.locator("#detail summary:text-is('申请退回')").click()
    unit.locator("#detail details[open] textarea[name=reason]").fill("不属于我局职责")
    unit.locator("table.items tr", has_text=second[:8]).last.locator("td.title").click()
    unit.wait_for_selector(f"#detail .subject:has-text('{second}')")
    unit.locator("table.items tr", has_text=first[:8]).last.locator("td.title").click()
    unit.wait_for_selector("#detail .notice:has-text('已恢复')")
    assert unit.locator("#detail details[open] textarea[name=reason]").input_value() == "不属于我局职责"
    unit.locator("#detail details[open] form button").click()
    unit.wait_for_selector(".notice.done")
    unit.reload()
    assert unit.locator("#detail .notice:has-text('已恢复')").count() == 0
