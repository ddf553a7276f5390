"""The bench of pages measures every page, and each of its addresses is a page to who asks for it."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from nlp.domain import Track
from scripts.benches.filling import fill
from scripts.benches.furthering import further
from scripts.benches.page_addresses import addresses, made_special
from scripts.benches.pages import headers_of, signed_in
from service import reports
from service.app import create_app
from service.deadlines import local_day
from service.office import Office
from service.settings import Settings
from service.similar_cases import SimilarCases
from service.store.engine import open_store

LEFT_OUT = {
    "files, not pages": (
        "/themes.xlsx",
        "/themes/export",
        "/ledger/export",
        "/departments/{department}/export",
        "/upward/export",
        "/reports.xlsx",
        "/reports/bulletin",
        "/reports/papers/{kind}",
        "/papers/{kind}",
        "/papers/{kind}/preview",
        "/submissions/{submission_id}/papers/{kind}",
        "/imports/{import_id}/left-out",
        "/attachments/{attachment_id}",
        "/restricted/{submission_id}/attachments/{attachment_id}",
    ),
    "for programs": ("/metrics", "/healthz", "/readyz", "/openapi.json"),
    "empty, asked for by a page whether one is still signed in": ("/signed-in",),
}
_PARAMETER = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, default_judge, knowledge) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("home")
    store = open_store(f"sqlite:///{home / 'minyi.db'}")
    store.migrate()
    made = Office(
        settings=Settings(home=home),
        taxonomy=knowledge.taxonomy,
        policy=knowledge.policy,
        store=store,
        judge=default_judge,
        similar=SimilarCases(store),
    )
    fill(made, 400)
    further(made)
    yield made
    store.close()


def test_every_page_is_measured_and_is_there(office: Office) -> None:
    cookies = signed_in(office)
    asked = addresses(office, made_special(office))
    with TestClient(create_app(office), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        client.follow_redirects = False
        for who, path in asked:
            answer = client.get(path, headers=headers_of(path, cookies[who]))
            assert answer.status_code == 200, (who, path, answer.status_code)
        routes = {
            one.path for one in iter_route_contexts(client.app.routes) if "GET" in (getattr(one, "methods", None) or ())
        }
    left_out = {path for paths in LEFT_OUT.values() for path in paths}
    assert left_out <= routes
    pages = {path for path in routes - left_out if not path.startswith("/api/")}
    in_order = sorted(pages, key=lambda path: (path.count("{"), path))
    measured = {next(page for page in in_order if _matches(page, path)) for _, path in asked}
    assert pages - measured == set()


def _matches(page: str, path: str) -> bool:
    return re.fullmatch(_PARAMETER.sub("[^/]+", page), path.split("?")[0]) is not None


def test_every_report_is_measured(office: Office) -> None:
    signed_in(office)
    asked = {path for _, path in addresses(office, made_special(office))}
    for period in reports.periods(office.profile, local_day(office.now())):
        for track in Track:
            assert f"/reports?period={period.id}&track={track.value}" in asked
