"""The items of a list as a file: the same filters, the same bounds."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from service import exports
from service.access import Right
from service.exports import Wish
from service.files.tables import Form
from service.office import Office
from service.web.callers import caller_of, requires
from service.web.exported import sent, source_of
from service.web.pages.exporting import wish_of
from service.web.pages.ledger import Place, place_of, wanted_of

router = APIRouter()


@router.get("/ledger/export", dependencies=[Depends(requires(Right.EXPORT))])
def ledger(request: Request) -> Response:
    """Give the ledger as a workbook."""
    return _export(request, _desk(request), Wish(form=Form.XLSX))


@router.post("/ledger/export", dependencies=[Depends(requires(Right.EXPORT))])
async def ledger_as(request: Request) -> Response:
    """Give the ledger in a form, with personal data for a purpose."""
    return await run_in_threadpool(_export, request, _desk(request), wish_of(await request.form(), {}))


@router.get("/departments/{department}/export", dependencies=[Depends(requires(Right.EXPORT, Right.UNIT))])
def department(request: Request, department: str) -> Response:
    """Give the items of one department as a workbook."""
    return _export(request, _of(request, department), Wish(form=Form.XLSX))


@router.post("/departments/{department}/export", dependencies=[Depends(requires(Right.EXPORT, Right.UNIT))])
async def department_as(request: Request, department: str) -> Response:
    """Give the items of one department in a form, with personal data for a purpose."""
    return await run_in_threadpool(_export, request, _of(request, department), wish_of(await request.form(), {}))


def _desk(request: Request) -> Place:
    return place_of(request, "/ledger", dict(request.query_params))


def _of(request: Request, department: str) -> Place:
    return place_of(request, f"/departments/{department}", dict(request.query_params))


def _export(request: Request, place: Place, wish: Wish) -> Response:
    office: Office = request.app.state.office
    asked = {**place.chosen, "department": place.department or ""}
    told = Wish(form=wish.form, purpose=wish.purpose, revealed=wish.revealed, filters=tuple(asked.items()))
    wanted, caller, now = wanted_of(office, place), caller_of(request), office.now()
    return sent(office, wish, lambda path: exports.export_items(source_of(office), wanted, told, caller, path, now))
