"""The application: the only place, with the command line, that puts the parts of the service together."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from service import manual
from service.folders import shipped_docs
from service.imports.line import ImportLine
from service.indexing import Indexer
from service.intake_line import IntakeLine
from service.office import Office
from service.oidc import is_configured
from service.web import errors
from service.web.api import description, health, submissions
from service.web.api.routes import ROUTERS
from service.web.guard import Guard, Hosts
from service.web.metrics import Metrics
from service.web.pages import (
    amending,
    answer_templates,
    attachments,
    audit,
    bulk,
    detail,
    exporting,
    help,
    home,
    importing,
    item_drafts,
    keys,
    ledger,
    ledger_export,
    listing,
    matters,
    oidc,
    papers,
    people,
    register,
    report_exports,
    reports,
    restricted,
    restricting,
    review,
    review_acts,
    sign_in,
    themes,
    upward,
    upward_text,
)
from service.web.pages import (
    items as item_pages,
)
from service.web.straight import Straight

STATIC = Path(__file__).parent / "web" / "static"
API = "/api/v1"
PAGES = (
    sign_in,
    home,
    register,
    importing,
    review,
    review_acts,
    bulk,
    matters,
    listing,
    detail,
    ledger_export,
    ledger,
    item_drafts,
    item_pages,
    answer_templates,
    themes,
    attachments,
    restricting,
    amending,
    restricted,
    people,
    keys,
    audit,
    help,
)


class Application(FastAPI):
    """FastAPI behind what every request passes first."""

    front: ASGIApp

    async def framework(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as FastAPI does."""
        await super().__call__(scope, receive, send)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self.front(scope, receive, send)


def create_app(office: Office) -> Application:
    """Make the application that serves an office."""
    line, imports, indexer = IntakeLine(office), ImportLine(office), Indexer(office.store)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        line.start()
        imports.start()
        indexer.start()
        yield
        imports.stop()
        line.stop()
        indexer.stop()
        office.store.close()

    app = Application(
        title="民意分办", version="1", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url="/openapi.json"
    )
    app.state.office, app.state.line, app.state.metrics = office, line, Metrics(office)
    app.state.imports = imports
    for router in ROUTERS:
        app.include_router(router, prefix=API)
    app.include_router(health.router)
    app.include_router(description.router)
    for page in PAGES:
        app.include_router(page.router, include_in_schema=False)
    for page in (exporting, papers, reports, report_exports, upward, upward_text):
        app.include_router(page.router, include_in_schema=False)
    if is_configured(office.settings):
        app.include_router(oidc.router, include_in_schema=False)
    app.mount(manual.PICTURES, StaticFiles(directory=shipped_docs() / "images"), name="pictures")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    errors.install(app)
    description.install(app)
    hot = {API + path: one for path, one in submissions.HOT.items()}
    app.front = Guard(Straight(app.framework, app, hot), hosts_of(office), app.state.metrics)
    return app


def hosts_of(office: Office) -> Hosts:
    """Name the hosts that a request may be addressed to."""
    settings = office.settings
    named = {one.strip().lower() for one in settings.names.split(",") if one.strip()}
    if not settings.loopback:
        named.add(socket.gethostname().lower())
    own = {"127.0.0.1", "localhost", "::1", settings.host.lower()}
    return Hosts(names=frozenset(own | named), addresses=not settings.loopback)
