"""Server time of every page: a database of many submissions, each page asked for many times, within one process.

`python scripts/bench.py pages [FOLDER]`; FOLDER keeps the database for the next run. MINYI_BENCH_ROWS says how many
submissions (100,000), MINYI_DATABASE_URL another database than SQLite in FOLDER. By the clock, and by the processor's
time of this process, which says what is ours where the machine has other work too; the database's own is not in it.
"""

from __future__ import annotations

import os
import statistics as figures
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time, sleep
from urllib.parse import quote

from starlette.testclient import TestClient

from nlp.domain import ItemState, Track, Writing
from scripts.benches.filling import fill
from service import intake, marking, people, restricted, signing_in, statistics
from service.access import Caller, Post, Right
from service.app import create_app
from service.intake import Incoming
from service.office import Office
from service.people import Draft
from service.serving import prepare
from service.settings import Settings
from service.signing_in import Attempt, Lifetime
from service.store.conditions import Mark, Order, SubmissionFilter
from service.store.listing import ItemFilter
from service.warming import warm_up

ROUNDS = 20
HAPPENINGS = 200
"""Events of the submission to which much has happened."""
RESTRICTED = 300
LONG, LONG_TEXT = "满库来文", "村道路灯坏了半个月，晚上走路看不见，建议尽快修好并定期检查。"
ACCUSATION = "村支书收了工程队五万块好处费，把工程包给了自己亲戚，请纪委查处。"
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
    special = made_special(office)
    while office.similar.nearest(Writing(text="路灯坏了")) is None:
        sleep(0.5)
    warm_up(office.judge, home)
    cookies = {who: _signed_in(office, who) for who in WHO}
    dialect = "PostgreSQL" if settings.database_url else "SQLite"
    with TestClient(create_app(office), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        client.follow_redirects = False
        print(f"| {dialect}，{rows:,} 件，毫秒 | 中位 | p95 | 处理器中位 | 处理器 p95 |\n|---|---|---|---|---|")
        for who, path in addresses(office, special):
            _measure(client, path, cookies[who])


def _measure(client: TestClient, path: str, cookie: str) -> None:
    by_clock, by_processor = [], []
    headers = {**HEADERS, "cookie": cookie}
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


def made_special(office: Office) -> dict[str, str]:
    """Make, once, a submission to which much has happened, and restricted ones; give an id of each."""
    now, reader = office.now(), Caller(id="bench", name="测", rights=frozenset({Right.RESTRICTED}))
    long = statistics.submissions_page(office.store, SubmissionFilter(source=LONG), None, 1).rows
    if not long:
        texts = [LONG_TEXT, *(f"{ACCUSATION}（第 {number} 封）" for number in range(RESTRICTED))]
        batch = [
            Incoming(track=Track.SUBMISSION, text=text, source=LONG, received_at=now, caller="bench") for text in texts
        ]
        intake.receive(office.store, office.judge, office.policy, office.taxonomy, batch, now)
        long = statistics.submissions_page(office.store, SubmissionFilter(source=LONG), None, 1).rows
        for number in range(HAPPENINGS):
            doer = marking.unmark if number % 2 else marking.mark
            doer(office.store, long[0].submission.id, Mark.KEY, "bench", now)
    return {"long": long[0].submission.id, "restricted": restricted.waiting(office.store, reader).rows[0].submission.id}


def addresses(office: Office, special: dict[str, str]) -> list[tuple[str, str]]:
    """List the pages with who looks at them, and with the filters that people use."""
    page = statistics.submissions_page(office.store, SubmissionFilter(), None, 50, Order.RECEIVED)
    middle = page.rows[25].submission
    year = middle.received_at.year
    ledger = statistics.items_page(office.store, ItemFilter(), None, 50)
    own = statistics.items_page(office.store, ItemFilter(department="education", states=(ItemState.CLOSED,)), None, 50)
    deep = statistics.items_page(office.store, ItemFilter(states=(ItemState.CLOSED,)), None, 200).next_cursor
    two_days = (office.now() - timedelta(days=2)).date()
    desk = [
        "/",
        "/register",
        "/imports",
        "/review",
        f"/review?item={special['long']}",
        "/submissions",
        f"/submissions?cursor={year - 1}-06-01~{middle.id}",
        "/submissions?stage=review",
        "/submissions?stage=closed&theme=double-reduction",
        f"/submissions?theme=double-reduction&from={year - 1}-11-01&to={year - 1}-11-30",
        f"/submissions?place={middle.place}",
        "/submissions?source=委员工作站&stage=review",
        "/submissions?wait=overdue",
        "/submissions?order=registered_first",
        f"/submissions?did=received&since={two_days}",
        f"/submissions?q={middle.receipt}",
        "/submissions?q=路灯",
        "/submissions?q=红绿灯",
        "/submissions?q=建议",
        "/submissions?q=建议&stage=review",
        "/submissions?q=没有这样的字句",
        "/submissions?q=灯",
        "/submissions?q=马建",
        f"/submissions/{middle.id}",
        f"/submissions/{middle.id}/same",
        f"/submissions/{special['long']}",
        f"/submissions/{special['long']}/upward",
        "/ledger",
        "/ledger?due=late",
        "/ledger?state=closed",
        f"/ledger?state=closed&cursor={quote(deep or '')}",
        "/ledger?state=closed&department=education",
        "/ledger?q=路灯",
        "/ledger?q=建议",
        f"/ledger?q={middle.receipt}",
        f"/ledger?item={ledger.rows[0].item.id}",
        "/departments",
        "/upward",
        "/upward/waiting",
        "/themes",
        "/themes?place=金星镇",
        "/reports",
        "/reports?period=year",
        "/reports?period=last-year",
        "/papers",
        "/answer-templates",
    ]
    unit = [
        "/",
        "/departments/education",
        "/departments/education?due=late",
        "/departments/education?state=closed",
        "/departments/education?q=建议",
        f"/departments/education?state=closed&item={own.rows[0].item.id}",
        f"/submissions/{own.rows[0].registered.submission.id}",
    ]
    return [
        *(("desk", path) for path in desk),
        *(("unit", path) for path in unit),
        *(("reader", path) for path in ("/restricted", f"/restricted/{special['restricted']}")),
        *(("administrator", path) for path in ("/", "/people", "/keys")),
        ("auditor", "/audit"),
    ]
