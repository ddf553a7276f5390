"""帮助: the manual, for everybody, also who is not signed in."""

from __future__ import annotations

from itertools import pairwise

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from service import manual
from service.web.callers import anybody
from service.web.pages import frame

router = APIRouter(prefix=manual.ADDRESS)


@router.get("")
def contents(request: Request) -> HTMLResponse:
    """Show the first page, which lists the others."""
    return _shown(request, manual.INDEX)


@router.get("/{page}")
def shown(request: Request, page: str) -> HTMLResponse:
    """Show a page."""
    return _shown(request, page)


def _shown(request: Request, name: str) -> HTMLResponse:
    pages, page = manual.contents(), manual.page_of(name)
    ways = list(pairwise([None, *pages, None]))
    before = next(one for one, after in ways if after == page)
    behind = next(after for one, after in ways if one == page)
    return frame.render(
        request,
        "help.html",
        manual.ADDRESS,
        caller=anybody(request),
        page=page,
        pages=pages,
        before=before,
        behind=behind,
    )
