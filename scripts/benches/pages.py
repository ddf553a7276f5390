"""Server time of every page: a database of many submissions, each page asked for many times, within one process.

`python scripts/bench.py pages [FOLDER]`; FOLDER keeps the database for the next run. MINYI_BENCH_ROWS says how many
submissions (100,000), MINYI_DATABASE_URL another database than SQLite in FOLDER.
"""

from __future__ import annotations

import os
import statistics as figures
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from starlette.testclient import TestClient

from scripts.benches.filling import fill
from service import people, signing_in, statistics
from service.access import Post
from service.app import create_app
from service.office import Office
from service.people import Draft
from service.serving import prepare
from service.settings import Settings
from service.signing_in import Attempt, Lifetime
from service.store.conditions import Order, SubmissionFilter

ROUNDS = 20
HEADERS = {"user-agent": "Mozilla/5.0", "accept": "text/html"}


def run(folder: Path | None) -> None:
    """Fill the database unless it is filled, and print p50 and p95 of each page."""
    rows = int(os.environ.get("MINYI_BENCH_ROWS", "100000"))
    home = (folder or Path(tempfile.mkdtemp(prefix="minyi-bench-"))) / f"pages-{rows}"
    office = prepare(Settings(home=home, host="127.0.0.1"), lambda stage, done, total: None)
    present = statistics.submissions_count(office.store, SubmissionFilter())
    if present < rows:
        begun = perf_counter()
        fill(office, rows - present)
        print(f"filled {rows - present} rows in {perf_counter() - begun:.0f} s")
    desk, unit = (_signed_in(office, *posts) for posts in ((Post.REGISTRAR, Post.SIGNER), (Post.LIAISON,)))
    with TestClient(create_app(office), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        client.follow_redirects = False
        print(f"{rows} submissions, {ROUNDS} requests each: milliseconds\n{'p50':>8}{'p95':>8}")
        for path in addresses(office):
            _measure(client, path, unit if path.startswith("/departments/") else desk)


def _measure(client: TestClient, path: str, cookie: str) -> None:
    taken = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        answer = client.get(path, headers={**HEADERS, "cookie": cookie})
        taken.append(1000 * (perf_counter() - begun))
    last = figures.quantiles(taken, n=20)[-1]
    print(
        f"{figures.median(taken):8.1f}{last:8.1f}  {path}{'' if answer.status_code == 200 else f'  ({answer.status_code})'}"
    )


def _signed_in(office: Office, *posts: Post) -> str:
    now = datetime.now(UTC)
    unit = "education" if posts == (Post.LIAISON,) else None
    name = f"bench-{posts[0].value}"
    draft = Draft(user_name=name, name="测", posts=frozenset(posts), department=unit)
    account = people.find(office.store, name) or people.create(
        office.store, draft, people.SYSTEM, now, password="a bench 1",  # noqa: S106 - of a database that is thrown away
    ).account  # fmt: skip
    attempt = Attempt(user_name=name, password="", source="127.0.0.1")
    lifetime = Lifetime(idle=timedelta(hours=5), longest=timedelta(hours=5))
    return f"minyi_session={signing_in.open_session(office.store, account, attempt, lifetime, now).token}"


def addresses(office: Office) -> list[str]:
    """List the pages, with the filters that people use."""
    page = statistics.submissions_page(office.store, SubmissionFilter(), None, 50, Order.RECEIVED)
    middle = page.rows[25].submission
    year = middle.received_at.year
    return [
        "/",
        "/register",
        "/submissions",
        f"/submissions?cursor={year - 1}-06-01~{middle.id}",
        "/submissions?stage=review",
        "/submissions?stage=closed&theme=double-reduction",
        f"/submissions?theme=double-reduction&from={year - 1}-11-01&to={year - 1}-11-30",
        "/submissions?place=" + middle.place,
        "/submissions?source=委员工作站&stage=review",
        "/submissions?wait=overdue",
        "/submissions?order=registered_first",
        f"/submissions?did=received&since={(office.now() - timedelta(days=2)).date()}",
        f"/submissions?q={middle.receipt}",
        "/submissions?q=路灯",
        "/submissions?q=红绿灯",
        "/submissions?q=建议",
        "/submissions?q=建议&stage=review",
        "/submissions?q=没有这样的字句",
        "/submissions?q=灯",
        "/submissions?q=马建",
        f"/submissions/{middle.id}",
        "/review",
        "/ledger",
        "/ledger?due=late",
        "/ledger?state=closed",
        "/departments",
        "/departments/education",
        "/themes",
        "/themes?by=place",
        "/themes?by=department",
        "/themes?by=source",
        "/papers",
    ]
