"""What every request passes first: limits of its head, a request number, security headers."""

from __future__ import annotations

import secrets
from time import perf_counter
from urllib.parse import unquote_to_bytes

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.errors import Refused, answer
from service.web.metrics import Metrics

MAX_URL = 8_000
MAX_HEADERS = 16_000
MAX_PARAMETERS = 100
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], metrics: Metrics) -> None:
        self.app = app
        self.hosts = hosts
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the head of a request; refuse it or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope["request_id"] = request_id
        begun = perf_counter()

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.metrics.seconds.observe(perf_counter() - begun)
                self.metrics.requests.labels(known_method(scope["method"]), message["status"]).inc()
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            check_head(scope, self.hosts)
        except Refused as error:
            refused = answer(Request(scope), error.status, error.code, str(error), error.field)
            await refused(scope, receive, send_guarded)
            return
        await self.app(scope, receive, send_guarded)


def known_method(method: str) -> str:
    """Give the method, or `other` for one that nobody speaks, so that the figures stay few."""
    return method if method in UNSAFE | {"GET", "HEAD", "OPTIONS"} else "other"


def check_head(scope: Scope, hosts: frozenset[str]) -> None:
    """Check URL, query and headers.

    A request that changes something is refused when a browser says that it comes from another site, and every request
    when its Host is not ours (DNS rebinding).

    Raises:
        Refused: 400, 403, 414, 415 or 431.
    """
    raw_path, query = scope.get("raw_path") or b"", scope["query_string"]
    if len(raw_path) + len(query) > MAX_URL:
        raise Refused(414, "E_URL", f"地址超过 {MAX_URL} 字节的上限")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
        raise Refused(431, "E_HEADERS", f"请求头超过 {MAX_HEADERS} 字节的上限")
    if query.count(b"&") >= MAX_PARAMETERS:
        raise Refused(400, "E_QUERY", f"查询参数超过 {MAX_PARAMETERS} 个")
    for part in (raw_path, query):
        _check_escapes(part)
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if headers.get(b"content-encoding", "identity").lower() != "identity":
        raise Refused(415, "E_CONTENT_ENCODING", "不接受压缩的请求内容")
    if headers.get(b"host", "").rsplit(":", 1)[0].strip("[]") not in hosts:
        raise Refused(400, "E_HOST", "请求的主机名不正确，请用 127.0.0.1 访问")
    if scope["method"] in UNSAFE and headers.get(b"sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Refused(403, "E_ORIGIN", "该请求来自其他网站，已拒绝")


def _check_escapes(part: bytes) -> None:
    plain = unquote_to_bytes(part.replace(b"+", b" "))
    try:
        text = plain.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "E_ENCODING", "地址中的文字不是 UTF-8 编码") from None
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in text if character not in "\t\r\n"):
        raise Refused(400, "E_CONTROL", "地址中含有控制字符")
