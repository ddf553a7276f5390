"""Is it alive, is it ready, how is it doing."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from service.access import Right
from service.errors import Unavailable
from service.web.callers import requires

router = APIRouter(tags=["运行状态"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """Say whether submissions can be taken in: the store can be read and the intake thread works."""
    office = request.app.state.office
    checks = {"intake": request.app.state.line.alive, "store": True}
    try:
        with office.store.read() as connection:
            connection.exec_driver_sql("SELECT 1")
    except Unavailable:
        checks["store"] = False
    ready = all(checks.values())
    body = {"status": "ok" if ready else "unavailable", "checks": checks, "model": office.judge.model is not None}
    return JSONResponse(body, 200 if ready else 503, {} if ready else {"Retry-After": "5"})


@router.get("/metrics", dependencies=[Depends(requires(Right.SETTINGS))])
def metrics(request: Request) -> Response:
    """Give figures for a monitoring system."""
    return Response(request.app.state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
