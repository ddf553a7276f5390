"""导出: lists as files, in the form asked for."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from service import exports
from service.access import Right
from service.errors import Invalid
from service.exports import Wish
from service.files.tables import Form
from service.office import Office
from service.web.api.parameters import parse_choice
from service.web.callers import caller_of, requires
from service.web.exported import sent, source_of
from service.web.pages import list_filters

router = APIRouter()


@router.post("/exports/submissions", dependencies=[Depends(requires(Right.EXPORT))])
async def submissions(request: Request) -> Response:
    """Give the 来稿台账 of what a list shows."""
    office: Office = request.app.state.office
    form = await request.form()
    caller, now = caller_of(request), office.now()
    asked = list_filters.read({name: str(value) for name, value in form.items()}, now)
    if asked.problem:
        raise Invalid(asked.problem, field="filter", code="E_FILTER")
    wish = wish_of(form, asked.kept)
    return await run_in_threadpool(
        sent,
        office,
        wish,
        lambda path: exports.export_submissions(source_of(office), asked.wanted, wish, caller, path, now),
    )


def wish_of(form: FormData, asked: dict[str, str]) -> Wish:
    """Read in which form, why, and whether with personal data.

    Raises:
        Invalid: a form that there is not.
    """
    return Wish(
        form=parse_choice(Form, str(form.get("form", "")), "form") or Form.XLSX,
        purpose=str(form.get("purpose", "")),
        revealed=form.get("revealed") == "1",
        filters=tuple((name, value[:100]) for name, value in asked.items() if value),
    )
