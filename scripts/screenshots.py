"""Take a picture of every page at 1366×768 from a demonstration: `python scripts/screenshots.py ADDRESS FOLDER PASSWORD`.

Needs Debian's chromium, and a service started by `minyi demo --password PASSWORD`: each page is seen by one of its people.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PASTED = "尊敬的领导，我们开元小区是九几年的楼，外墙没保温层，暖气管道老化，一到冬天屋里才十二三度，老人孩子受不了。\
希望今年能列入老旧小区改造，把管道和保温一起做了。我的电话13812345678。"
PAGES = {
    "jingban": ("submissions", "review", "ledger", "departments", "themes", "upward", "papers", "restricted"),
    "admin": ("people", "people/new", "keys"),
    "shenji": ("audit",),
}
"""Pages that need nothing but to be opened, by the user name of who sees them."""


def signed_in(browser: Browser, address: str, user_name: str, password: str) -> Page:
    """Open a page of somebody."""
    page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=address)
    page.set_default_timeout(15_000)
    page.on("console", lambda told: print(f"{page.url}: {told.type}: {told.text}") if told.type == "error" else None)
    page.goto("/sign-in")
    if user_name:
        page.fill("#user_name", user_name)
        page.fill("#password", password)
        page.keyboard.press("Enter")
        page.wait_for_selector(".who")
    return page


def clerk_pictures(page: Page, folder: Path) -> None:
    """Take the pictures for which a clerk does something first."""
    page.goto("/register?draft=new")
    page.fill("#title", "关于加快开元小区供热管网改造的建议")
    page.fill("#text", PASTED)
    page.wait_for_selector("#judged .ranked")
    page.screenshot(path=folder / "register.png")
    page.goto("/submissions")
    page.locator("table.list tbody tr a").first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "submission.png", full_page=True)
    page.goto("/docs")
    page.wait_for_selector(".opblock")
    page.screenshot(path=folder / "docs.png")


def main() -> int:
    """Run the program."""
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    address, folder, password = sys.argv[1].rstrip("/"), Path(sys.argv[2]), sys.argv[3]
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"],
            env={**os.environ, "LANGUAGE": "zh_CN"},
        )
        signed_in(browser, address, "", password).screenshot(path=folder / "sign-in.png")
        unit = signed_in(browser, address, "jiaoyu", password)
        unit.screenshot(path=folder / "department.png")
        for user_name, names in PAGES.items():
            page = signed_in(browser, address, user_name, password)
            for name in names:
                page.goto(f"/{name}")
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{name.replace('/', '-')}.png")
            if user_name == "jingban":
                clerk_pictures(page, folder)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
