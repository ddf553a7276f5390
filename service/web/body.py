"""Reading JSON bodies strictly: size, time, encoding, depth, numbers and characters are checked before any field is."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from service.web.errors import Refused, field_name, refusal_of

SECONDS = 12.0
"""Longest time that a whole body may take to arrive."""

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1
_LONE = re.compile("[\ud800-\udfff]")
_HALVES = (rb"\ud", rb"\uD")
"""How one half of a character that is written as two begins; the other half may be missing."""

Model = TypeVar("Model", bound=BaseModel)


async def read_bytes(request: Request, limit: int) -> bytes:
    """Read a whole body.

    Raises:
        Refused: 413 above `limit` bytes, 408 when it does not arrive in time, 400 when the sender goes away.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise Refused(413, "E_TOO_LARGE", f"请求内容超过 {limit} 字节的上限", close=True)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(SECONDS):
            more = True
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "E_REQUEST", "请求内容没有传完", close=True)
                part, more = message.get("body", b""), message.get("more_body", False)
                size += len(part)
                if size > limit:
                    raise Refused(413, "E_TOO_LARGE", f"请求内容超过 {limit} 字节的上限", close=True)
                parts.append(part)
    except TimeoutError:
        raise Refused(408, "E_TIMEOUT", "请求内容未在规定时间内传完，请重试", close=True) from None
    return b"".join(parts)


def check_content_type(request: Request) -> None:
    """Accept JSON in UTF-8 only.

    Raises:
        Refused: 415.
    """
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in ("", "utf-8", "utf8"):
        raise Refused(415, "E_CONTENT_TYPE", "请求须为 JSON（Content-Type: application/json，UTF-8 编码）")


def parse(body: bytes) -> Any:
    """Parse JSON text strictly; a byte order mark before it is accepted.

    Raises:
        Refused: 400 for bytes that are not UTF-8, 422 for everything else.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(400, "E_ENCODING", "请求内容不是 UTF-8 编码，请使用 UTF-8") from None
    if _depth(body) > MAX_DEPTH:
        raise Refused(422, "E_JSON_DEPTH", f"JSON 嵌套超过 {MAX_DEPTH} 层")
    try:
        value = _JSON.decode(text)
    except (ValueError, RecursionError):
        raise Refused(422, "E_JSON", "请求内容不是正确的 JSON，请检查后重试") from None
    if any(half in body for half in _HALVES):
        _check_characters(value, ())
    return value


def _depth(body: bytes) -> int:
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return 0
    outside = b"".join(body.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')[::2])
    deepest = depth = 0
    for byte in re.findall(rb"[\[\]{}]", outside):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _no_constant(name: str) -> NoReturn:
    raise Refused(422, "E_NUMBER", "JSON 中不能使用 NaN 或 Infinity")


def _integer(text: str) -> int:
    if len(text) > 20 or abs(int(text)) > MAX_INTEGER:
        raise Refused(422, "E_NUMBER", "数值超出范围")
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise Refused(422, "E_NUMBER", "数值超出范围")
    return value


_JSON = json.JSONDecoder(parse_constant=_no_constant, parse_int=_integer, parse_float=_number)


def _check_characters(value: Any, place: tuple[int | str, ...]) -> None:
    if isinstance(value, str):
        if _LONE.search(value):
            raise Refused(422, "E_UNICODE", "含有不完整的 Unicode 字符，请检查编码后再提交", field=field_name(place))
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_characters(key, place)
            _check_characters(inner, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _check_characters(inner, (*place, number))


def checked(model: type[Model], value: Any) -> Model:
    """Check a parsed body against its model.

    Raises:
        Refused: 422 naming the first field that is at fault.
    """
    if not isinstance(value, dict):
        raise Refused(422, "E_TYPE", "请求内容应为 JSON 对象")
    known = _known(model)
    for key in value:
        if key not in known:
            raise Refused(422, "E_UNKNOWN_FIELD", "有不认识的字段，请删除", field=field_name((key,)))
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise refusal_of(error) from None


@cache
def _known(model: type[BaseModel]) -> frozenset[str]:
    fields = model.model_fields
    return frozenset(fields) | {field.alias for field in fields.values() if field.alias}


def json_body(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """Make a dependency that reads, parses and checks the body of a request."""

    async def read(request: Request) -> Model:
        check_content_type(request)
        limit = request.app.state.office.settings.body_limit
        return checked(model, parse(await read_bytes(request, limit)))

    read.__name__ = f"read_{model.__name__}"
    read.body_model = model  # type: ignore[attr-defined]
    return read
