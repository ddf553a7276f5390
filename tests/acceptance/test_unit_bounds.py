"""A unit sees its own items and nothing of another's: lists, counts, search, exports, pages, files, error texts."""

import io
import re
from uuid import uuid4

import httpx2
import pytest
from python_calamine import CalamineWorkbook

from service.access import Post

MARKER = f"记号{uuid4().hex[:8]}"
NOWHERE = "01900000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def api(server):
    with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def unit(server):
    def open_client(department: str) -> httpx2.Client:
        cookies = server.sign_in(Post.LIAISON, department=department)
        headers = {"accept": "text/html"}
        return httpx2.Client(base_url=server.address, cookies=cookies, headers=headers, timeout=30)

    return open_client


@pytest.fixture(scope="module")
def desk(server):
    cookies = server.sign_in(Post.REGISTRAR, Post.SIGNER)
    with httpx2.Client(base_url=server.address, cookies=cookies, headers={"accept": "text/html"}, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def items(api, unit) -> dict[str, str]:
    """Give the items, by department, of a submission that health leads with water beside it; health has answered."""
    body = {"title": f"{MARKER}建议增设夜间门诊", "text": f"{MARKER}夜间看病难，建议增设夜间门诊。"}
    told = api.post("/submissions", json=body, headers={"Idempotency-Key": uuid4().hex}).json()
    decision = {
        "theme": "other",
        "department": "health",
        "co_departments": ["water"],
        "dispositions": ["department"],
    }
    assert api.post(f"/submissions/{told['id']}/decide", json=decision).status_code == 200
    waiting = [one for one in api.get(f"/submissions/{told['id']}").json()["items"] if one["state"] != "withdrawn"]
    found = {one["department"]: one["id"] for one in waiting}
    for item in found.values():
        assert api.post(f"/items/{item}/sign", json={}).status_code == 200
    with unit("health") as health:
        health.post("/answer-templates", data={"name": f"{MARKER}模板", "text": "文"})
        answer = {"text": f"{MARKER}已增设", "grade": "A"}
        files = {"files": (f"{MARKER}.txt", b"content", "text/plain")}
        sent = health.post(f"/items/{found['health']}/answer", data=answer, files=files)
        assert sent.status_code == 303, sent.text
    story = api.get(f"/submissions/{told['id']}").json()
    return {**found, "file": story["attachments"][0]["id"], "submission": told["id"]}


def same_but_for_the_request(one: httpx2.Response, other: httpx2.Response) -> bool:
    def plain(answer: httpx2.Response) -> str:
        return re.sub(r"[0-9a-f]{16}", "", answer.text)

    return (one.status_code, plain(one)) == (other.status_code, plain(other))


def cells(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_what_is_anothers_is_as_if_it_were_not_there(unit, items) -> None:
    with unit("education") as own:
        for address in ("/departments/health", "/departments/health/export", "/ledger", "/ledger/export"):
            assert own.get(address).status_code == 404, address
        assert same_but_for_the_request(own.get(f"/items/{items['health']}"), own.get(f"/items/{NOWHERE}"))
        for action in ("accept", "return", "extend", "answer", "take-back", "close", "remind"):
            data = {"reason": "理由", "text": "文", "until": "2027-01-04", "person": "王", "way": "oa"}
            foreign = own.post(f"/items/{items['health']}/{action}", data=data)
            assert same_but_for_the_request(foreign, own.post(f"/items/{NOWHERE}/{action}", data=data)), action
        assert own.get(f"/attachments/{items['file']}").status_code == 404
        assert own.get(f"/submissions/{items['submission']}").status_code == 404
        assert own.get(f"/submissions?q={MARKER}").status_code == 404


def test_lists_counts_search_exports_and_choices_hold_nothing_of_anothers(unit, items) -> None:
    with unit("education") as own:
        page = own.get("/departments/education").text
        assert MARKER not in page
        assert "区卫生健康局" not in page
        searched = own.get(f"/departments/education?q={MARKER}").text
        assert "0 件" in searched
        assert items["health"] not in searched
        filtered = own.get(f"/departments/education?department=health&q={MARKER}").text
        assert items["health"] not in filtered
        assert MARKER not in str(cells(own.get("/departments/education/export?department=health").content))
        assert MARKER not in own.get("/answer-templates").text
        several = own.post("/departments/education/accept", data={"item": [items["health"]]}, follow_redirects=True)
        assert "没有找到这个承办件" in several.text
        assert MARKER not in several.text
    with unit("health") as own:
        assert MARKER in str(cells(own.get("/departments/health/export?state=answered").content))


def test_what_was_never_signed_is_not_there_for_the_unit_it_was_meant_for(api, unit, server) -> None:
    marker = f"记号{uuid4().hex[:8]}"
    body = {"title": f"{marker}未签发", "text": f"{marker}建议增设夜间门诊。"}
    told = api.post("/submissions", json=body, headers={"Idempotency-Key": uuid4().hex}).json()
    queues = f"{server.address}/api/v1/queues"

    def counts(own: httpx2.Client) -> dict[str, int]:
        (queue,) = own.get(queues).json()["items"]
        return queue["counts"]

    with unit("disabled-federation") as own:
        before = counts(own)
        for department in ("disabled-federation", "health"):
            decision = {"theme": "other", "department": department, "dispositions": ["department"]}
            assert api.post(f"/submissions/{told['id']}/decide", json=decision).status_code == 200
            assert counts(own) == before
            for state in ("awaiting_signature", "withdrawn", ""):
                assert marker not in own.get(f"/departments/disabled-federation?state={state}").text
                assert marker not in own.get(f"{server.address}/api/v1/items?state={state}").text
        (withdrawn,) = [
            one for one in api.get(f"/submissions/{told['id']}").json()["items"] if one["state"] == "withdrawn"
        ]
        assert withdrawn["department"] == "disabled-federation"


def test_a_co_handler_sees_the_text_and_nothing_of_what_the_lead_did(unit, items, desk) -> None:
    with unit("water") as own:
        panel = own.get(f"/items/{items['water']}", headers={"HX-Request": "true"}).text
        assert f"{MARKER}夜间看病难" in panel
        for secret in (f"{MARKER}已增设", f"{MARKER}.txt", items["health"], "区卫生健康局"):
            assert secret not in panel, secret
        assert own.get(f"/attachments/{items['file']}").status_code == 404
    seen = desk.get(f"/items/{items['water']}", headers={"HX-Request": "true"}).text
    assert items["health"] in seen


def test_a_unit_sees_personal_data_covered_wherever_it_reads_the_text(api, unit) -> None:
    body = {"title": "电话13812345678", "text": "建议增设夜间门诊，电话13812345678联系。"}
    told = api.post("/submissions", json=body, headers={"Idempotency-Key": uuid4().hex}).json()
    decision = {"theme": "other", "department": "health", "dispositions": ["department"]}
    assert api.post(f"/submissions/{told['id']}/decide", json=decision).status_code == 200
    story = api.get(f"/submissions/{told['id']}").json()
    item = next(one for one in story["items"] if one["department"] == "health" and one["state"] != "withdrawn")
    assert api.post(f"/items/{item['id']}/sign", json={}).status_code == 200
    with unit("health") as health:
        for address in (f"/submissions/{told['id']}", f"/items/{item['id']}", "/departments/health"):
            shown = health.get(address, follow_redirects=True)
            assert shown.status_code == 200, address
            assert "138****5678" in shown.text, address
            assert "13812345678" not in shown.text, address


def test_what_only_the_desk_does_a_unit_cannot(unit, items) -> None:
    with unit("health") as own:
        for action in ("audit", "send-back", "close", "archive", "supervise", "reassign", "sign", "feed-back", "rate"):
            data = {"reason": "理由", "department": "water", "way": "oa", "satisfaction": "satisfied"}
            assert own.post(f"/items/{items['health']}/{action}", data=data).status_code == 404, action


def test_what_could_not_be_done_is_shown_again_with_what_was_typed(desk, items) -> None:
    typed = {"reason": "我写了很久的理由", "paper_person": "马科长", "back": "/ledger?state=queued"}
    answer = desk.post(f"/items/{items['water']}/return", data=typed)
    assert answer.status_code == 422
    assert "请选择单位来文的方式" in answer.text
    assert "我写了很久的理由" in answer.text
    assert 'value="马科长"' in answer.text


def test_a_leader_looks_and_can_do_nothing(server, items) -> None:
    cookies = server.sign_in(Post.LEADER)
    with httpx2.Client(base_url=server.address, cookies=cookies, headers={"accept": "text/html"}) as leader:
        page = leader.get(f"/ledger?item={items['water']}").text
        assert '<form method="post" action="/items/' not in page
        assert leader.post(f"/items/{items['water']}/accept", data={}).status_code == 404
        assert leader.get("/ledger/export").status_code == 404
