"""报送与采用, 报表, papers and exports in a real browser, as a clerk goes about them."""

import io
from uuid import uuid4

import httpx2
from docx import Document
from python_calamine import CalamineWorkbook

from service.access import Post

TEXT = "我们小区的暖气管道老化，一到冬天就不热，希望今年能列入改造计划。我的电话13812345678。"


def registered(server, title: str) -> str:
    headers = {"Idempotency-Key": uuid4().hex}
    body = {"title": title, "text": TEXT, "source": "微信", "submitter": {"name": "王委员", "phone": "13812345678"}}
    told = httpx2.post(f"{server.address}/api/v1/submissions", json=body, headers=headers, timeout=30)
    assert told.status_code == 201, told.text
    return told.json()["id"]


def downloaded(page, click) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        click()
    with open(waiting.value.path(), "rb") as stream:
        return waiting.value.suggested_filename, stream.read()


def words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(one.text for place in (document, *cells) for one in place.paragraphs)


def test_a_report_goes_up_is_taken_up_and_counted(page, server) -> None:
    title = f"供热{uuid4().hex[:6]}"
    own = registered(server, title)
    page.goto(f"/submissions/{own}")
    page.click("text=报送与采用 >> nth=-1")
    page.select_option("#level", "city")
    page.fill("#signer", "张三")
    page.click("button:has-text('登记报送')")
    page.wait_for_selector("text=已登记报送市级")
    page.locator("summary:has-text('登记采用情况')").click()
    page.locator("select[name=outcome]").select_option("adopted")
    page.locator("details[open] button:has-text('登记')").click()
    page.wait_for_selector("text=市级：单篇采用")
    page.fill("#leader", "区委书记 赵某")
    page.fill("#said", "请住建局抓紧办理")
    page.click("button:has-text('登记批示')")
    page.wait_for_selector("text=已登记批示")
    page.click("text=取上报文本")
    assert "138****5678" in page.input_value("textarea[readonly]")
    page.goto("/upward?level=city&outcome=adopted")
    assert page.locator("tr", has_text=title).count() == 1
    page.goto("/reports?period=year")
    page.wait_for_selector("section:has(h2:has-text('采用通报')) td:has-text('王委员')")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    name, content = downloaded(page, lambda: page.click("text=导出 Excel"))
    assert name.endswith(".xlsx")
    name, monthly = downloaded(page, lambda: page.click("text=月报 Word"))
    assert (name[:8], "一、总体情况" in words(monthly)) == ("社情民意工作情况", True)
    name, credits = downloaded(page, lambda: page.click("text=采用通报 Word"))
    assert "王委员" in words(credits)
    overview = {
        str(row[0]): row[1]
        for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("概况").to_python()
    }
    assert overview["被市级采用（件）"] >= 1
    page.click(".head a:text-is('诉求工单')")
    page.wait_for_selector("h2:text-is('诉求工单')")
    assert page.locator("text=采用通报").count() == 0
    page.click(".filters a:text-is('本季')")
    page.wait_for_selector("h2:text-is('诉求工单')")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    name, _ = downloaded(page, lambda: page.click("text=导出 Excel"))
    assert name.startswith("诉求工单办理情况")


def test_the_slip_is_printed_and_lists_are_taken_along_covered(page, server) -> None:
    title = f"暖气{uuid4().hex[:6]}"
    page.goto(f"/submissions/{registered(server, title)}")
    page.locator("summary:has-text('打印文书')").click()
    name, content = downloaded(page, lambda: page.click("a:has-text('来稿处理单')"))
    assert name.endswith("来稿处理单.docx")
    assert title in words(content)
    assert "13812345678" not in words(content)
    page.reload()
    page.wait_for_selector("text=出具文书")
    for form, suffix in (("Excel", ".xlsx"), ("CSV", ".csv"), ("Word", ".docx")):
        page.goto(f"/submissions?q={title}")
        page.locator("summary:has-text('导出')").click()
        name, content = downloaded(page, lambda chosen=form: page.click(f"button:has-text('{chosen}')"))
        assert name.endswith(suffix)
        if suffix == ".xlsx":
            cells = str(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())
            assert title in cells
            assert "13812345678" not in cells


def test_personal_data_needs_a_purpose(page, server) -> None:
    title = f"热力{uuid4().hex[:6]}"
    registered(server, title)
    page.goto(f"/submissions?q={title}")
    page.locator("summary:has-text('导出')").click()
    page.check("input[name=revealed]")
    page.fill("input[name=purpose]", "核实反映人")
    name, content = downloaded(page, lambda: page.click("button:has-text('Excel')"))
    assert "含个人信息" in name
    assert "13812345678" in str(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())


def test_a_leader_looks_and_takes_nothing_along(open_page) -> None:
    leader = open_page(Post.LEADER)
    for address in ("/upward", "/reports"):
        leader.goto(address)
        leader.wait_for_selector("h1")
        assert leader.locator("text=导出 Excel").count() == leader.locator("text=待报送与编发").count() == 0


def test_a_template_is_changed_tried_and_reset(page, tmp_path) -> None:
    wrong, right = Document(), Document()
    wrong.add_paragraph("{{ 登记好 }}")
    right.add_paragraph("本办 {{ 登记号 }}")
    for name, document in (("wrong", wrong), ("right", right)):
        document.save(str(tmp_path / f"{name}.docx"))
    page.goto("/papers")
    page.set_input_files("#file-reminder", tmp_path / "wrong.docx")
    page.locator("tr", has_text="催办函").locator("button:has-text('上传并启用')").click()
    page.wait_for_selector("text=没有“登记好”这一项")
    page.set_input_files("#file-reminder", tmp_path / "right.docx")
    page.locator("tr", has_text="催办函").locator("button:has-text('上传并启用')").click()
    page.wait_for_selector("text=本单位模板")
    name, content = downloaded(page, lambda: page.locator("tr", has_text="催办函").locator("text=预览").click())
    assert words(content).startswith("本办 社情")
    page.click("button:has-text('恢复随附模板')")
    page.wait_for_selector("text=已恢复")
