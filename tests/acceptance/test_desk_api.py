"""The desk without its pages: many at once and back, 并案, 标记, drafts, views, 代登记, papers, 报送, an import."""

import io
from uuid import uuid4

import httpx2
import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from service.access import Post


@pytest.fixture(scope="module")
def api(server):
    with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def desk(server):
    cookies = server.sign_in(Post.REGISTRAR, Post.SIGNER)
    with httpx2.Client(base_url=f"{server.address}/api/v1", cookies=cookies, timeout=30) as client:
        yield client


def submit(api, text: str) -> dict:
    told = api.post("/submissions", json={"text": text}, headers={"Idempotency-Key": uuid4().hex})
    assert told.status_code == 201, told.text
    return told.json()


def ok(answer) -> dict:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def item_of(desk, text: str, department: str = "culture-tourism") -> str:
    """Register, decide and sign; give the item."""
    told = submit(desk, text)
    opinion = {"theme": "double-reduction", "department": department, "co_departments": []}
    ok(desk.post(f"/submissions/{told['id']}/decide", json={**opinion, "dispositions": ["department"]}))
    item = next(one for one in ok(desk.get(f"/submissions/{told['id']}"))["items"] if one["state"] != "withdrawn")
    ok(desk.post(f"/items/{item['id']}/sign", json={}))
    return item["id"]


def test_many_at_once_are_told_before_and_taken_back(desk) -> None:
    ids = [submit(desk, f"课后服务只是做题，建议开兴趣班（{number}）")["id"] for number in range(3)]
    asked = {"act": "mark", "value": "key", "ids": ids}
    planned = ok(desk.post("/bulk/preview", json=asked))
    assert (planned["able"], planned["items"][0]["change"]) == (3, "加标记“重点件”")
    made = ok(desk.post("/bulk", json=asked))
    assert [one["problem"] for one in made["items"]] == [None, None, None]
    again = ok(desk.post("/bulk/preview", json=asked))
    assert (again["able"], again["items"][0]["problem"]) == (0, "已有“重点件”标记")
    undone = ok(desk.post(f"/operations/{made['id']}/undo"))
    assert [one["undone"] for one in undone["items"]] == [True, True, True]
    assert desk.post(f"/operations/{made['id']}/undo").status_code == 409
    refused = desk.post("/bulk", json={"act": "reassign", "ids": ids})
    assert (refused.status_code, refused.json()["code"]) == (422, "E_REQUIRED")


def test_matters_are_linked_and_parted_and_marks_come_and_go(desk) -> None:
    first, second = submit(desk, "村道塌了一段，车过不去"), submit(desk, "村里的路塌方，出行不便")
    linked = ok(desk.post(f"/submissions/{first['id']}/link", json={"receipt": second["receipt"]}))
    assert [one["id"] for one in linked["items"]] == [second["id"]]
    assert ok(desk.get(f"/submissions/{second['id']}/same"))["items"][0]["id"] == first["id"]
    assert ok(desk.post(f"/submissions/{first['id']}/unlink"))["items"] == []
    assert ok(desk.post(f"/submissions/{first['id']}/mark", json={"mark": "revisit"}))["marks"] == ["revisit"]
    assert ok(desk.post(f"/submissions/{first['id']}/unmark", json={"mark": "revisit"}))["marks"] == []


def test_drafts_views_and_answer_templates_are_kept(desk) -> None:
    key = uuid4().hex
    ok(desk.post("/drafts", json={"key": key, "content": {"text": "还没写完的"}}))
    assert next(one for one in ok(desk.get("/drafts"))["items"] if one["key"] == key)["content"]["text"] == "还没写完的"
    ok(desk.delete(f"/drafts/{key}"))
    assert key not in {one["key"] for one in ok(desk.get("/drafts"))["items"]}
    secret = desk.post("/drafts", json={"key": key, "content": {"text": "机密★ 某件"}})
    assert (secret.status_code, secret.json()["code"]) == (422, "E_SECRET")
    view = ok(desk.post("/views", json={"name": "接口存的", "query": "stage=review"}))
    assert view["id"] in {one["id"] for one in ok(desk.get("/views"))["items"]}
    ok(desk.delete(f"/views/{view['id']}"))
    template = ok(desk.post("/answer-templates", json={"name": "通用", "text": "已派员到__查看"}))
    ok(desk.delete(f"/answer-templates/{template['id']}"))
    assert template["id"] not in {one["id"] for one in ok(desk.get("/answer-templates"))["items"]}


