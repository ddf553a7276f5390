"""Take a picture of every page at 1366×768 from a running service: `python scripts/screenshots.py ADDRESS FOLDER`.

Needs Debian's chromium; `make screenshots` starts the demonstration and calls this.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PASTED = "尊敬的领导，我们开元小区是九几年的楼，外墙没保温层，暖气管道老化，一到冬天屋里才十二三度，老人孩子受不了。\
希望今年能列入老旧小区改造，把管道和保温一起做了。我的电话13812345678。"


def pictures(page: Page, address: str, folder: Path) -> None:
    """Visit every page and take its picture."""
    page.goto(f"{address}/register")
    page.fill("#title", "关于加快开元小区供热管网改造的建议")
    page.fill("#text", PASTED)
    page.wait_for_selector("#judged .ranked", timeout=15_000)
    page.screenshot(path=folder / "register.png")
    for name in ("submissions", "review", "ledger", "departments", "themes"):
        page.goto(f"{address}/{name}")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}.png")
    page.goto(f"{address}/review")
    first = page.locator("table.list tbody tr a").first
    if first.count():
        first.click()
        page.screenshot(path=folder / "submission.png", full_page=True)
    page.goto(f"{address}/departments")
    page.locator("table.list tbody a").first.click()
    page.screenshot(path=folder / "department.png")
    page.goto(f"{address}/docs")
    page.wait_for_selector(".opblock", timeout=15_000)
    page.screenshot(path=folder / "docs.png")


def main() -> int:
    """Run the program."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    address, folder = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"],
            env={**os.environ, "LANGUAGE": "zh_CN"},
        )
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page.on(
            "console",
            lambda message: print(f"{page.url}: {message.type}: {message.text}") if message.type == "error" else None,
        )
        page.set_default_timeout(15_000)
        pictures(page, address, folder)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
