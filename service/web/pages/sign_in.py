"""Signing in and out, and changing one's own password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service import people, signing_in
from service.errors import ServiceError
from service.office import Office
from service.oidc import is_configured
from service.passwords import hash_token
from service.settings import Settings
from service.signing_in import Attempt, Opened
from service.web.callers import DEVICE, PASSWORD_PAGE, SESSION, caller_of, lifetime_of, requires
from service.web.errors import STATUS
from service.web.pages import frame

router = APIRouter()
DEVICE_SECONDS = 400 * 86_400


@router.get("/sign-in")
def asked(request: Request, next: str = "") -> HTMLResponse:
    """Show the form."""
    return sign_in_page(request, safe(next), "", "")


@router.post("/sign-in")
def signed_in(
    request: Request,
    user_name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    """Open a session and go where the person wanted to go."""
    office: Office = request.app.state.office
    attempt = Attempt(
        user_name=user_name,
        password=password,
        source=request.client.host if request.client else "",
        device=request.cookies.get(DEVICE, ""),
    )
    try:
        opened = signing_in.sign_in(office.store, attempt, lifetime_of(office.settings), office.now())
    except ServiceError as error:
        return sign_in_page(request, safe(next), user_name, str(error), STATUS.get(type(error), 422))
    there = PASSWORD_PAGE if opened.account.must_change else safe(next) or "/"
    answer = RedirectResponse(there, 303)
    keep(answer, opened, office.settings, secure=request.url.scheme == "https")
    return answer


@router.post("/sign-out")
def signed_out(request: Request) -> Response:
    """End the session."""
    office: Office = request.app.state.office
    token = request.cookies.get(SESSION)
    if token:
        signing_in.sign_out(office.store, token, office.now())
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(SESSION, path="/")
    return answer


@router.get("/signed-in", status_code=204, dependencies=[Depends(requires(unchanged_password=True))])
def still_signed_in() -> None:
    """Say that the service can be reached and the session lasts: asked by a page before it sends a form."""


@router.get(PASSWORD_PAGE, dependencies=[Depends(requires(unchanged_password=True))])
def password_form(request: Request) -> HTMLResponse:
    """Show the form for a new password."""
    return _password(request, "")


@router.post(PASSWORD_PAGE, dependencies=[Depends(requires(unchanged_password=True))])
def password_changed(
    request: Request,
    old: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change the password; every other session of the person ends."""
    office: Office = request.app.state.office
    if password != again:
        return _password(request, "两次输入的新密码不一样，请重新输入", 422)
    kept = hash_token(request.cookies.get(SESSION, ""))
    try:
        people.change_password(office.store, caller_of(request).id, old, password, kept, office.now())
    except ServiceError as error:
        return _password(request, str(error), 422)
    return RedirectResponse("/", 303)


def keep(answer: Response, opened: Opened, settings: Settings, *, secure: bool) -> None:
    """Put the tokens into cookies. Lax, so that an address of ours in the office's other systems leads to its page."""
    for name, value, seconds in (
        (SESSION, opened.token, settings.session_hours * 3_600),
        (DEVICE, opened.device, DEVICE_SECONDS),
    ):
        answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def safe(there: str) -> str:
    """Let only pages of ours through as a way on."""
    inside = there.startswith("/") and not there.startswith(("//", "/\\", "/sign-in", "/api/"))
    return there if inside and there.isprintable() and "\\" not in there else ""


def sign_in_page(request: Request, there: str, user_name: str, problem: str, status: int = 200) -> HTMLResponse:
    """Show the form to sign in; with the way to the city's accounts where there is one."""
    office: Office = request.app.state.office
    settings = office.settings
    elsewhere = frame.address("/sign-in/oidc", next=there) if is_configured(settings) else ""
    values = {
        "there": there,
        "user_name": user_name[:40],
        "problem": problem,
        "first": people.ADMINISTRATOR if people.is_first_start(office.store) else "",
        "elsewhere": elsewhere,
        "elsewhere_name": settings.oidc_name,
    }
    page = frame.templates.get_template("sign_in.html").render(values)
    return HTMLResponse(page, status)


def _password(request: Request, problem: str, status: int = 200) -> HTMLResponse:
    return frame.render(request, "password.html", PASSWORD_PAGE, status=status, problem=problem)
