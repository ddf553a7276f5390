"""The demonstration: a year of an office's work in which no page is empty, whoever looks."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from nlp.domain import Doubt, ItemState, Stage
from service import demo_people, demonstration, statistics, waiting
from service.access import Caller, Post, rights_of
from service.app import create_app
from service.demo_texts import ACCUSATIONS
from service.office import Office
from service.store import decisions, restricted, upward
from service.store.conditions import SubmissionFilter
from service.store.engine import open_store
from service.store.listing import ItemFilter

PASSWORD = "a good one 1"
EMPTY = re.compile(r'class="empty"[^>]*>(.{0,40})')
ROWS = re.compile(r"<tbody>\s*<tr|data-item=\"[0-9a-f]|class=\"tile|<dt>")
WITHOUT_ROWS = ("/register",)
"""Pages that are forms."""


@pytest.fixture
def filled(default_judge, make_office: Callable[..., Office], tmp_path: Path) -> Iterator[Office]:
    """Fill a SQLite file, which is where a demonstration lies."""
    store = open_store(f"sqlite:///{tmp_path / 'demo.db'}")
    store.migrate()
    office = make_office(store, default_judge)
    told: list[tuple[str, int, int]] = []
    count = demonstration.fill(office, lambda *step: told.append(step))
    assert 280 <= count <= 320
    assert told[-1][1] == told[-1][2]
    assert demonstration.fill(office, lambda *step: told.append(step)) == count
    yield office
    store.close()


def test_an_office_at_work(filled: Office) -> None:
    office, store = filled, filled.store
    stages = statistics.stage_counts(store)
    assert 25 <= stages[Stage.REVIEW] <= 40
    assert set(stages) >= {Stage.AWAITING_SIGNATURE, Stage.QUEUED, Stage.IN_PROGRESS, Stage.ANSWERED, Stage.CLOSED}
    states: Counter[ItemState] = Counter()
    for (_, state), count in statistics.queue_counts(store).items():
        states[state] += count
    for state in (ItemState.AWAITING_SIGNATURE, ItemState.QUEUED, ItemState.RETURN_REQUESTED, ItemState.ANSWERED):
        assert 3 <= states[state] <= 30, state
    posts = frozenset({Post.REGISTRAR, Post.SIGNER})
    desk = Caller(id="x", name="x", rights=rights_of(posts), posts=posts)
    due = {heap.label: heap.count for heap in waiting.due_for(store, desk, office.now())}
    assert all(2 <= count <= 25 for count in due.values()), due
    assert statistics.items_count(store, ItemFilter(extension_requested=True)) >= 1
    months = {one.group for one in statistics.theme_counts(store, SubmissionFilter(), "month")}
    assert len(months) >= 12
    with store.read() as connection:
        held = [one for stage in (Stage.RESTRICTED, Stage.CLOSED) for one in restricted.every(connection, stage, 50)]
        doubts = {
            doubt
            for one in statistics.submissions_page(store, SubmissionFilter(stage=Stage.REVIEW), None, 50).rows
            for doubt in decisions.current(connection, one.submission.id).decision.doubts
        }
        assert len(upward.latest_briefs(connection, 10)) >= 4
    assert {one.submission.text for one in held} == {one.text for one in ACCUSATIONS}
    assert {one.stage for one in held} == {Stage.RESTRICTED, Stage.CLOSED}
    assert len(doubts) >= 7
    assert doubts >= {Doubt.SEVERAL_MATTERS, Doubt.LOW_CONFIDENCE, Doubt.HIGHER_LEVEL}
    check_pages(office)


def check_pages(office: Office) -> None:
    """See as everybody that no page of theirs is empty."""
    demo_people.ensure(office.store, office.now(), PASSWORD)
    with TestClient(create_app(office), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        for person in demo_people.DEMO:
            client.cookies.clear()
            client.post("/sign-in", data={"user_name": person.user_name, "password": PASSWORD})
            start = client.get("/")
            entries = re.findall(r'href="(/[^"]*)"', start.text.split("</nav>")[0].split('class="side"')[1])
            assert entries, person.user_name
            for address in entries:
                page = client.get(address)
                said = EMPTY.search(page.text)
                assert page.status_code == 200
                assert said is None, (person.user_name, address, said)
                assert address in WITHOUT_ROWS or ROWS.search(page.text), (person.user_name, address)
