"""Server time of every page: a database of many submissions, each page asked for many times, within one process.

`python scripts/bench.py pages [FOLDER]`; FOLDER keeps the database for the next run. MINYI_BENCH_ROWS says how many
submissions (100,000), MINYI_DATABASE_URL another database than SQLite in FOLDER, MINYI_PAGES measures only addresses
that contain it. By the clock, and by the processor's time of this process, which says what is ours where the machine has
other work too; the database's own is not in it.
"""

from __future__ import annotations

import os
import statistics as figures
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time, sleep

from starlette.testclient import TestClient

from nlp.domain import Writing
from scripts.benches.filling import fill
from scripts.benches.furthering import further
from scripts.benches.page_addresses import addresses, made_special
from service import people, signing_in, statistics
from service.access import Post
from service.app import create_app
from service.office import Office
from service.people import Draft
from service.serving import prepare
from service.settings import Settings
from service.signing_in import Attempt, Lifetime
from service.store.conditions import SubmissionFilter
from service.warming import warm_up

ROUNDS = 20
WHO = {
    "desk": (Post.REGISTRAR, Post.SIGNER),
    "unit": (Post.LIAISON,),
    "reader": (Post.SIGNER,),
    "administrator": (Post.ADMINISTRATOR,),
    "auditor": (Post.AUDITOR,),
}
HEADERS = {"user-agent": "Mozilla/5.0", "accept": "text/html"}


def run(folder: Path | None) -> None:
    """Fill the database unless it is filled, and print a line of a table for each page."""
    rows = int(os.environ.get("MINYI_BENCH_ROWS", "100000"))
    home = (folder or Path(tempfile.mkdtemp(prefix="minyi-bench-"))) / f"pages-{rows}"
    models = os.environ.get("MINYI_MODELS")
    settings = Settings(home=home, host="127.0.0.1", models=Path(models) if models else None)
    office = prepare(settings, lambda stage, done, total: None)
    present = statistics.submissions_count(office.store, SubmissionFilter())
    if present < rows:
        begun = perf_counter()
        fill(office, rows - present)
        print(f"filled {rows - present} rows in {perf_counter() - begun:.0f} s")
    further(office)
    special = made_special(office)
    while office.similar.nearest(Writing(text="路灯坏了")) is None:
        sleep(0.5)
    warm_up(office.judge, home)
    cookies = signed_in(office)
    dialect = "PostgreSQL" if settings.database_url else "SQLite"
    with TestClient(create_app(office), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        client.follow_redirects = False
        print(f"| {dialect}，{rows:,} 件，毫秒 | 中位 | p95 | 处理器中位 | 处理器 p95 |\n|---|---|---|---|---|")
        for who, path in addresses(office, special):
            if os.environ.get("MINYI_PAGES", "") in path:
                _measure(client, path, cookies[who])


def _measure(client: TestClient, path: str, cookie: str) -> None:
    by_clock, by_processor = [], []
    headers = headers_of(path, cookie)
    for number in range(ROUNDS + 1):
        begun, used = perf_counter(), process_time()
        answer = client.get(path, headers=headers)
        if number:
            by_processor.append(1000 * (process_time() - used))
            by_clock.append(1000 * (perf_counter() - begun))
    shown = [
        f"{value:.0f}"
        for taken in (by_clock, by_processor)
        for value in (figures.median(taken), figures.quantiles(taken, n=20)[-1])
    ]
    told = "" if answer.status_code == 200 else f"（{answer.status_code}）"
    print(f"| {path}{told} | {' | '.join(shown)} |", flush=True)


def headers_of(path: str, cookie: str) -> dict[str, str]:
    """Give the headers that a browser sends; parts of pages are asked for as such."""
    beside = {"hx-request": "true"} if path.startswith(("/items/", "/review/")) else {}
    return {**HEADERS, **beside, **({"cookie": cookie} if cookie else {})}


def signed_in(office: Office) -> dict[str, str]:
    """Sign everybody in; give the cookie of each, none of who is nobody."""
    return {"nobody": "", **{who: _signed_in(office, who) for who in WHO}}


def _signed_in(office: Office, who: str) -> str:
    now, unit = datetime.now(UTC), "education" if who == "unit" else None
    draft = Draft(
        user_name=f"bench-{who}", name="测", posts=frozenset(WHO[who]), department=unit, restricted=who == "reader"
    )
    account = people.find(office.store, draft.user_name) or people.create(
        office.store, draft, people.SYSTEM, now, password="a bench 1",  # noqa: S106 - of a database that is thrown away
    ).account  # fmt: skip
    attempt = Attempt(user_name=draft.user_name, password="", source="127.0.0.1")
    lifetime = Lifetime(idle=timedelta(hours=5), longest=timedelta(hours=5))
    return f"minyi_session={signing_in.open_session(office.store, account, attempt, lifetime, now).token}"
