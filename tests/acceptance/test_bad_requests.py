"""The request cases of `tests/badinputs/http.jsonl`, sent over a socket to a running service; and the text cases."""

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from service.access import Post
from tests.databases import postgres_database

FOLDER = Path(__file__).parents[1] / "badinputs"
REQUESTS = [json.loads(line) for line in (FOLDER / "http.jsonl").read_text("utf-8").splitlines()]
TEXTS = [json.loads(line) for line in (FOLDER / "text.jsonl").read_text("utf-8").splitlines()]


def body_of(case: dict[str, Any]) -> bytes:
    if "latin" in case:
        return case["latin"].encode("latin-1")
    if "repeat" in case:
        return (case["repeat"][0] * case["repeat"][1]).encode()
    if "repeat_text" in case:
        return json.dumps({"text": case["repeat_text"][0] * case["repeat_text"][1]}).encode()
    return case.get("text", "").encode()


def raw_request(case: dict[str, Any], port: int) -> bytes:
    """Write the request byte by byte, as no client library would let us."""
    body = body_of(case)
    headers = {"host": f"127.0.0.1:{port}", "connection": "close", "idempotency-key": uuid4().hex}
    headers |= {"content-length": str(len(body))} if case["method"] != "GET" else {}
    headers |= case["headers"]
    lines = [f"{case['method']} {case['path']} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + body


def exchange(request: bytes, port: int) -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        parts = []
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65_536):
                parts.append(part)
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Give a service that keeps what it is sent on SQLite, then one on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("server")
        return
    with postgres_database(request.getfixturevalue("postgres_server")) as address:
        made = request.getfixturevalue("make_server")(MINYI_DATABASE_URL=address)
        made.start()
        yield made
        made.stop()


@pytest.mark.parametrize("case", REQUESTS, ids=lambda case: case["name"])
def test_each_gets_its_clear_answer(service, case: dict[str, Any]) -> None:
    status, body = exchange(raw_request(case, service.port), service.port)
    assert status in case["status"], body[:500]
    if status >= 400 and body.startswith(b"{"):
        assert len(body) <= 2_048
        told = json.loads(body)
        assert set(told) == {"code", "field", "message", "request_id"}
        assert told["code"] == case.get("code", told["code"])
        assert told["field"] == case.get("field", told["field"])
        assert case.get("says", "") in told["message"]
        assert any("\u4e00" <= character <= "\u9fff" for character in told["message"])
        sent = body_of(case)
        assert len(sent) < 12 or sent[:200] not in body


def test_a_body_that_never_ends_is_cut_off(server) -> None:
    head = (
        f"POST /api/v1/submissions HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\ncontent-type: application/json\r\n"
        "idempotency-key: endless\r\ntransfer-encoding: chunked\r\n\r\n"
    ).encode()
    chunk = b"10000\r\n" + b"a" * 65_536 + b"\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(200):
                connection.sendall(chunk)
        try:
            answer = connection.recv(4_096)
        except ConnectionResetError:
            return
    assert answer.split(b" ", 2)[1] == b"413"


def test_a_body_that_never_comes_times_out(server) -> None:
    head = (
        f"POST /api/v1/submissions HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\ncontent-type: application/json\r\n"
        'idempotency-key: slow\r\ncontent-length: 10\r\n\r\n{"a"'
    ).encode()
    status, body = exchange(head, server.port)
    assert status == 408
    assert json.loads(body)["code"] == "E_TIMEOUT"


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: f"{case['kind']}: {case['name']}")
def test_texts(service, case: dict[str, Any]) -> None:
    text = case["repeat"][0] * case["repeat"][1] if "repeat" in case else case["text"]
    headers = {"Idempotency-Key": uuid4().hex}
    answer = httpx2.post(f"{service.address}/api/v1/submissions", json={"text": text}, headers=headers, timeout=30)
    told = answer.json()
    if case["kind"] == "empty":
        assert (answer.status_code, told["code"], told["message"][:4]) == (422, "E_EMPTY", "内容为空")
    elif case["kind"] == "secret":
        assert (answer.status_code, told["code"]) == (422, "E_SECRET")
        assert "保密员" in told["message"]
    else:
        assert answer.status_code == 201, told
        kept = httpx2.get(f"{service.address}/api/v1/submissions/{told['id']}", timeout=30)
        if told["doubts"] == ["accusation"]:
            assert kept.status_code == 404
        else:
            assert kept.json()["text"] == text
            reader = service.sign_in(Post.LEADER)
            page = httpx2.get(f"{service.address}/submissions/{told['id']}", cookies=reader, timeout=30)
            assert page.status_code == 200
            assert "<script>alert" not in page.text
            assert "onerror=alert" not in page.text.replace("onerror=alert(1)&gt;", "")
        if case["kind"] == "review":
            assert told["decision"] == "review"


def test_the_same_key_again(server) -> None:
    def post(body: dict[str, Any], key: str) -> httpx2.Response:
        return httpx2.post(
            f"{server.address}/api/v1/submissions", json=body, headers={"Idempotency-Key": key}, timeout=30
        )

    key = uuid4().hex
    first = post({"text": "东街路灯坏了没人修"}, key)
    again = post({"text": "东街路灯坏了没人修"}, key)
    other = post({"text": "西街路灯坏了没人修"}, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (other.status_code, other.json()["code"]) == (422, "E_IDEM_MISMATCH")


def test_forwarded_addresses_and_hosts_are_not_believed(server) -> None:
    for header, status in (({"X-Forwarded-Host": "evil.example"}, 200), ({"X-Forwarded-For": "127.0.0.1"}, 401)):
        answer = httpx2.get(f"{server.address}/api/v1/submissions", headers=header, timeout=30)
        assert answer.status_code == status


def test_ranges_are_answered_soon(server) -> None:
    ranges = ",".join(f"{start}-{start + 9}" for start in range(0, 2_000, 2))
    answer = httpx2.get(f"{server.address}/static/app.css", headers={"Range": f"bytes={ranges}"}, timeout=10)
    assert answer.status_code in (200, 206, 416)
