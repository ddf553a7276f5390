"""Every page as everybody who may open it sees it: no fault behind it, none that axe-core finds, nothing left in English.

The pages are those of `tests/acceptance/rights.csv`, so a new page is visited as soon as it has its row. axe-core looks
at a page only where something stands on it that it has not looked at yet.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from service import manual, people
from service.access import Post

HERE = Path(__file__).parent
ROWS = list(csv.DictReader((HERE.parent / "acceptance" / "rights.csv").open(encoding="utf-8", newline="")))
AXE = (HERE / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
ROLES: dict[str, tuple[Post, ...]] = {
    "anonymous": (),
    "registrar": (Post.REGISTRAR,),
    "signer": (Post.SIGNER,),
    "reader": (Post.SIGNER,),
    "liaison": (Post.LIAISON,),
    "leader": (Post.LEADER,),
    "administrator": (Post.ADMINISTRATOR,),
    "auditor": (Post.AUDITOR,),
}
FOREIGN = ("/openapi.json", "/metrics", "/healthz", "/readyz")
"""For programs."""
ENGLISH = "/docs"
"""For their makers: the vendored page of the API speaks English, and its faults are its own."""
LETTERS = "标题,主要内容,办理结果\n,,\n关于修水渠的建议,水渠漫水，冬天结冰，盼修一修。,已修好\n"
BESIDES = {
    "registrar": (
        "/ledger?item={item_id}",
        "/ledger?due=late",
        "/submissions?q=没有这样的来稿",
        "/imports/{asked}",
        "/nowhere",
    ),
    "signer": ("/ledger?state=awaiting_signature", "/ledger?item={item_id}"),
    "liaison": ("/departments/education?item={item_id}", "/departments/education?state=queued"),
    "leader": ("/ledger?item={item_id}", *(page.address for page in manual.contents())),
}
"""States of pages that have an address of their own."""
ALLOWED = {
    "AB", "Alt", "API", "Argon2", "Backspace", "CSV", "Ctrl", "Enter", "Esc", "Excel", "GB", "JSON", "KB",
    "LibreOffice", "Linux", "MB", "OA", "PDF", "PNG", "PowerShell", "Python", "RC", "SHA", "Shift", "Tab", "Windows",
    "Word", "WPS", "ZIP", "docx", "xlsx",
}  # fmt: skip
"""Names of keys, formats and programs, and units; words beside digits (identifiers) are passed over."""
COMMAND = re.compile(r"minyi [a-z-]+")
WORD = re.compile(r"(?<![\w.@/-])[A-Za-z]{2,}(?![\w.@/-])")
SHOWN = """() => {
  const seen = document.body.cloneNode(true);
  seen.querySelectorAll("script, style, template, code, kbd, samp, [data-given]").forEach((one) => one.remove());
  const foreign = [...document.querySelectorAll("code, kbd, samp, [data-given]")].filter((one) => !one.hidden);
  foreign.forEach((one) => { one.hidden = true; });
  const said = [document.title, document.body.innerText];
  foreign.forEach((one) => { one.hidden = false; });
  seen.querySelectorAll("[placeholder], [title], [aria-label], [alt]").forEach((one) => {
    ["placeholder", "title", "aria-label", "alt"].forEach((name) => said.push(one.getAttribute(name) || ""));
  });
  return said.join("\\n");
}"""


WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
KINDS = """() => Array.from(document.querySelectorAll("body *"), (one) => {
  const name = (each) => [each.localName, each.className, each.getAttribute("role"), each.type].join(".");
  return name(one.parentElement) + ">" + name(one);
})"""
"""What kinds of elements stand on a page, each within its parent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A running service with one of everything that a path can name, a page of its own, what axe-core has looked at."""

    server: object
    page: object
    behind: list[str]
    ids: dict[str, str]
    given: frozenset[str]
    looked_at: set[str]


@pytest.fixture(scope="module")
def world(make_server, browser) -> Iterator[World]:
    server = make_server()
    server.start()
    with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as api:
        dispatched = register(api, "课后服务就是做题，建议开设兴趣班，配齐体育老师。")
        decision = {"theme": "double-reduction", "department": "education", "co_departments": ["health"]}
        assert api.post(f"/submissions/{dispatched}/decide", json=decision).status_code == 200
        items = {one["department"]: one for one in api.get(f"/submissions/{dispatched}").json()["items"]}
        assert api.post(f"/items/{items['education']['id']}/sign", json={}).status_code == 200
        waiting = register(api, "说说干部作风：窗口办事人员态度冷淡，来回跑了三趟。")
        restricted = register(api, "村支书收了工程队五万块好处费，请纪委查处。")
        asked, imported = (
            bring(api, "待导.csv", LETTERS),
            bring(api, "已导.csv", LETTERS + "关于路灯的建议,不亮,已修\n"),
        )
        assert api.post(f"/imports/{imported}/start", json={"scope": "good"}).status_code == 200
        brief = api.post("/briefs", json={"members": [dispatched], "levels": ["district"], "signer": "张主任"}).json()
    for who, posts in ROLES.items():
        if posts:
            cookies_of(server, who)
    store = server.store()
    accounts = people.every(store)
    store.close()
    ids = {
        "department": "education",
        "submission_id": dispatched,
        "item_id": items["education"]["id"],
        "waiting": waiting,
        "restricted": restricted,
        "account_id": accounts[0].id,
        "import_id": imported,
        "asked": asked,
        "brief_id": brief["id"],
    }
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=server.address)
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.violatedDirective));"
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    given = frozenset(part for one in accounts for part in WORD.findall(one.user_name))
    behind: list[str] = []
    page.on("console", lambda told: behind.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: behind.append(str(error)))
    ours = (server.address, "data:", "blob:")
    page.on("request", lambda sent: None if sent.url.startswith(ours) else behind.append(f"leaves: {sent.url}"))
    yield World(server=server, page=page, behind=behind, ids=ids, given=given, looked_at=set())
    context.close()
    server.stop()


def bring(api: httpx2.Client, name: str, table: str) -> str:
    answer = api.post("/imports", files={"files": (name, table.encode("gb18030"), "text/csv")})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def register(api: httpx2.Client, text: str) -> str:
    answer = api.post("/submissions", json={"text": text}, headers={"Idempotency-Key": uuid4().hex})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def cookies_of(server, who: str) -> dict[str, str]:
    unit = "education" if who == "liaison" else None
    return server.sign_in(*ROLES[who], department=unit, restricted=who == "reader")


def addresses(who: str, ids: dict[str, str]) -> list[str]:
    """List what somebody may open, with the things that there are in the place of parameters."""
    found = [filled(row["path"], ids) for row in ROWS if row["method"] == "GET" and row[who] in ("yes", "own")]
    found += [filled(path, ids) for path in BESIDES.get(who, ())]
    passed_over = ("/api/", *FOREIGN) if who == "anonymous" else ("/api/", *FOREIGN, ENGLISH)
    pages = [one for one in found if one and not one.startswith(passed_over)]
    return list(dict.fromkeys(pages))


def filled(path: str, ids: dict[str, str]) -> str:
    """Put ids into a path; nothing where there is no such thing (files are not pages)."""
    values = {**ids}
    if path.startswith("/restricted"):
        values["submission_id"] = ids["restricted"]
    if path.startswith("/review"):
        values["submission_id"] = ids["waiting"]
    names = re.findall(r"\{(\w+)\}", path)
    return path.format(**values) if all(name in values for name in names) else ""


@pytest.mark.parametrize("who", ROLES)
def test_every_page_of_everybody(world: World, who: str) -> None:
    page, context, behind = world.page, world.page.context, world.behind
    context.clear_cookies()
    if ROLES[who]:
        cookies = cookies_of(world.server, who)
        context.add_cookies([{"name": n, "value": v, "url": world.server.address} for n, v in cookies.items()])
    visited, wrong = [], []
    for address in addresses(who, world.ids):
        answer = context.request.get(address)
        if "<!doctype html" not in answer.text()[:200].lower() or "attachment" in str(answer.headers):
            continue
        behind.clear()
        page.goto(address)
        page.wait_for_selector(".htmx-request", state="detached")
        visited.append(address)
        silent = [one for one in behind if not (address == "/nowhere" and "404" in one)]
        found = foreign_faults(page) if address == ENGLISH else faults(page, world)
        wrong += [f"{address}: {one}" for one in (*silent, *found)]
    assert visited
    assert not wrong, "\n".join(wrong)


def foreign_faults(page) -> Iterator[str]:
    """Tell what is wrong with the vendored page."""
    page.wait_for_selector(".opblock")
    wide, seen = page.evaluate(WIDTHS)
    if wide > seen:
        yield f"too wide: {wide} > {seen}"


def faults(page, world: World) -> Iterator[str]:
    """Tell what is wrong with the page that is open."""
    wide, seen = page.evaluate(WIDTHS)
    if wide > seen:
        yield f"too wide: {wide} > {seen}"
    words = set(WORD.findall(COMMAND.sub("", page.evaluate(SHOWN)))) - ALLOWED - world.given
    if words:
        yield f"English: {sorted(words)}"
    kinds = set(page.evaluate(KINDS))
    if kinds <= world.looked_at:
        return
    world.looked_at.update(kinds)
    page.evaluate(AXE)
    told = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((one) => one.violations)")
    for one in told:
        if one["impact"] in ("serious", "critical"):
            yield f"axe {one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
