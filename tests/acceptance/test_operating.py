"""What an administrator does: the first start, accounts and keys from the terminal, backup and restore, the check-up."""

import json
import re
import socket
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from service.access import Post
from service.cli import main
from service.serving import NotStartable, check_port
from service.settings import Settings


@dataclass(frozen=True)
class Done:
    """What a command gave."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(default_models: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Run the command line within this process: what it does is the same, and a dozen starts of Python are saved."""

    def go(home: Path, *arguments: object) -> Done:
        monkeypatch.setenv("MINYI_HOME", str(home))
        monkeypatch.setenv("MINYI_MODELS", str(default_models))
        monkeypatch.setattr(sys, "argv", ["minyi", *map(str, arguments)])
        out, told, code = StringIO(), StringIO(), 0
        with redirect_stdout(out), redirect_stderr(told):
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        return Done(code, out.getvalue(), told.getvalue())

    return go


def test_a_second_start_on_the_same_port_says_so_and_touches_nothing(run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for command in ("serve", "demo"):
            done = run(tmp_path / "home", command, "--port", port)
            assert done.returncode == 1
            assert f"端口 {port} 已被占用" in done.stderr
            assert "--port" in done.stderr
            assert "已启动" not in done.stdout
    assert not (tmp_path / "home").exists()


def test_an_address_of_another_machine_is_no_place_to_listen() -> None:
    with pytest.raises(NotStartable, match=r"不能在 192\.0\.2\.1"):
        check_port(Settings(host="192.0.2.1"))


def test_the_first_start_prints_a_password_that_must_be_changed(make_server, tmp_path: Path) -> None:
    server = make_server(MINYI_HOME=str(tmp_path))
    server.start()
    said = server.log()
    password = re.search(r"初始密码 (\S+)", said)
    assert password is not None
    with httpx2.Client(base_url=server.address, timeout=30) as client:
        form = {"user_name": "admin", "password": password[1]}
        assert client.post("/sign-in", data={**form, "password": "wrong"}).status_code == 401
        answer = client.post("/sign-in", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/password")
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "SameSite=lax" in answer.headers["set-cookie"]
        assert client.get("/people").headers["location"] == "/password?next=%2Fpeople"
        new = {"old": password[1], "password": "my own words 1", "again": "my own words 1"}
        assert client.post("/password", data=new).status_code == 303
        assert client.get("/people").status_code == 200
        assert client.get("/submissions").status_code == 404
        assert client.post("/sign-out").status_code == 303
        assert client.get("/people").status_code == 303
    server.stop()
    server.start()
    assert server.log().count("初始密码") == 1
    assert password[1].encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("minyi.db*"))


def test_where_signing_in_leads(server) -> None:
    def ask(path: str, **headers: str) -> httpx2.Response:
        return httpx2.get(f"{server.address}{path}", headers=headers, timeout=30)

    assert (
        ask("/submissions?q=路灯").headers["location"]
        == "/sign-in?next=%2Fsubmissions%3Fq%3D%25E8%25B7%25AF%25E7%2581%25AF"
    )
    part = ask("/submissions/x/duty", **{"hx-request": "true", "hx-current-url": f"{server.address}/submissions/x"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/sign-in?next=%2Fsubmissions%2Fx")
    for there in ("//evil.example", "https://evil.example", "/\\evil.example", "/sign-in"):
        page = httpx2.get(f"{server.address}/sign-in", params={"next": there}, timeout=30).text
        assert "evil" not in page
        assert 'name="next" value=""' in page


def test_a_browser_is_not_a_program_of_this_machine(server) -> None:
    queues = f"{server.address}/api/v1/queues"
    assert httpx2.get(queues, timeout=30).status_code == 200
    for headers in (
        {"Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "same-origin"},
        {"User-Agent": "Mozilla/5.0 (Windows NT 6.1)"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Authorization": "Bearer minyi_wrong"},
        {"Authorization": "Basic YTpi"},
        {"Cookie": "minyi_session=wrong"},
    ):
        answer = httpx2.get(queues, headers=headers, timeout=30)
        assert (answer.status_code, answer.json()["code"]) == (401, "E_SIGN_IN"), headers
    as_person = {"cookies": server.sign_in(Post.LEADER), "headers": {"Sec-Fetch-Site": "same-origin"}}
    assert httpx2.get(queues, timeout=30, **as_person).status_code == 200
    assert httpx2.post(f"{queues}/education/claim", json={}, timeout=30, **as_person).status_code == 404


def test_requests_of_other_sites_are_refused(server) -> None:
    cookies = server.sign_in(Post.REGISTRAR)
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = httpx2.post(f"{server.address}/register", cookies=cookies, headers=headers, data={}, timeout=30)
        assert (answer.status_code, answer.json()["code"]) == (403, "E_ORIGIN"), headers
    same = {"Origin": server.address, "Sec-Fetch-Site": "same-origin"}
    assert (
        httpx2.post(f"{server.address}/register", cookies=cookies, headers=same, data={}, timeout=30).status_code == 422
    )


def test_accounts_and_keys_from_the_terminal(run, make_server, tmp_path: Path) -> None:
    assert run(tmp_path, "user", "add", "wang", "--name", "王经办", "--post", "registrar").returncode == 0
    done = run(tmp_path, "user", "add", "wang", "--name", "王", "--post", "registrar")
    assert (done.returncode, done.stderr.strip()) == (1, "错误：这个用户名已有人使用，请换一个")
    assert run(tmp_path, "user", "add", "chief", "--name", "管", "--post", "administrator").returncode == 0
    assert run(tmp_path, "user", "disable", "wang").returncode == 0
    (chief, wang) = json.loads(run(tmp_path, "user", "list", "--json").stdout)
    assert (chief["disabled"], wang["disabled"], wang["posts"]) == (False, True, ["registrar"])
    secret = run(tmp_path, "key", "add", "推送", "--scope", "register").stdout.split("\t")[1]
    server = make_server(MINYI_HOME=str(tmp_path), MINYI_HOST="0.0.0.0")  # noqa: S104 - others must need the key
    server.start()
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": uuid4().hex}
    post = {"json": {"text": "路灯坏了半个月"}, "timeout": 30}
    assert httpx2.post(f"{server.address}/api/v1/submissions", headers=headers, **post).status_code == 201
    assert httpx2.get(f"{server.address}/api/v1/submissions", headers=headers, timeout=30).status_code == 404
    (key,) = json.loads(run(tmp_path, "key", "list", "--json").stdout)
    assert run(tmp_path, "key", "revoke", key["id"]).returncode == 0
    assert httpx2.post(f"{server.address}/api/v1/submissions", headers=headers, **post).status_code == 401


def test_backup_verify_restore_and_the_check_up(run, make_server, tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir()
    server = make_server(MINYI_HOME=str(home))
    server.start()
    headers = {"Idempotency-Key": uuid4().hex}
    told = httpx2.post(
        f"{server.address}/api/v1/submissions", json={"text": "路灯坏了"}, headers=headers, timeout=30
    ).json()
    assert "还没有备份" in run(home, "doctor").stdout
    made = json.loads(run(home, "backup", "--into", tmp_path / "usb", "--json").stdout)
    assert made["counts"]["submissions"] == 1
    assert run(home, "verify", made["folder"]).returncode == 0
    assert json.loads(run(home, "verify", "--json").stdout) == {"whole": True, "problems": []}
    running = run(home, "restore", made["folder"])
    assert (running.returncode, running.stderr.strip()) == (1, "错误：服务正在运行，请先停止服务再恢复")
    assert run(other, "restore", made["folder"]).returncode == 0
    again = make_server(MINYI_HOME=str(other))
    again.start()
    assert (
        httpx2.get(f"{again.address}/api/v1/submissions/{told['id']}", timeout=30).json()["receipt"] == told["receipt"]
    )
    found = {one["name"]: one["well"] for one in json.loads(run(home, "doctor", "--json").stdout)}
    assert found["备份"]
    assert found["审计日志"]
    (Path(made["folder"]) / "minyi.db").write_bytes(b"harm")
    harmed = run(home, "verify", made["folder"])
    assert harmed.returncode == 1
    assert "minyi.db" in harmed.stderr
