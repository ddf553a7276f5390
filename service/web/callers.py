"""Who calls: told once for each request, asked by every route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from service.access import DESK, PROGRAM, Caller, Right
from service.errors import NotFound


def caller_of(request: Request) -> Caller:
    """Tell who calls."""
    return PROGRAM if request.url.path.startswith("/api/") else DESK


TheCaller = Annotated[Caller, Depends(caller_of)]


def requires(*rights: Right) -> Callable[[Request], Caller]:
    """Make a dependency that lets callers through who have one of the rights.

    Raises:
        NotFound: what one may not see is not there.
    """

    def check(request: Request) -> Caller:
        caller = caller_of(request)
        if not any(caller.may(right) for right in rights):
            raise NotFound("没有找到，请核对地址或编号")
        return caller

    return check
