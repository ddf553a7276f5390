"""Every route × everybody × {own, other department, restricted, missing}, as `rights.csv` says it.

A row tells for each post whether the route is there for it: `yes`, `no`, or `own` (a liaison's own department only).
`reader` is 审核签发 who is named for 限阅件, `program` one on this machine without a key, `scopes` the scopes of keys of
which one is enough. `object` is what the path names: with `submission`, `item`, `department`, `attachment` the restricted
and the missing one are there for nobody; with `restricted` only the restricted one is. An action within a path is written
out. A route without a row fails. After adding one, look at what it says to whom, and write its row.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from nlp.domain import Disposition, Level, Track
from service import attachments, bulk, intake, keys, people, review, signing_in, statistics, upward, views
from service.access import Post, Right
from service.app import create_app
from service.attachments import Upload
from service.bulk_plan import Bulk
from service.deadlines import local_day
from service.dispatch import Act, Desk, sign
from service.imports.opening import Sent, open_import
from service.intake import Incoming, Receipt
from service.keys import SCOPES, KeyDraft
from service.office import Office
from service.people import Draft
from service.profile import Profile
from service.settings import Settings
from service.signing_in import Attempt, Lifetime
from service.similar_cases import SimilarCases
from service.store.engine import Store, open_store
from service.store.operations import BulkKind

ROWS = list(csv.DictReader((Path(__file__).parent / "rights.csv").open(encoding="utf-8", newline="")))
CASES = ("own", "other", "restricted", "missing")
MISSING = "01900000-0000-7000-8000-000000000000"
OWN, OTHER = "education", "health"
SECRETS = {"other": "他单位暗记", "restricted": "限阅暗记"}
"""Words that stand in the texts, and must be seen in no answer to whom they are not for."""
POSTS = {
    "registrar": (Post.REGISTRAR,),
    "signer": (Post.SIGNER,),
    "liaison": (Post.LIAISON,),
    "leader": (Post.LEADER,),
    "administrator": (Post.ADMINISTRATOR,),
    "auditor": (Post.AUDITOR,),
    "reader": (Post.SIGNER,),
}
_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A running application, what there is in it, and the headers of everybody."""

    client: TestClient
    ids: dict[tuple[str, str], str]
    headers: dict[str, dict[str, str]]

    def send(self, row: dict[str, str], who: str, case: str) -> Any:
        path = self.path(row, case)
        body = json.loads(row["body"]) if row["body"] else None
        as_json = {"json": body} if path.startswith("/api/") else {"data": body}
        headers = {**self.headers[who], "accept": "*/*" if path.startswith("/api/") else "text/html"}
        if path == "/api/v1/submissions":
            headers["idempotency-key"] = f"{who}-{case}"
        return self.client.request(row["method"], path, headers=headers, **(as_json if body is not None else {}))

    def path(self, row: dict[str, str], case: str) -> str:
        return _PARAMETER.sub(lambda found: self.ids.get((found[1], case), MISSING), row["path"])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, default_judge, knowledge) -> Iterator[World]:
    home = tmp_path_factory.mktemp("home")
    store = open_store(f"sqlite:///{home / 'minyi.db'}")
    store.migrate()
    settings = Settings(home=home)
    office = Office(
        settings=settings,
        taxonomy=knowledge.taxonomy,
        policy=knowledge.policy,
        store=store,
        judge=default_judge,
        similar=SimilarCases(store),
    )
    headers = everybody(store, office)
    ids = things(office)
    with TestClient(create_app(office), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        client.follow_redirects = False
        yield World(client=client, ids=ids, headers=headers)


def everybody(store: Store, office: Office) -> dict[str, dict[str, str]]:
    """Sign everybody in, and make a key for every scope."""
    now, found = datetime.now(UTC), {"anonymous": {"user-agent": "Mozilla/5.0"}, "program": {}}
    lifetime = Lifetime(idle=timedelta(hours=1), longest=timedelta(hours=1))
    for who, posts in POSTS.items():
        unit = OWN if who == "liaison" else None
        draft = Draft(
            user_name=who, name=f"人员{who}", posts=frozenset(posts), department=unit, restricted=who == "reader"
        )
        account = people.create(store, draft, "system", now, password="long enough 1").account
        attempt = Attempt(user_name=who, password="", source="127.0.0.1")
        token = signing_in.open_session(store, account, attempt, lifetime, now).token
        found[who] = {"cookie": f"minyi_session={token}", "user-agent": "Mozilla/5.0"}
    for right in SCOPES:
        found[f"key:{right.value}"] = bearer(office, KeyDraft(name=right.value, scopes=frozenset({right})), now)
    bound = KeyDraft(name="bound", scopes=frozenset({Right.UNIT}), department=OWN)
    return {**found, "key:bound": bearer(office, bound, now)}


def bearer(office: Office, draft: KeyDraft, now: datetime) -> dict[str, str]:
    return {"authorization": f"Bearer {keys.make(office.store, office.taxonomy, draft, 'system', now)[1]}"}


def things(office: Office) -> dict[tuple[str, str], str]:
    """Make one of everything that a path can name, for each case in which there is one."""
    store, now = office.store, datetime.now(UTC)
    ids: dict[tuple[str, str], str] = {("department", "own"): OWN, ("department", "other"): OTHER}
    for case, unit in (("own", OWN), ("other", OTHER), ("restricted", None)):
        text = "村支书收了工程队五万块好处费，请纪委查处。" if unit is None else "课后服务就是做题，建议开兴趣班。"
        submission = received(office, f"{SECRETS.get(case, '')}{text}")
        upload = Upload(name=f"{SECRETS.get(case, '')}.txt", media_type="text/plain", content=case.encode())
        kept = attachments.keep(store, office.settings.home, submission, upload, 1_000, "system", now, registering=True)
        ids |= {("submission_id", case): submission, ("attachment_id", case): kept, ("item_id", case): submission}
        if unit is not None:
            ids["item_id", case] = dispatched(office, submission, unit)
    spare = Draft(user_name="spare", name="备用", posts=frozenset({Post.LEADER}))
    ids["account_id", "own"] = people.create(store, spare, "system", now, password="long enough 1").account.id
    key = KeyDraft(name="备用", scopes=frozenset({Right.READ}))
    ids["key_id", "own"] = keys.make(store, office.taxonomy, key, "system", now)[0].id
    desk = Desk(store=store, policy=office.policy, directory=office.taxonomy)
    marked = Bulk(kind=BulkKind.MARK, value="key")
    ids["operation_id", "own"] = bulk.perform(desk, marked, [ids["submission_id", "own"]], "system", now).id
    doing = upward.Doing(actor="system", now=now)
    members = [ids["submission_id", "own"]]
    ids["brief_id", "own"] = upward.issue_brief(store, Profile(), members, local_day(now), "某", [], doing).id
    sending = upward.Sending(level=Level.CITY, day=local_day(now), signer="某")
    ids["report_id", "own"] = upward.report(store, members[0], sending, doing).id
    said = upward.Said(leader="某", level=Level.CITY, day=local_day(now), text="请研究")
    ids["instruction_id", "own"] = upward.instruct(store, members[0], said, doing).id
    ids["view_id", "own"] = views.save_view(store, "system", "备用", "", True, now).id
    sent = [Sent(name="来稿.txt", content=io.BytesIO("关于路灯的建议\n请修好路灯".encode()))]
    opened = open_import(store, office.settings.home, sent, 1_000_000, "system", now)
    ids["import_id", "own"] = opened.made.id
    return ids


def received(office: Office, text: str) -> str:
    now = datetime.now(UTC)
    incoming = Incoming(track=Track.SUBMISSION, text=text, source="微信", received_at=now, caller="system")
    (receipt,) = intake.receive(office.store, office.judge, office.policy, office.taxonomy, [incoming], now)
    assert isinstance(receipt, Receipt)
    return receipt.id


def dispatched(office: Office, submission: str, unit: str) -> str:
    now = datetime.now(UTC)
    opinion = review.Opinion(
        theme="double-reduction", lead=unit, co_handlers=(), dispositions=(Disposition.DEPARTMENT,)
    )
    review.decide(office.store, office.taxonomy, submission, opinion, "system", now)
    item = next(one for one in statistics.story(office.store, submission).items if one.department == unit)
    desk = Desk(store=office.store, policy=office.policy, directory=office.taxonomy)
    return sign(desk, item.id, Act(actor="system", now=now)).id


def cells(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Give what a row says for everybody."""
    scopes = set(row["scopes"].split())
    yield from ((who, row[who]) for who in ("anonymous", *POSTS, "program"))
    public = row["anonymous"] == "yes"
    yield from ((f"key:{right.value}", "yes" if public or right.value in scopes else "no") for right in SCOPES)
    yield "key:bound", "yes" if public else ("own" if row["object"] else "yes") if Right.UNIT.value in scopes else "no"


def is_there(row: dict[str, str], cell: str, case: str) -> bool:
    """Tell whether the thing of a case is there for somebody with such a cell."""
    if not row["object"]:
        return True
    there = {
        "restricted": {"restricted"},
        "account": {"own"},
        "key": {"own"},
        "brief": {"own"},
        "operation": {"own"},
        "report": {"own"},
        "instruction": {"own"},
        "view": {"own"},
        "import": {"own"},
    }.get(row["object"], {"own", "other"})
    return case in there and (cell == "yes" or case == "own")


def refused(answer: Any, row: dict[str, str], who: str) -> bool:
    """Tell whether somebody was told that the route is not there, or to sign in."""
    person = who in POSTS
    if person or (who not in ("anonymous",) and row["path"].startswith(("/api/", "/metrics"))):
        return answer.status_code == 404
    if row["path"].startswith("/api/"):
        return answer.status_code == 401
    return answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")


def plain(answer: Any, path: str) -> tuple[int, str]:
    """Give an answer without what differs from request to request."""
    body = re.sub(r"[0-9a-f]{16}\b", "", answer.text)
    place = answer.headers.get("location", "")
    for part in filter(lambda part: len(part) > 30, path.split("/")):
        body, place = body.replace(part, ""), place.replace(part, "")
    return answer.status_code, place + body


def test_every_route_has_a_row_and_every_row_a_route(world: World) -> None:
    routes = {
        (method, found.path)
        for found in iter_route_contexts(world.client.app.routes)
        for method in (getattr(found, "methods", None) or ())
        if method != "HEAD"
    }
    patterns = {route: re.compile(_PARAMETER.sub("[^/]+", route[1]) + r"\Z") for route in routes}
    matched = {
        (row["method"], row["path"]): next(
            (
                route
                for route, pattern in sorted(patterns.items(), key=lambda pair: pair[0][1].count("{"))
                if route[0] == row["method"] and pattern.match(row["path"])
            ),
            None,
        )
        for row in ROWS
    }
    assert [row for row, route in matched.items() if route is None] == []
    assert sorted(routes - set(matched.values())) == []  # write a row in rights.csv for these


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['method']} {row['path']}")
def test_a_route_is_there_for_whom_the_row_says(world: World, row: dict[str, str]) -> None:
    cases = CASES if row["object"] else ("own",)
    for who, cell in sorted(cells(row), key=lambda pair: pair[1]):
        answers = {case: world.send(row, who, case) for case in cases}
        for case, answer in answers.items():
            told = (who, cell, case, answer.status_code, answer.headers.get("location"), answer.text[:200])
            if cell == "no":
                assert refused(answer, row, who), told
            elif is_there(row, cell, case):
                assert row["anonymous"] == "yes" or not refused(answer, row, who), told
                assert answer.status_code < 500, told
            else:
                assert answer.status_code == 404, told
                hidden, missing = (plain(answers[one], world.path(row, one)) for one in (case, "missing"))
                assert hidden == missing, told
            check_secrets(answer, who, cell)


def check_secrets(answer: Any, who: str, cell: str) -> None:
    """Look for words of what is not for somebody to see."""
    shown = answer.text if "text" in answer.headers.get("content-type", "json") else answer.content.decode("latin-1")
    shown += answer.headers.get("content-disposition", "")
    assert who == "reader" or SECRETS["restricted"] not in shown, who
    bound = who in ("liaison", "key:bound", "administrator", "auditor", "anonymous")
    assert not (bound and SECRETS["other"] in shown), who