def test_the_desk_writes_down_for_a_unit_with_who_and_how(desk) -> None:
    item = item_of(desk, "学校门口堵车，建议错峰放学")
    bare = desk.post(f"/items/{item}/accept", json={})
    assert (bare.status_code, bare.json()["field"]) == (422, "paper")
    paper = {"person": "张三", "way": "paper", "number": "教函〔2026〕3号"}
    accepted = ok(desk.post(f"/items/{item}/accept", json={"paper": paper}))
    assert (accepted["state"], accepted["handler"]) == ("in_progress", "张三")
    kept = ok(desk.post(f"/items/{item}/attachments", files={"file": ("复函.txt", b"content", "text/plain")}))
    assert desk.get(f"/attachments/{kept['id']}").content == b"content"
    late = ok(desk.get("/items", params={"department": "culture-tourism", "state": "in_progress"}))["items"]
    assert item in {one["id"] for one in late}


def test_a_unit_reads_numbers_covered_and_its_own_list_alone(server, desk) -> None:
    own = item_of(desk, "请联系13812345678，课后服务就是做题")
    item_of(desk, "小学操场塑胶味道大", "trade-union")
    cookies = server.sign_in(Post.LIAISON, department="culture-tourism")
    with httpx2.Client(base_url=f"{server.address}/api/v1", cookies=cookies, timeout=30) as unit:
        listed = ok(unit.get("/items"))["items"]
        assert {one["department"] for one in listed} == {"culture-tourism"}
        assert unit.get("/items", params={"department": "trade-union"}).status_code == 404
        submission = next(one for one in listed if one["id"] == own)["submission_id"]
        assert "13812345678" not in unit.get(f"/submissions/{submission}").text
        book = unit.post("/exports/items", json={})
        rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
        assert len(rows) > 1
        claimed = unit.post("/queues/culture-tourism/claim", json={"limit": 500, "lease_seconds": 10})
        assert "13812345678" not in claimed.text
        refused = unit.post(f"/items/{own}/accept", json={"paper": {"person": "某", "way": "paper"}})
        assert refused.status_code == 422


def test_papers_and_what_goes_up(desk) -> None:
    told = submit(desk, "建议在县医院设老年人窗口，方便看病挂号")
    slip = desk.post(f"/submissions/{told['id']}/papers/slip", json={})
    cells = {cell.text for table in Document(io.BytesIO(slip.content)).tables for cell in table._cells}
    assert "建议在县医院设老年人窗口，方便看病挂号" in cells
    went = ok(desk.post(f"/submissions/{told['id']}/upward/report", json={"level": "city", "signer": "主席"}))
    (report,) = went["reports"]
    came = ok(desk.post(f"/upward/{report['id']}/outcome", json={"outcome": "adopted", "day": report["reported_on"]}))
    assert came["outcome"] == "adopted"
    brief = ok(desk.post("/briefs", json={"members": [told["id"]], "levels": ["region"], "signer": "主席"}))
    assert desk.get(f"/briefs/{brief['id']}").status_code == 200
    record = ok(desk.get(f"/submissions/{told['id']}/upward"))
    assert ({one["level"] for one in record["reports"]}, len(record["briefs"])) == ({"city", "region"}, 1)


def test_a_table_is_imported_and_taken_back(desk) -> None:
    table = "标题,内容\n路灯,村口的路灯坏了半个月\n水渠,水渠漫水冬天结冰\n".encode()
    made = ok(desk.post("/imports", files={"files": ("台账.csv", table, "text/csv")}))
    assert made["plan"]["columns"] == ["title", "text"]
    ok(desk.post(f"/imports/{made['id']}/plan", json={"source": "旧台账"}))
    ok(desk.post(f"/imports/{made['id']}/start", json={}))
    asked = (ok(desk.get(f"/imports/{made['id']}")) for _ in range(3_000))
    done = next(one for one in asked if one["state"] == "done")
    assert done["imported"] == 2
    assert ok(desk.post(f"/imports/{made['id']}/undo"))["state"] == "undone"
