"""How long somebody who reviews waits for the machine: with many submissions stored, over HTTP and in a browser."""

from __future__ import annotations

import csv
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from nlp.domain import Track, Writing
from service import intake, people, review_queue, serving, signing_in
from service.access import Post
from service.intake import Incoming
from service.knowledge import training_files
from service.office import Office
from service.people import Draft
from service.settings import Settings
from service.signing_in import Attempt, Lifetime
from service.store.reviews import ReviewFilter

COUNT = 100_000
BATCH = 2_000
ASKED = 100
SHORT = ("水渠漫水", "孩子作业多", "路灯不亮", "窗口办事要跑好几趟，材料反复要，盼改进作风。")
"""Texts that wait for a person whatever the model is worth."""


def run(_folder: Path | None, count: int = COUNT) -> None:
    """Fill a store, then measure the page's parts, the similar past cases, and a hundred items by keys."""
    with tempfile.TemporaryDirectory(prefix="minyi-bench-") as home:
        settings = Settings(home=Path(home), models=Settings().models_folder, port=_free_port())
        office = serving.prepare(settings, lambda stage, done, total: None)
        begin = time.perf_counter()
        fill(office, count)
        print(f"存入 {count} 件用 {time.perf_counter() - begin:.0f} 秒")
        similar(office)
        token = session(office)
        waiting = review_queue.waiting_count(office.store, ReviewFilter())
        office.store.close()
        with served(settings):
            print(f"待拟办 {waiting} 件")
            parts(settings, token)
            by_keys(settings, token)


def fill(office: Office, count: int) -> None:
    """Take submissions in, spread over a year; the last hundred are such as wait for a person."""
    texts = list(_corpus(office))
    short = [Writing(text=text) for text in islice(cycle(SHORT), ASKED)]
    many = [*islice(cycle(texts), count - len(short)), *short]
    now = datetime.now(UTC)
    for begin in range(0, len(many), BATCH):
        moment = now - timedelta(days=365 * (1 - begin / len(many)))
        batch = [_incoming(one, begin + place, moment) for place, one in enumerate(many[begin : begin + BATCH])]
        intake.receive(office.store, office.judge, office.policy, office.taxonomy, batch, moment)


def _corpus(office: Office) -> Iterator[Writing]:
    for path in training_files(office.settings.data_folder):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                yield Writing(title=row["title"], text=row["text"])


def _incoming(writing: Writing, number: int, moment: datetime) -> Incoming:
    title = f"{writing.title}（{number}）" if writing.title else ""
    source = "键盘" if writing.text in SHORT else "微信"
    return Incoming(
        track=Track.SUBMISSION, title=title, text=writing.text, source=source, received_at=moment, caller="bench"
    )


def similar(office: Office) -> None:
    """Time the building of the index, and one look-up."""
    asked = list(islice(_corpus(office), ASKED))
    begin = time.perf_counter()
    while office.similar.nearest(asked[0]) is None:
        time.sleep(0.2)
    print(f"相似往件：建索引 {time.perf_counter() - begin:.1f} 秒")
    told("相似往件：查一次", [_timed(lambda one=one: office.similar.nearest(one)) for one in asked])


def session(office: Office) -> str:
    """Make a clerk and sign in."""
    now = datetime.now(UTC)
    draft = Draft(user_name="bench", name="测试", posts=frozenset({Post.REGISTRAR, Post.SIGNER}))
    account = people.create(office.store, draft, "system", now, password="long enough 1").account  # noqa: S106
    attempt = Attempt(user_name="bench", password="", source="127.0.0.1")
    lifetime = Lifetime(idle=timedelta(hours=4), longest=timedelta(hours=4))
    return signing_in.open_session(office.store, account, attempt, lifetime, now).token


@contextmanager
def served(settings: Settings) -> Iterator[None]:
    """Run the service in a process of its own."""
    environment = {
        **os.environ,
        "MINYI_HOME": str(settings.home),
        "MINYI_MODELS": str(settings.models_folder),
        "MINYI_PORT": str(settings.port),
    }
    process = subprocess.Popen([sys.executable, "-m", "service.cli", "serve"], env=environment)
    try:
        while not _ready(settings):
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _ready(settings: Settings) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{settings.port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def parts(settings: Settings, token: str) -> None:
    """Time what the server takes for each part of the page."""
    from re import search

    def ask(path: str, body: dict[str, str] | None = None) -> str:
        data = None if body is None else urlencode(body).encode()
        headers = {"Cookie": f"minyi_session={token}", "User-Agent": "Mozilla/5.0", "HX-Request": "true"}
        request = Request(f"http://127.0.0.1:{settings.port}{path}", data, headers)
        with urlopen(request, timeout=120) as answer:  # noqa: S310
            return str(answer.read().decode())

    while "正在整理往件" in ask("/review/next"):
        time.sleep(0.5)
    told("整页", [_timed(lambda: ask("/review")) for _ in range(ASKED)])
    told("下一件", [_timed(lambda: ask("/review/next")) for _ in range(ASKED)])
    for name, query in (("按来源", "source=%E9%94%AE%E7%9B%98"), ("按原因", "doubt=several-matters")):
        told(f"下一件（{name}）", [_timed(lambda query=query: ask(f"/review/next?{query}")) for _ in range(20)])
        told(f"整页（{name}）", [_timed(lambda query=query: ask(f"/review?{query}")) for _ in range(20)])
    opened, decided = [], []
    for _ in range(ASKED):
        found = search(
            r'data-item="([^"]+)".*?name="relied_on" value="([^"]+)"', ask("/review/next").replace("\n", " ")
        )
        if found is None:
            break
        opened.append(_timed(lambda found=found: ask(f"/review/{found[1]}/hold", {})))
        body = {"dispositions": "keep", "relied_on": found[2], "department": ""}
        decided.append(_timed(lambda found=found, body=body: ask(f"/review/{found[1]}/decide", body)))
    told("占住一件", opened)
    told("确认一件", decided)


def by_keys(settings: Settings, token: str) -> None:
    """Review a hundred items by keys in a browser, and tell what each was waited for."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("没有 chromium，未测按键")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        address = f"http://127.0.0.1:{settings.port}"
        context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=address)
        context.add_cookies([{"name": "minyi_session", "value": token, "url": address}])
        page = context.new_page()
        page.goto("/review?source=键盘")
        begin = time.perf_counter()
        for _ in range(ASKED):
            now = page.get_attribute("#item [data-item]", "data-item")
            if not page.locator("#item [name=dispositions]:checked").count():
                page.check("#item [value=keep]")
            page.keyboard.press("Enter")
            page.wait_for_selector(f"#item [data-item]:not([data-item='{now}'])")
        whole = time.perf_counter() - begin
        told("按键：等下一件", page.evaluate("() => performance.getEntriesByName('wait').map(one => one.duration)"))
        print(f"按键：{ASKED} 件共 {whole:.1f} 秒（脚本不读正文）")
        browser.close()


def told(name: str, milliseconds: list[float]) -> None:
    """Print median, 95th percentile and longest."""
    ordered = sorted(milliseconds)
    late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    middle = statistics.median(ordered)
    print(f"{name}：中位数 {middle:.0f} 毫秒，p95 {late:.0f}，最长 {ordered[-1]:.0f}（n = {len(ordered)}）")


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begin)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
