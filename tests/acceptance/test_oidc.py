"""Signing in with another system's accounts, against a small issuer of our own."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import time
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from service import people
from service.access import Post
from service.app import create_app
from service.office import Office
from service.people import Draft
from service.settings import Settings
from service.similar_cases import SimilarCases
from service.store.engine import open_store

joserfc = pytest.importorskip("joserfc")
pytest.importorskip("authlib")


class Issuer:
    """An issuer that says whatever it is told to."""

    def __init__(self) -> None:
        from joserfc.jwk import RSAKey

        self.key = RSAKey.generate_key(2048, parameters={"kid": "k", "use": "sig", "alg": "RS256"})
        self.signing_key = self.key
        self.claims: dict[str, object] = {}
        self.challenge = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def do_GET(self) -> None:
                endpoints = {
                    "issuer": issuer.address,
                    "authorization_endpoint": f"{issuer.address}/authorize",
                    "token_endpoint": f"{issuer.address}/token",
                    "jwks_uri": f"{issuer.address}/keys",
                }
                keys = {"keys": [issuer.key.as_dict(private=False)]}
                self._send(keys if self.path == "/keys" else endpoints)

            def do_POST(self) -> None:
                sent = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                verified = urlsafe_b64encode(sha256(sent["code_verifier"][0].encode()).digest()).decode().rstrip("=")
                assert verified == issuer.challenge
                self._send({"access_token": "a", "token_type": "Bearer", "id_token": issuer.token()})

            def _send(self, told: dict[str, object]) -> None:
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler

    def token(self) -> str:
        from joserfc import jwt

        return jwt.encode({"alg": "RS256", "kid": "k"}, self.claims, self.signing_key)


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.server.shutdown()


@pytest.fixture
def client(issuer: Issuer, tmp_path: Path, default_judge, knowledge) -> Iterator[TestClient]:
    store = open_store(f"sqlite:///{tmp_path / 'minyi.db'}")
    store.migrate()
    draft = Draft(user_name="wang", name="王经办", posts=frozenset({Post.REGISTRAR}))
    people.create(store, draft, "system", datetime.now(UTC), password="long enough 1")
    settings = Settings(home=tmp_path, oidc_issuer=issuer.address, oidc_client_id="minyi", oidc_name="政务账号")
    office = Office(
        settings=settings,
        taxonomy=knowledge.taxonomy,
        policy=knowledge.policy,
        store=store,
        judge=default_judge,
        similar=SimilarCases(store, knowledge.words),
    )
    with TestClient(create_app(office), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as opened:
        opened.follow_redirects = False
        yield opened


def come_back(client: TestClient, issuer: Issuer, state: str | None = None, **claims: object):
    sent = client.get("/sign-in/oidc?next=/review")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    issuer.challenge = asked["code_challenge"]
    told = {"iss": issuer.address, "aud": "minyi", "nonce": asked["nonce"], "exp": int(time()) + 60}
    issuer.claims = {**told, "preferred_username": "wang", **claims}
    return client.get("/sign-in/oidc/callback", params={"code": "c", "state": state or asked["state"]})


def test_who_has_an_account_here_is_signed_in(client: TestClient, issuer: Issuer) -> None:
    assert "用政务账号登录" in client.get("/sign-in").text
    answer = come_back(client, issuer)
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")
    assert "王经办" in client.get("/review").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"preferred_username": "nobody"},
        {"preferred_username": None},
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"state": "another"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_cannot_be_trusted_signs_nobody_in(client: TestClient, issuer: Issuer, wrong: dict[str, object]) -> None:
    answer = come_back(client, issuer, **wrong)
    assert answer.status_code == 401
    assert "minyi_session" not in answer.headers.get("set-cookie", "")


def test_a_token_signed_by_somebody_else(client: TestClient, issuer: Issuer) -> None:
    from joserfc.jwk import RSAKey

    issuer.signing_key = RSAKey.generate_key(2048, parameters={"kid": "k"})
    assert come_back(client, issuer).status_code == 401
    issuer.signing_key = issuer.key


def test_an_answer_that_was_not_asked_for(client: TestClient) -> None:
    assert client.get("/sign-in/oidc/callback?code=c&state=s").status_code == 401
