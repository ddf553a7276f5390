"""The API over a socket: one submission's whole way, and the shapes that the contract promises."""

from uuid import uuid4

import httpx2
import pytest

from service.access import Post
from tests.databases import postgres_database


@pytest.fixture(scope="module")
def api(server):
    with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as client:
        yield client


def submit(api, text: str, **fields):
    answer = api.post("/submissions", json={"text": text, **fields}, headers={"Idempotency-Key": uuid4().hex})
    assert answer.status_code == 201, answer.text
    return answer.json()


def ok(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_classify_gives_one_answer_for_each_and_keeps_nothing(api) -> None:
    before = len(ok(api.get("/submissions?limit=200"))["items"])
    items = [{"id": "a", "title": "路灯坏了", "text": "村口路灯坏了半个月"}, {"id": "b", "text": ""}]
    told = ok(api.post("/classify", json={"items": items}))["items"]
    assert [one["id"] for one in told] == ["a", "b"]
    assert told[0]["theme"]
    assert 0 < told[0]["confidence"] < 1
    assert len(told[0]["top"]) == 3
    assert told[1]["theme"] is None
    assert told[1]["decision"] == "review"
    assert len(ok(api.get("/submissions?limit=200"))["items"]) == before


def test_the_whole_way(api) -> None:
    told = submit(api, "我们班天天写作业到十一点，课后服务就是做题", source="微信", place="金星镇", submitter="王委员")
    assert set(told) >= {"id", "receipt", "theme", "confidence", "top", "decision", "department", "doubts", "evidence"}
    decided = ok(
        api.post(
            f"/submissions/{told['id']}/decide",
            json={"theme": "double-reduction", "department": "education", "co_departments": []},
        )
    )
    assert (decided["source"], decided["department"]) == ("person", "education")
    story = ok(api.get(f"/submissions/{told['id']}"))
    assert story["submitter"]["name"] == "王委员"
    (item,) = story["items"]
    assert item["state"] == "awaiting_signature"
    assert ok(api.post("/queues/education/claim", json={}))["items"] == []
    ok(api.post(f"/items/{item['id']}/sign", json={}))
    (claimed,) = ok(api.post("/queues/education/claim", json={"limit": 5, "lease_seconds": 60}))["items"]
    assert claimed["receipt"] == told["receipt"]
    wrong = api.post(f"/items/{item['id']}/accept", json={"lease_token": "other"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "E_CONFLICT")
    lease = {"lease_token": claimed["lease_token"]}
    assert ok(api.post(f"/items/{item['id']}/accept", json=lease))["state"] == "in_progress"
    ok(api.post(f"/items/{item['id']}/extend", json={"reason": "需会商"}))
    assert ok(api.post(f"/items/{item['id']}/decide-extension", json={"granted": True}))["due_at"] > item["created_at"]
    ok(api.post(f"/items/{item['id']}/answer", json={"text": "已调整作业量", "grade": "A"}))
    assert ok(api.post(f"/items/{item['id']}/close", json={}))["state"] == "closed"
    story = ok(api.get(f"/submissions/{told['id']}"))
    assert story["stage"] == "closed"
    kinds = [event["kind"] for event in story["events"]]
    assert kinds[0] == "received"
    assert kinds[-3:] == ["extension_approved", "answered", "closed"]
    versions = {story["decision"][name] for name in ("model_version", "taxonomy_version", "policy_version")}
    assert all(versions)


def test_return_and_reassignment(api) -> None:
    told = submit(api, "小区健身器材坏了没人修")
    ok(
        api.post(
            f"/submissions/{told['id']}/decide",
            json={"theme": "culture-sports", "department": "culture-tourism", "co_departments": []},
        )
    )
    item = ok(api.get(f"/submissions/{told['id']}"))["items"][-1]
    ok(api.post(f"/items/{item['id']}/sign", json={}))
    ok(api.post(f"/items/{item['id']}/return", json={"reason": "器材属小区物业"}))
    moved = ok(api.post(f"/items/{item['id']}/reassign", json={"department": "housing-transport", "reason": "同意"}))
    assert (moved["department"], moved["state"], moved["replaces"]) == ("housing-transport", "queued", item["id"])
    assert ok(api.get(f"/submissions/{told['id']}"))["department"] == "housing-transport"


def test_an_accusation_leaves_a_receipt_and_nothing_else(api, server) -> None:
    text = f"村支书把低保给了他小舅子，收了工程队五万块好处费，请纪委查处{uuid4().hex[:6]}"
    told = submit(api, text, place="扁担沟镇", source="匿名信箱")
    assert told["receipt"]
    assert (told["theme"], told["department"], told["doubts"]) == (None, None, ["accusation"])
    assert api.get(f"/submissions/{told['id']}").status_code == 404
    assert api.post(f"/submissions/{told['id']}/decide", json={"department": "education"}).status_code == 404
    assert ok(api.get("/submissions", params={"q": "小舅子"}))["items"] == []
    assert ok(api.get("/submissions", params={"source": "匿名信箱"}))["items"] == []
    assert all(one["source"] != "匿名信箱" for one in ok(api.get("/statistics/themes?by=source"))["items"])
    address, reader = f"{server.address}/submissions", server.sign_in(Post.LEADER)
    page = httpx2.get(address, params={"source": "匿名信箱"}, cookies=reader, timeout=30)
    assert page.status_code == 200
    assert told["receipt"] not in page.text


def test_filters_and_pages(api) -> None:
    place = f"测试乡{uuid4().hex[:6]}"
    ids = [submit(api, f"第{number}条巷子的路面坑洼", place=place)["id"] for number in range(5)]
    first = ok(api.get("/submissions", params={"place": place, "limit": 2}))
    second = ok(api.get("/submissions", params={"place": place, "limit": 200, "cursor": first["next_cursor"]}))
    assert [one["id"] for one in first["items"] + second["items"]] == ids[::-1]
    assert second["next_cursor"] is None
    counted = ok(api.get("/statistics/themes", params={"by": "place"}))
    assert sum(one["count"] for one in counted["items"] if one["place"] == place) == 5


def test_queues_list_every_department_that_work_can_go_to(api) -> None:
    names = {one["department"] for one in ok(api.get("/queues"))["items"]}
    assert {"education", "police", "town-shengli"} <= names
    assert "city-transport" not in names


def test_probes_and_description(server) -> None:
    def get(path: str) -> httpx2.Response:
        return httpx2.get(f"{server.address}{path}", timeout=30)

    assert get("/healthz").json() == {"status": "ok"}
    assert get("/readyz").json()["model"] is True
    assert "minyi_requests_total" in get("/metrics").text
    described = get("/openapi.json").json()
    paths = set(described["paths"])
    wanted = {
        "/classify",
        "/submissions",
        "/submissions/{submission_id}",
        "/queues",
        "/queues/{department}/claim",
        "/statistics/themes",
    }
    wanted |= {f"/items/{{item_id}}/{action}" for action in ("sign", "accept", "return", "extend", "answer", "close")}
    assert {f"/api/v1{path}" for path in wanted} <= paths
    assert "requestBody" in described["paths"]["/api/v1/submissions"]["post"]
    page = get("/docs").text
    assert "swagger-ui" in page
    assert "http://" not in page.replace(server.address, "")
    assert "https://" not in page


def test_security_headers(server) -> None:
    headers = httpx2.get(f"{server.address}/register", cookies=server.sign_in(Post.REGISTRAR), timeout=30).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_without_a_model_everything_is_still_taken_in(make_server, tmp_path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / "current").write_text("gone", "utf-8")
    (models / "gone").mkdir()
    (models / "gone" / "manifest.json").write_text("{", "utf-8")
    server = make_server(MINYI_MODELS=str(models))
    server.start()
    with httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) as api:
        told = submit(api, "路口红绿灯坏了三天没人修")
        assert (told["theme"], told["decision"], told["doubts"]) == (None, "review", ["no-model"])
        assert ok(api.get(f"/submissions/{told['id']}"))["stage"] == "review"
        assert submit(api, "村支书收了工程队的好处费")["doubts"] == ["accusation"]
    clerk = server.sign_in(Post.REGISTRAR)
    assert "没有可用的模型" in httpx2.get(f"{server.address}/register", cookies=clerk, timeout=30).text


def test_listening_for_others_ends_the_use_without_a_key(make_server) -> None:
    server = make_server(MINYI_HOST="0.0.0.0")  # noqa: S104 - what an office does once everybody has an account
    server.start()
    answer = httpx2.get(f"{server.address}/api/v1/queues", timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (401, "E_SIGN_IN")
    assert httpx2.get(f"{server.address}/sign-in", timeout=30).status_code == 200


def test_the_same_service_on_postgresql(make_server, postgres_server: str) -> None:
    with postgres_database(postgres_server) as address:
        servers = [make_server(MINYI_DATABASE_URL=address) for _ in range(2)]
        for server in servers:
            server.start()
        clients = [httpx2.Client(base_url=f"{server.address}/api/v1", timeout=30) for server in servers]
        share_the_work(clients)
        for server, client in zip(servers, clients, strict=True):
            client.close()
            server.stop()


def share_the_work(clients: list[httpx2.Client]) -> None:
    told = submit(clients[0], "路口红绿灯坏了三天没人修")
    decision = {
        "theme": "transport",
        "department": "traffic-police",
        "dispositions": ["department"],
        "co_departments": [],
    }
    ok(clients[1].post(f"/submissions/{told['id']}/decide", json=decision))
    item = ok(clients[0].get(f"/submissions/{told['id']}"))["items"][0]
    ok(clients[1].post(f"/items/{item['id']}/sign", json={}))
    claimed = [ok(client.post("/queues/traffic-police/claim", json={}))["items"] for client in clients]
    assert sorted(map(len, claimed)) == [0, 1]


def test_the_queue_of_review_and_taking_back(api) -> None:
    told = submit(api, "党员干部作风方面，窗口办事要跑好几趟，建议改进；另外村口路灯坏了半个月，晚上出门不安全")
    ok(api.post(f"/submissions/{told['id']}/decide", json={"department": "", "dispositions": ["keep"]}))
    present = ok(api.post(f"/submissions/{told['id']}/undo", json={}))
    following = ok(api.get("/review/next"))
    assert following["waiting"] >= (present["decision"] == "review")
    assert ok(api.post(f"/submissions/{told['id']}/hold"))["person"] == "api"
    stale = {"decision_id": "01900000-0000-7000-8000-000000000000"}
    refused = api.post(f"/submissions/{told['id']}/decide", json=stale)
    assert (refused.status_code, refused.json()["code"]) == (409, "E_OVERTAKEN")
    assert "接口" in refused.json()["message"] or "api" in refused.json()["message"]
    matters = [{"title": "窗口作风", "text": "窗口办事要跑好几趟"}, {"text": "村口路灯坏了半个月"}]
    parts = ok(api.post(f"/submissions/{told['id']}/split", json={"matters": matters}))["items"]
    assert parts[0]["receipt"].endswith("-1号")
    assert ok(api.get(f"/submissions/{told['id']}"))["stage"] == "split"
    ok(api.post(f"/submissions/{told['id']}/undo-split"))
    assert ok(api.get(f"/submissions/{told['id']}"))["stage"] != "split"
    assert api.post(f"/submissions/{told['id']}/undo-split").status_code == 409
    assert api.get("/review/next?doubt=nothing").status_code == 422
