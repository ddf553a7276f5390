"""Everything that a page can do, a program can do: each POST of a page beside the route of the API that does the same."""

import csv
from pathlib import Path

ROWS = list(csv.DictReader((Path(__file__).parent / "rights.csv").open(encoding="utf-8", newline="")))
ROUTES = {(row["method"], row["path"]) for row in ROWS}
API = "/api/v1"
SAME = {
    "/register": ("POST", "/submissions"),
    "/register/judge": ("POST", "/classify"),
    "/register/preview": ("POST", "/classify"),
    "/register/draft": ("POST", "/drafts"),
    "/register/discard": ("DELETE", "/drafts/00000000000000000000000000000000"),
    "/submissions/bulk": ("POST", "/bulk/preview"),
    "/submissions/bulk/do": ("POST", "/bulk"),
    "/submissions/views": ("POST", "/views"),
    "/submissions/views/{view_id}/drop": ("DELETE", "/views/{view_id}"),
    "/ledger/sign": ("POST", "/items/{item_id}/sign"),
    "/departments/{department}/accept": ("POST", "/items/{item_id}/accept"),
    "/answer-templates/{template_id}/remove": ("DELETE", "/answer-templates/01900000-0000-7000-8000-000000000000"),
    "/items/{item_id}/grant-extension": ("POST", "/items/{item_id}/decide-extension"),
    "/items/{item_id}/deny-extension": ("POST", "/items/{item_id}/decide-extension"),
    "/items/{item_id}/unsupervise": ("POST", "/items/{item_id}/supervise"),
    "/ledger/export": ("POST", "/exports/items"),
    "/departments/{department}/export": ("POST", "/exports/items"),
    "/upward/report": ("POST", "/submissions/{submission_id}/upward/report"),
    "/upward/briefs": ("POST", "/briefs"),
    "/upward/text": ("POST", "/submissions/{submission_id}/upward/text"),
    **{
        f"/review/{{submission_id}}/{verb}": ("POST", f"/submissions/{{submission_id}}/{verb}")
        for verb in ("hold", "decide", "skip", "unskip", "undo", "split", "undo-split")
    },
}
"""Pages whose route of the API has another address; the others have the same one below `/api/v1`."""

ALONE = {
    "/sign-in": "programs have keys",
    "/sign-out": "programs have keys",
    "/password": "programs have keys",
    "/register/tidy": "fills the form of the page; nothing is kept",
    "/items/{item_id}/draft": "what is typed into a form of the page",
    "/submissions/{submission_id}/amend/draft": "what is typed into a form of the page",
    "/submissions/{submission_id}/amend/discard": "what is typed into a form of the page",
    "/submissions/columns": "which columns a page shows",
    "/restricted/": "限阅件 are for two named people, never for a program",
    "/people": "accounts are made by people; `minyi user` does it without a page",
    "/keys": "keys are made by people; `minyi key` does it without a page",
    "/papers/": "templates are edited in WPS, looked at, and taken into use by a person",
}
"""What only a page does, and why."""


def is_alone(path: str) -> bool:
    return any(path == one or path.startswith(one if one.endswith("/") else f"{one}/") for one in ALONE)


def test_every_page_that_does_something_has_a_twin_in_the_api() -> None:
    pages = sorted(path for method, path in ROUTES if method == "POST" and not path.startswith(API))
    assert len(pages) > 50
    twins = {path: SAME.get(path, ("POST", path)) for path in pages if not is_alone(path)}
    assert [path for path, (method, twin) in twins.items() if (method, f"{API}{twin}") not in ROUTES] == []
    assert sorted(set(SAME) - set(twins)) == []
    assert [one for one in ALONE if not any(is_alone(path) and path.startswith(one) for path in pages)] == []


def test_a_twin_is_there_for_the_same_people() -> None:
    rows = {(row["method"], row["path"]): row for row in ROWS}
    posts = ("registrar", "signer", "liaison", "leader", "administrator", "auditor", "reader")
    for path in (path for method, path in ROUTES if method == "POST" and not path.startswith(API)):
        if is_alone(path):
            continue
        method, twin = SAME.get(path, ("POST", path))
        page, api = rows["POST", path], rows[method, f"{API}{twin}"]
        assert [one for one in posts if page[one] != "no" and api[one] == "no"] == [], path
