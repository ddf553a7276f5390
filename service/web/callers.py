"""Who calls: a person by their session, a program by its key, or a program on this machine. Told once a request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from service.access import NOBODY, PROGRAM, Caller, Right
from service.errors import NotFound
from service.keys import caller_of_key
from service.office import Office
from service.settings import Settings, is_loopback
from service.signing_in import Lifetime, caller_of_session
from service.web.errors import SignedOut

SESSION = "minyi_session"
DEVICE = "minyi_device"
PASSWORD_PAGE = "/password"  # noqa: S105 - an address
PROGRAMS = ("/api/", "/metrics")
"""Where programs may call; pages are for people."""
_BROWSER = frozenset({b"origin", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest"})
_PASSED_ON = frozenset({b"x-forwarded-for", b"forwarded", b"via", b"x-real-ip"})
_TELLING = _BROWSER | _PASSED_ON | {b"authorization"}


def lifetime_of(settings: Settings) -> Lifetime:
    """Give how long sessions last."""
    return Lifetime(idle=timedelta(minutes=settings.session_minutes), longest=timedelta(hours=settings.session_hours))


def caller_of(request: Request) -> Caller:
    """Tell who calls.

    Raises:
        SignedOut: nobody that we know.
    """
    known: Caller | None = request.scope.get("caller")
    if known is None:
        known = request.scope["caller"] = _resolved(request)
    return known


def anybody(request: Request) -> Caller:
    """Tell who calls where a page is for everybody, signed in or not."""
    try:
        return caller_of(request)
    except SignedOut:
        return NOBODY


TheCaller = Annotated[Caller, Depends(caller_of)]


def requires(*rights: Right, unchanged_password: bool = False) -> Callable[[Request], Awaitable[Caller]]:
    """Make a dependency that lets callers through who have one of the rights; without any, whoever is signed in.

    Raises:
        SignedOut: nobody is signed in, or the first password has not been changed yet.
        NotFound: what one may not see is not there.
    """

    async def check(request: Request) -> Caller:
        if is_local_program(request):
            request.scope["caller"] = PROGRAM
        caller = await run_in_threadpool(caller_of, request) if "caller" not in request.scope else caller_of(request)
        if caller.must_change and not unchanged_password:
            raise SignedOut(PASSWORD_PAGE)
        if rights and not caller.may(*rights):
            raise NotFound("没有找到，请核对地址或编号")
        return caller

    check.rights = rights  # type: ignore[attr-defined]
    return check


def _resolved(request: Request) -> Caller:
    office: Office = request.app.state.office
    if is_local_program(request):
        return PROGRAM
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme:
        by_program = scheme.lower() == "bearer" and request.url.path.startswith(PROGRAMS)
        found = caller_of_key(office.store, secret.strip(), office.now()) if by_program else None
    else:
        token = request.cookies.get(SESSION)
        found = caller_of_session(office.store, token, lifetime_of(office.settings), office.now()) if token else None
    if found is None:
        raise SignedOut
    return found


def is_local_program(request: Request) -> bool:
    """Tell whether a program on this machine asks, that is: no browser, no proxy, nobody with a key or a session.

    Only while nobody else can reach the service: what listens on loopback alone is reached from this machine.
    """
    settings: Settings = request.app.state.office.settings
    if not (settings.local_api and settings.loopback and request.client and is_loopback(request.client.host)):
        return False
    if not request.scope["path"].startswith(PROGRAMS):
        return False
    headers = dict(request.scope["headers"])
    if not _TELLING.isdisjoint(headers) or headers.get(b"user-agent", b"").startswith(b"Mozilla"):
        return False
    return b"cookie" not in headers or SESSION not in request.cookies
