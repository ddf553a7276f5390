"""Take pictures of every page at 1366×768 from a fresh demonstration: `python scripts/screenshots.py FOLDER`.

Each page is opened by somebody whose work it is. Tells, and fails, when a page reports an error or is wider than the
screen. Needs Debian's chromium; `make screenshots` calls this.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from palette import shrunk
from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

MINYI = Path(sys.executable).parent / "minyi"
LEDGER = Path(__file__).resolve().parent.parent / "tests" / "files" / "ledger.xlsx"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]
PASTED = "尊敬的领导，我们开元小区是九几年的楼，外墙没保温层，暖气管道老化，一到冬天屋里才十二三度，老人孩子受不了。\
希望今年能列入老旧小区改造，把管道和保温一起做了。我的电话13812345678。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture: its file, who looks (nobody: not signed in), the address, and what is done there first."""

    name: str
    who: str
    address: str
    do: Callable[[Page], None] = lambda page: None
    whole: bool = False


def typed(page: Page) -> None:
    """Write a submission and wait for what the machine says of it."""
    page.fill("#title", "关于加快开元小区供热管网改造的建议")
    page.fill("#text", PASTED)
    page.wait_for_selector("#judged .ranked")


def first_row(page: Page) -> None:
    """Open the first item of a list beside it."""
    page.locator("table.items tbody td.title").first.click()
    page.wait_for_selector("#detail .item")


def opened(verb: str) -> Callable[[Page], None]:
    """Open the first item of a list and one of its forms."""

    def do(page: Page) -> None:
        first_row(page)
        page.locator(f"#detail summary:text-is('{verb}')").click()

    return do


def first_link(page: Page) -> None:
    """Follow the first link of a list."""
    page.locator("table.list tbody a").first.click()
    page.wait_for_load_state()


def uploaded(page: Page) -> None:
    """Choose a ledger of last year, and see how it will be read."""
    ledger = FilePayload(
        name="2025年社情民意台账.xlsx", mimeType="application/octet-stream", buffer=LEDGER.read_bytes()
    )
    page.set_input_files("#files", ledger)
    page.wait_for_selector("form[data-plan]")


CLERK, SIGNER, UNIT, LEADER, ADMINISTRATOR, AUDITOR = "jingban", "qianfa", "jiaoyu", "lingdao", "admin", "shenji"
SHOTS = (
    Shot(name="sign-in", who="", address="/sign-in"),
    Shot(name="home", who=CLERK, address="/"),
    Shot(name="home-unit", who=UNIT, address="/"),
    Shot(name="home-administrator", who=ADMINISTRATOR, address="/"),
    Shot(name="register", who=CLERK, address="/register?draft=new", do=typed),
    Shot(name="imports", who=CLERK, address="/imports"),
    Shot(name="import", who=CLERK, address="/imports", do=uploaded),
    Shot(name="review", who=CLERK, address="/review"),
    Shot(name="submissions", who=CLERK, address="/submissions"),
    Shot(name="submission", who=CLERK, address="/submissions?stage=in_progress", do=first_link, whole=True),
    Shot(name="ledger", who=CLERK, address="/ledger"),
    Shot(name="ledger-item", who=CLERK, address="/ledger?mark=supervised", do=first_row),
    Shot(name="ledger-paper", who=CLERK, address="/ledger?state=queued", do=opened("代登记签收")),
    Shot(name="ledger-answered", who=CLERK, address="/ledger?state=answered", do=first_row),
    Shot(name="ledger-sign", who=SIGNER, address="/ledger?state=awaiting_signature"),
    Shot(name="departments", who=LEADER, address="/departments"),
    Shot(name="unit", who=UNIT, address="/departments", do=first_row),
    Shot(name="unit-answer", who=UNIT, address="/departments/education?state=in_progress", do=opened("报送办理结果")),
    Shot(name="answer-templates", who=UNIT, address="/answer-templates"),
    Shot(name="restricted", who=CLERK, address="/restricted"),
    Shot(name="restricted-item", who=CLERK, address="/restricted", do=first_link),
    Shot(name="themes", who=LEADER, address="/themes"),
    Shot(name="upward", who=CLERK, address="/upward"),
    Shot(name="upward-waiting", who=CLERK, address="/upward/waiting"),
    Shot(name="reports", who=LEADER, address="/reports"),
    Shot(name="papers", who=CLERK, address="/papers"),
    Shot(name="people", who=ADMINISTRATOR, address="/people"),
    Shot(name="person", who=ADMINISTRATOR, address="/people/new"),
    Shot(name="keys", who=ADMINISTRATOR, address="/keys"),
    Shot(name="audit", who=AUDITOR, address="/audit"),
    Shot(name="password", who=CLERK, address="/password"),
    Shot(name="help", who=CLERK, address="/help"),
)


@contextmanager
def demonstration(password: str) -> Iterator[str]:
    """Run a demonstration of its own and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="minyi-demo-") as home:
        environment = {**os.environ, "MINYI_HOME": home}
        command = [str(MINYI), "demo", "--port", str(port), "--password", password]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/readyz", process)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a service answers; the model may have to be built first."""
    for _ in range(3_000):
        if process.poll() is not None:
            sys.exit("the demonstration did not start")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the demonstration did not start in ten minutes")


def sign_in(browser: Browser, address: str, who: str, password: str, told: list[str]) -> Page:
    """Open a page as somebody."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=address)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("console", lambda one: told.append(f"{page.url}: {one.text}") if one.type == "error" else None)
    if who:
        page.goto("/sign-in")
        page.fill("[name=user_name]", who)
        page.fill("[name=password]", password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def pictures(browser: Browser, address: str, password: str, folder: Path) -> list[str]:
    """Take every picture, and tell what was wrong."""
    told: list[str] = []
    blank = browser.new_page()
    pages: dict[str, Page] = {}
    for shot in SHOTS:
        if shot.who not in pages:
            pages[shot.who] = sign_in(browser, address, shot.who, password, told)
        page = pages[shot.who]
        page.goto(shot.address)
        page.wait_for_load_state("networkidle")
        shot.do(page)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            told.append(f"{shot.name}: wider than the screen")
        (folder / f"{shot.name}.png").write_bytes(shrunk(page.screenshot(full_page=shot.whole), blank))
        print(shot.name, flush=True)
    return told


def main() -> int:
    """Run the program."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder, password = Path(sys.argv[1]), secrets.token_urlsafe(12)
    folder.mkdir(parents=True, exist_ok=True)
    with demonstration(password) as address, sync_playwright() as driver:
        language = {**os.environ, "LANGUAGE": "zh_CN"}
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS, env=language)
        told = pictures(browser, address, password, folder)
        browser.close()
    for one in told:
        print(one, file=sys.stderr)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
