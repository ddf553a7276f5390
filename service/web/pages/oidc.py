"""Signing in with the city's accounts. These routes are there only where it is configured."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from service import oidc, people, signing_in
from service.errors import ServiceError
from service.office import Office
from service.oidc import NotRecognised, Pending
from service.signing_in import Attempt
from service.web.callers import DEVICE, lifetime_of
from service.web.errors import STATUS
from service.web.pages.sign_in import keep, safe, sign_in_page

HERE = "/sign-in/oidc"
PENDING = "minyi_oidc"
SECONDS = 600
router = APIRouter()


@router.get(HERE)
def begun(request: Request, next: str = "") -> Response:
    """Send the browser to the issuer."""
    office: Office = request.app.state.office
    try:
        address, pending = oidc.begin(office.settings, _back(request))
    except ServiceError as error:
        return sign_in_page(request, safe(next), "", str(error), STATUS.get(type(error), 422))
    answer = RedirectResponse(address, 303)
    kept = json.dumps({**oidc.pending_json(pending), "next": safe(next)})
    secure = request.url.scheme == "https"
    answer.set_cookie(PENDING, kept, max_age=SECONDS, path=HERE, httponly=True, samesite="lax", secure=secure)
    return answer


@router.get(f"{HERE}/callback")
def finished(request: Request, code: str = "", state: str = "") -> Response:
    """Open a session for whoever the issuer names, where they have an account here."""
    office: Office = request.app.state.office
    there = ""
    try:
        pending, there = _pending(request)
        name = oidc.finish(office.settings, pending, code, state, _back(request))
        account = people.find(office.store, name)
        if account is None or account.disabled_at is not None:
            raise NotRecognised("您在本系统没有账号，请找本单位系统管理员开通")
        source = request.client.host if request.client else ""
        attempt = Attempt(
            user_name=account.user_name, password="", source=source, device=request.cookies.get(DEVICE, "")
        )
        opened = signing_in.open_session(office.store, account, attempt, lifetime_of(office.settings), office.now())
    except ServiceError as error:
        return sign_in_page(request, there, "", str(error), STATUS.get(type(error), 422))
    answer = RedirectResponse(there or "/", 303)
    keep(answer, opened, office.settings, secure=request.url.scheme == "https")
    answer.delete_cookie(PENDING, path=HERE)
    return answer


def _pending(request: Request) -> tuple[Pending, str]:
    try:
        kept = json.loads(request.cookies.get(PENDING, ""))
        pending = Pending(state=str(kept["state"]), nonce=str(kept["nonce"]), verifier=str(kept["verifier"]))
        return pending, safe(str(kept["next"]))
    except (ValueError, KeyError, TypeError):
        raise NotRecognised("登录已超时，请重新登录") from None


def _back(request: Request) -> str:
    return str(request.url_for("finished"))
