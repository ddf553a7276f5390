"""Accounts in a real browser: the administrator makes them, people sign in with them, change passwords, are disabled."""

import re
from uuid import uuid4

from service.access import Post


def test_an_account_from_its_making_to_its_end(open_page, server) -> None:
    name = f"u{uuid4().hex[:8]}"
    chief = open_page(Post.ADMINISTRATOR)
    chief.goto("/people")
    chief.click("text=新建账号")
    chief.fill("#user_name", name)
    chief.fill("#name", "白经办")
    chief.check("input[value=registrar]")
    chief.check("input[value=auditor]")
    chief.click("button:has-text('新建账号')")
    chief.wait_for_selector("text=不能兼任其他岗位")
    assert chief.input_value("#name") == "白经办"
    chief.uncheck("input[value=auditor]")
    chief.click("button:has-text('新建账号')")
    chief.wait_for_selector("text=密码只显示这一次")
    password = chief.locator("dd b").inner_text()

    clerk = open_page()
    clerk.goto("/submissions?stage=review")
    assert "本系统为非涉密系统，严禁录入、存储、处理国家秘密信息" in clerk.inner_text("body")
    sign_in(clerk, name, password)
    clerk.wait_for_selector("text=这是系统给的初始密码")
    assert clerk.locator(".side a").count() == 0
    clerk.fill("#old", password)
    clerk.fill("#password", "my own words 1")
    clerk.fill("#again", "my own words 1")
    clerk.keyboard.press("Enter")
    clerk.wait_for_selector(".side a:has-text('登记')")
    assert clerk.locator(".side a:has-text('审计日志')").count() == 0

    chief.goto("/people")
    chief.click(f"table.list a:has-text('{name}')")
    chief.click("button:has-text('停用')")
    chief.wait_for_selector("text=已停用")
    clerk.goto("/register")
    assert clerk.url == f"{server.address}/sign-in?next=%2Fregister"
    auditor = open_page(Post.AUDITOR)
    auditor.goto("/audit?check=1")
    assert "日志完整" in auditor.inner_text("main")
    for what in ("新建账号", "登录", "修改密码", "停用账号"):
        assert auditor.locator("td", has_text=re.compile(f"^{what}$")).count()


def sign_in(page, name: str, password: str) -> None:
    page.fill("#user_name", name)
    page.fill("#password", password)
    page.keyboard.press("Enter")


def test_signing_in_leads_back_to_where_one_wanted_to_go(open_page, server) -> None:
    from datetime import UTC, datetime

    from service import people
    from service.people import Draft

    store = server.store()
    name = f"u{uuid4().hex[:8]}"
    draft = Draft(user_name=name, name="马看看", posts=frozenset({Post.LEADER}))
    people.create(store, draft, people.SYSTEM, datetime.now(UTC), password="reads a lot 1")
    store.close()
    page = open_page()
    page.goto("/themes?by=place")
    sign_in(page, name, "reads a lot 1")
    page.wait_for_url("**/themes?by=place")
    page.click("button:has-text('退出')")
    page.wait_for_selector("#password")
    page.go_back()
    page.reload()
    page.wait_for_selector("#password")


def test_a_substitute_signs_while_the_other_is_away(open_page, server) -> None:
    away, clerk, chief = open_page(Post.SIGNER), open_page(Post.REGISTRAR), open_page(Post.ADMINISTRATOR)
    clerk.goto("/ledger")
    away.goto("/submissions")
    absent, substitute = (server.user_names[frozenset({post}), None, False] for post in (Post.SIGNER, Post.REGISTRAR))
    chief.goto("/people")
    chief.get_by_role("link", name=absent, exact=True).click()
    option = chief.locator("#substitute option", has_text=f"（{substitute}）").get_attribute("value")
    chief.select_option("#substitute", option)
    chief.fill("#last_day", chief.input_value("#first_day"))
    chief.click("button:has-text('设定代理人')")
    chief.wait_for_selector("text=已设定代理人")
    clerk.reload()
    assert "审核签发" in clerk.inner_text(".who")
    chief.click("button:has-text('结束')")
    chief.wait_for_selector("text=已结束代理")
    clerk.reload()
    assert "审核签发" not in clerk.inner_text(".who")


def test_a_key_is_shown_once(open_page) -> None:
    page = open_page(Post.ADMINISTRATOR)
    page.goto("/keys")
    page.fill("#name", f"推送{uuid4().hex[:6]}")
    page.check("input[value=register]")
    page.click("button:has-text('新建密钥')")
    secret = page.inner_text(".notice code")
    assert secret.startswith("minyi_")
    page.goto("/keys")
    assert secret not in page.content()
    page.locator("button:has-text('吊销')").first.click()
    page.wait_for_selector("text=已吊销，")
