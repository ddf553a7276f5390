"""导入 in a browser: drop a ledger, see how it is read, put it right, import it, take it back."""

from pathlib import Path

from playwright.sync_api import expect

from service.access import Post

FILES = Path(__file__).resolve().parents[1] / "files"


def upload(page, *paths: Path) -> None:
    page.goto("/imports")
    page.set_input_files("#files", [str(path) for path in paths])
    page.wait_for_url("**/imports/0*")


def test_a_ledger_is_looked_at_imported_and_taken_back(page) -> None:
    upload(page, FILES / "ledger.xlsx")
    expect(page.locator("#head")).to_have_value("3-4")
    expect(page.locator("#purpose")).to_have_value("past")
    expect(page.locator("table.rows tbody tr")).to_have_count(4)
    page.locator("[name=means-theme-1]").select_option(label="城市管理与市容")
    page.click("text=按此重新读取")
    page.wait_for_load_state()
    expect(page.locator("table.rows >> text=城市管理与市容").first).to_be_visible()
    page.click("button:has-text('导入没有问题的')")
    page.wait_for_selector("text=下载未导入的 1 行和原因")
    with page.expect_download() as download:
        page.click("text=下载未导入的 1 行和原因")
    assert download.value.suggested_filename == "ledger-未导入的行.xlsx"
    page.click("text=撤销整批导入")
    page.wait_for_selector(".tag >> text=已撤销")


def test_a_file_chosen_before_the_scripts_have_come_is_read_and_not_again_on_the_way_back(page) -> None:
    held = []
    page.route("**/static/*.js", lambda route: held.append(route))
    page.goto("/imports", wait_until="commit")
    page.set_input_files("#files", str(FILES / "ledger.xlsx"))
    for route in held:
        route.continue_()
    page.unroute("**/static/*.js")
    page.wait_for_url("**/imports/0*")
    page.go_back()
    page.wait_for_load_state()
    page.wait_for_timeout(500)
    assert page.url.endswith("/imports")


def test_without_javascript_what_is_changed_is_looked_over_before_it_comes_in(open_page) -> None:
    page = open_page(Post.REGISTRAR, java_script_enabled=False)
    page.goto("/imports")
    page.set_input_files("#files", str(FILES / "ledger-gb18030.csv"))
    page.click("text=上传并查看")
    page.locator("details", has_text="各列的含义").locator("summary").click()
    page.locator("select[aria-label='标题 的含义']").select_option("")
    page.click("button:has-text('导入没有问题的')")
    expect(page.locator("[role=alert]").first).to_contain_text("读法有改动")
    expect(page.locator("select[aria-label='标题 的含义']")).to_have_value("")
