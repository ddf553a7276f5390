"""What every request passes first: limits of its head, a request number, security headers."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import chain, count
from time import perf_counter
from urllib.parse import unquote_to_bytes, urlsplit

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
_METHODS = UNSAFE | {"GET", "HEAD", "OPTIONS"}
_HEADERS = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())
_NOT_STATIC = (*_HEADERS, (b"cache-control", b"no-store"))
_NAMES = frozenset(name for name, _ in _NOT_STATIC)
_PLAIN = re.compile(rb"[!-$&-~]*\Z")
"""Visible ASCII without escapes: nothing in it needs to be looked at."""


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, hosts: Hosts, metrics: Metrics) -> None:
        self.app = app
        self.hosts = hosts
        self.metrics = metrics
        self._prefix, self._numbers = secrets.token_hex(4), count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the head of a request; refuse it or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = f"{self._prefix}{next(self._numbers):08x}"
        scope["request_id"] = request_id
        begun = perf_counter()

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.metrics.answered(known_method(scope["method"]), message["status"], perf_counter() - begun)
                wanted = _HEADERS if scope["path"].startswith("/static/") else _NOT_STATIC
                own = message.get("headers", ())
                present = _NAMES.intersection(name for name, _ in own)
                added = (one for one in wanted if one[0] not in present) if present else wanted
                message["headers"] = [*own, (b"x-request-id", request_id.encode()), *added]
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
    return method if method in _METHODS else "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """The hosts that a request may be addressed to: names of ours, and any bare address where others can reach us.

    A page of somebody else's can make its own name lead to our address (DNS rebinding), never an address.
    """

    names: frozenset[str]
    addresses: bool

    def known(self, host: str) -> bool:
        """Tell whether a host is one of ours."""
        return host in self.names or (self.addresses and _is_address(host))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def check_head(scope: Scope, hosts: Hosts) -> None:
    """Check URL, query and headers.

    A request that changes something is refused when a browser says that it comes from another site, and every request
    when its Host is not ours (DNS rebinding).

    Raises:
        Refused: 400, 403, 414, 415 or 431.
    """
    raw_path, query = scope.get("raw_path") or b"", scope["query_string"]
    if len(raw_path) + len(query) > MAX_URL:
        raise Refused(414, "E_URL", f"地址超过 {MAX_URL} 字节的上限")
    headers = dict(scope["headers"])
    if sum(map(len, chain.from_iterable(scope["headers"]))) > MAX_HEADERS:
        raise Refused(431, "E_HEADERS", f"请求头超过 {MAX_HEADERS} 字节的上限")
    if query.count(b"&") >= MAX_PARAMETERS:
        raise Refused(400, "E_QUERY", f"查询参数超过 {MAX_PARAMETERS} 个")
    for part in (raw_path, query):
        _check_escapes(part)
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Refused(415, "E_CONTENT_ENCODING", "不接受压缩的请求内容")
    host = headers.get(b"host", b"").decode("latin-1")
    if not hosts.known(host.rsplit(":", 1)[0].strip("[]").lower()):
        raise Refused(400, "E_HOST", "请求的主机名不正确，请用本机地址访问，或请管理员在 MINYI_NAMES 中加上这个名称")
    if scope["method"] in UNSAFE and not _from_here(headers, host):
        raise Refused(403, "E_ORIGIN", "该请求来自其他网站，已拒绝")


def _from_here(headers: dict[bytes, bytes], host: str) -> bool:
    """Tell whether a browser says that a page of ours asks; a program says nothing."""
    origin = headers.get(b"origin")
    site = headers.get(b"sec-fetch-site", b"none")
    return site in (b"same-origin", b"none") and (origin is None or urlsplit(origin.decode("latin-1")).netloc == host)


def _check_escapes(part: bytes) -> None:
    if _PLAIN.match(part):
        return
    plain = unquote_to_bytes(part.replace(b"+", b" "))
    try:
        text = plain.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "E_ENCODING", "地址中的文字不是 UTF-8 编码") from None
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in text if character not in "\t\r\n"):
        raise Refused(400, "E_CONTROL", "地址中含有控制字符")
