"""From errors to answers: one table of class → HTTP status, one shape of body, never an echo of what was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlencode, urlsplit

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from nlp.errors import MinyiError
from service.errors import CalendarUnknown, Conflict, Invalid, NotFound, SecretText, ServiceError, Unavailable
from service.oidc import NotRecognised
from service.signing_in import TooManyAttempts, WrongPassword

RETRY_SECONDS = "5"
STATUS: dict[type[ServiceError], int] = {
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    SecretText: 422,
    CalendarUnknown: 422,
    Unavailable: 503,
    WrongPassword: 401,
    NotRecognised: 401,
    TooManyAttempts: 429,
}
_HTTP = {
    400: ("E_REQUEST", "请求格式不正确，请检查后重试"),
    404: ("E_NOT_FOUND", "没有找到，请核对地址或编号"),
    405: ("E_METHOD", "该地址不支持这种请求方法"),
    422: ("E_INVALID", "填写的内容不正确，请检查后重试"),
}
_VALIDATION = {
    "missing": ("E_REQUIRED", "缺少必填项"),
    "extra_forbidden": ("E_UNKNOWN_FIELD", "有不认识的字段，请删除"),
    "string_type": ("E_TYPE", "应为文字"),
    "string_too_long": ("E_TOO_LONG", "内容过长，最多 {max_length} 字，请删减后再提交"),
    "string_too_short": ("E_TOO_SHORT", "内容过短，至少 {min_length} 字，请补充后再提交"),
    "string_pattern_mismatch": ("E_CHOICE", "不是可选的值，请对照接口说明修改"),
    "int_type": ("E_TYPE", "应为整数"),
    "int_parsing": ("E_TYPE", "应为整数"),
    "int_parsing_size": ("E_RANGE", "数值超出范围"),
    "bool_type": ("E_TYPE", "应为 true 或 false"),
    "list_type": ("E_TYPE", "应为列表"),
    "model_type": ("E_TYPE", "应为对象"),
    "too_long": ("E_TOO_LONG", "项目过多，最多 {max_length} 项，请分批提交"),
    "too_short": ("E_TOO_SHORT", "项目过少，至少 {min_length} 项"),
    "greater_than_equal": ("E_RANGE", "数值过小，不能小于 {ge}"),
    "less_than_equal": ("E_RANGE", "数值过大，不能大于 {le}"),
    "enum": ("E_CHOICE", "不是可选的值，只能是 {expected} 之一"),
    "literal_error": ("E_CHOICE", "不是可选的值，只能是 {expected} 之一"),
}
HEADINGS = {404: "没有找到", 409: "请刷新后再办", 500: "系统出错", 503: "暂时不能办理"}
error_page = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True).get_template(
    "error.html"
)
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,40}\Z")

log = structlog.get_logger()


class SignedOut(MinyiError):
    """Nobody is signed in, or the session is over; `page` is where to sign in or to choose a password."""

    def __init__(self, page: str = "/sign-in") -> None:
        super().__init__("请先登录" if page == "/sign-in" else "请先修改初始密码")
        self.page = page


class Refused(MinyiError):
    """A request that is refused before it reaches a workflow: its status, code and the part that it names."""

    def __init__(self, status: int, code: str, message: str, *, field: str = "", close: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.field = field
        self.close = close


def answer(
    request: Request, status: int, code: str, message: str, field: str = "", headers: dict[str, str] | None = None
) -> Response:
    """Make the body that every error has: JSON for a program, a page for a person."""
    request_id = request.scope.get("request_id", "")
    if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/"):
        values = {"heading": HEADINGS.get(status, "没有办成"), "message": message, "request_id": request_id}
        return HTMLResponse(error_page.render(values), status, headers)
    body = {"code": code, "field": field, "message": message, "request_id": request_id}
    return JSONResponse(body, status, headers)


def ask_to_sign_in(request: Request, error: SignedOut) -> Response:
    """Send a person to the page, and from there back to where they were; tell a program that it needs a key.

    What only looks at something that is being typed does not take the page away.
    """
    place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    here = place if request.method in ("GET", "HEAD") else ""
    asking = urlsplit(request.headers.get("hx-current-url", "")) if "hx-request" in request.headers else None
    if asking is not None:
        here = asking.path + (f"?{asking.query}" if asking.query else "")
    there = f"{error.page}?{urlencode({'next': here})}" if here not in ("", "/", error.page) else error.page
    if asking is not None:
        leads = {"HX-Redirect": there} if request.method == "GET" else None
        return answer(request, 401, "E_SIGN_IN", str(error), headers=leads)
    if request.url.path.startswith("/api/"):
        message = "请先登录，或在请求头 Authorization 中给出接口密钥（Bearer）"
        return answer(request, 401, "E_SIGN_IN", message, headers={"WWW-Authenticate": "Bearer"})
    return RedirectResponse(there, 303)


def field_name(location: tuple[int | str, ...]) -> str:
    """Name a field by its place in the body; parts that no field of ours is called are left out."""
    parts = [str(part) for part in location if isinstance(part, int) or _FIELD.match(part)]
    return ".".join(parts)[:120]


def refusal_of(error: ValidationError, kind: str = "body") -> Refused:
    """Turn the first fault that pydantic found into a refusal that does not repeat the value."""
    fault = error.errors(include_url=False, include_input=False)[0]
    return _refusal(fault["type"], tuple(fault["loc"]), fault.get("ctx", {}))


def _refusal(kind: str, location: tuple[int | str, ...], bounds: Mapping[str, Any]) -> Refused:
    """Say what is wrong with a field, and the bounds that it is held to; of the value itself nothing."""
    code, message = _VALIDATION.get(kind, ("E_INVALID", "填写的内容不正确，请检查后重试"))
    named = {name: str(bound).replace("'", "").replace(" or ", "、") for name, bound in bounds.items()}
    return Refused(422, code, message.format_map(named), field=field_name(location))


Deliberate: TypeAlias = Refused | SignedOut | ServiceError
"""What is raised on purpose while a request is worked on."""


def answer_to(request: Request, error: Deliberate) -> Response:
    """Answer a request that was refused or could not be done."""
    if isinstance(error, Refused):
        headers = {"Connection": "close"} if error.close else None
        return answer(request, error.status, error.code, str(error), error.field, headers)
    if isinstance(error, SignedOut):
        return ask_to_sign_in(request, error)
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)
    headers = {"Retry-After": RETRY_SECONDS} if status == 503 else None
    return answer(request, status, error.code, str(error), getattr(error, "field", ""), headers)


def answer_to_fault(request: Request, error: Exception) -> Response:
    """Answer a request on which the program itself failed."""
    log.error("request failed", request_id=request.scope.get("request_id", ""), kind=type(error).__name__)
    return answer(request, 500, "E_INTERNAL", "系统内部出错，本次操作未保存。请把请求编号告诉管理员")


def install(app: FastAPI) -> None:
    """Register a handler for everything that may be raised."""

    @app.exception_handler(Refused)
    @app.exception_handler(SignedOut)
    @app.exception_handler(ServiceError)
    async def deliberate(request: Request, error: Deliberate) -> Response:
        return answer_to(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid_request(request: Request, error: RequestValidationError) -> Response:
        fault: dict[str, Any] = error.errors()[0]
        refusal = _refusal(str(fault["type"]), tuple(fault["loc"])[1:], fault.get("ctx", {}))
        return answer(request, 422, refusal.code, str(refusal), refusal.field)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        code, message = _HTTP.get(error.status_code, _HTTP[400])
        return answer(request, error.status_code, code, message, headers=dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        return answer_to_fault(request, error)
