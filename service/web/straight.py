"""The hot endpoints, called straight: who may, the body, the work. The framework's own way there costs three times that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.access import Caller
from service.errors import ServiceError
from service.web.errors import Refused, SignedOut, answer_to, answer_to_fault

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
Body = TypeVar("Body")


def endpoint(
    check: Callable[[Request], Awaitable[Caller]],
    read: Callable[[Request], Awaitable[Body]],
    work: Callable[[Request, Body], Awaitable[Response]],
) -> Endpoint:
    """Put together what a route declares as its dependencies and the function that it calls."""

    async def call(request: Request) -> Response:
        await check(request)
        return await work(request, await read(request))

    return call


class Straight:
    """ASGI middleware that answers POST to some paths itself; everything else goes on.

    `application` is what requests know as their application, and its state.
    """

    def __init__(self, app: ASGIApp, application: Starlette, endpoints: Mapping[str, Endpoint]) -> None:
        self.app = app
        self.application = application
        self.endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the endpoint of the path."""
        found = self.endpoints.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        scope["app"] = self.application
        request = Request(scope, receive, send)
        try:
            response = await found(request)
        except (Refused, SignedOut, ServiceError) as error:
            response = answer_to(request, error)
        except Exception as error:
            response = answer_to_fault(request, error)
        await response(scope, receive, send)
