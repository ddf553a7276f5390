"""主题分布: every figure leads to a list of as many; it goes out as a picture, a workbook and on paper."""

import re

import httpx2

from tests.browser.test_list import send


def listed(page) -> int:
    return int(re.search(r"(\d+) 件", page.locator(".head .muted").first.inner_text())[1])


def test_figures_lead_to_lists_of_as_many(page, server) -> None:
    for number in range(3):
        send(server, f"关于红绿灯的第{number}件建议", place="上桥镇")
    page.goto("/themes")
    page.wait_for_selector(".chart canvas")
    links = page.locator("table.heat tbody td a, table.themes tbody th a, .totals a")
    found = [(one.get_attribute("href"), one.inner_text()) for one in links.all()]
    rows = page.locator("table.themes tbody tr").all()
    assert len(found) > 5
    for address, text in found[:12] + found[-6:]:
        if text.replace(",", "").isdigit():
            page.goto(address)
            assert listed(page) == int(text.replace(",", ""))
    assert rows


def test_counts_and_shares_are_two_ways_to_read_the_same_page(page, server) -> None:
    send(server, "关于路灯的建议", place="金积镇")
    page.goto("/themes")
    page.wait_for_selector(".chart canvas")
    address, table = page.url, page.locator("table.heat").first
    before = table.inner_text()
    page.locator("[data-shares=yes]").click()
    assert page.locator("h2 .as-shares").first.is_visible()
    shares = [cells.split() for cells in table.locator("tbody tr").all_inner_texts()]
    sums = [float(one.rstrip("%")) for one in shares[-1][1:] if one != "0"]
    assert set(sums) == {100.0}
    assert page.evaluate("echarts.getInstanceByDom(document.querySelector('.chart')).getOption().yAxis[0].max") == 100
    page.reload()
    page.wait_for_selector(".chart canvas")
    assert "%" in table.inner_text()
    page.locator("[data-shares=no]").click()
    assert (table.inner_text(), page.url) == (before, address)
    assert not page.locator("h2 .as-shares").first.is_visible()


def test_the_chart_tells_its_figures_and_leads_to_the_list_behind_a_bar(page, server) -> None:
    send(server, "关于垃圾桶的建议", place="古城镇")
    page.goto("/themes")
    page.wait_for_selector(".chart canvas")
    chart = "echarts.getInstanceByDom(document.querySelector('.chart'))"
    place = page.evaluate(
        f"{chart}.convertToPixel({{seriesIndex: 0}}, [{chart}.getOption().xAxis[0].data.length - 1, 0.2])"
    )
    box = page.locator(".chart canvas").bounding_box()
    where = box["x"] + place[0], box["y"] + place[1]
    page.mouse.move(*where)
    page.wait_for_timeout(300)
    first = page.locator("table.heat tbody tr").first
    count = first.locator("td a").last.inner_text()
    page.mouse.click(*where)
    page.wait_for_url("**/submissions?*")
    assert listed(page) == int(count)


def test_themes_that_the_chart_shows_as_one_are_told_one_by_one(page, server, knowledge) -> None:
    themes = [one.id for one in knowledge.taxonomy.assignable][:13]
    with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as api:
        for theme in themes:
            made = send(server, "关于各种事情的建议", place="马莲渠乡")["id"]
            decision = {"theme": theme, "dispositions": ["keep"]}
            assert api.post(f"/submissions/{made}/decide", json=decision).status_code == 200
    page.goto("/themes?place=马莲渠乡")
    page.wait_for_selector(".chart canvas")
    place = page.evaluate("""() => {
        const chart = echarts.getInstanceByDom(document.querySelector('.chart')), all = chart.getOption().series;
        const month = all[0].data.length - 1, sum = all.reduce((sum, one) => sum + one.data[month], 0);
        return chart.convertToPixel({ seriesIndex: all.length - 1 }, [month, sum - all[all.length - 1].data[month] / 2]);
    }""")
    box = page.locator(".chart canvas").bounding_box()
    page.mouse.click(box["x"] + place[0], box["y"] + place[1])
    page.wait_for_url("**/themes?*#rest")
    months = page.locator("#rest")
    assert months.locator("h2").is_visible()
    rows = months.locator("tbody tr:not(.sum)").count()
    assert rows > 10
    assert months.locator("tr.apart").count() == rows - 10
    fonts = "[echarts.getInstanceByDom(document.querySelector('.chart')).getOption().textStyle.fontFamily, "
    named, body = page.evaluate(f"{fonts} getComputedStyle(document.body).fontFamily]")
    assert named == body


def test_the_chart_fills_the_paper(page, server) -> None:
    send(server, "关于站牌的建议")
    page.goto("/themes")
    page.wait_for_selector(".chart canvas")
    usual = page.locator(".chart canvas").bounding_box()["width"]
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".chart canvas").bounding_box()["width"] == 1000
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".chart canvas").bounding_box()["width"] == usual


def test_it_goes_out_as_picture_and_workbook(page, server) -> None:
    send(server, "关于井盖的建议")
    page.goto("/themes")
    page.wait_for_selector(".chart canvas")
    for words, ending in (("导出图片", ".png"), ("导出 Excel", ".xlsx")):
        with page.expect_download() as download:
            page.click(f"text={words}")
        assert download.value.suggested_filename.endswith(ending)
    page.emulate_media(media="print")
    assert not page.locator("nav.side").is_visible()
    assert page.locator("table.heat").first.is_visible()


def test_a_time_without_any_says_so(page, server) -> None:
    send(server, "关于树木的建议")
    page.goto("/themes?from=1991-01-01&to=1991-01-31")
    page.wait_for_selector("text=这一时段没有来稿")
    page.select_option("select[name=period]", "year")
    page.wait_for_selector(".chart canvas")
    page.goto("/themes?period=term&place=没有这个地方")
    page.wait_for_selector("text=这一时段没有符合条件的来稿")
