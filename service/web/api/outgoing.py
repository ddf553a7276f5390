"""What leaves as a file: lists in the office's columns, and papers. Each is written down before it leaves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service import exports
from service.access import Right
from service.errors import Invalid
from service.exports import Wish
from service.files.tables import Form
from service.web.api.desk_schemas import ExportBody, PrintBody
from service.web.api.item_list import WantedItems
from service.web.api.parameters import TheOffice, Wanted, parse_choice
from service.web.body import json_body
from service.web.callers import TheCaller, requires
from service.web.exported import sent, source_of
from service.web.printing import print_paper, take_text

router = APIRouter(tags=["导出与文书"])
Asked = Annotated[ExportBody, Depends(json_body(ExportBody))]
EXPORTING = [Depends(requires(Right.EXPORT))]


@router.post("/exports/submissions", dependencies=EXPORTING, openapi_extra={"x-body": "ExportBody"})
def submissions(office: TheOffice, caller: TheCaller, wanted: Wanted, body: Asked) -> Response:
    """Give the 来稿台账 of what the filters of `GET /submissions` list."""
    wish, source, now = _wish(body), source_of(office), office.now()
    return sent(office, wish, lambda path: exports.export_submissions(source, wanted, wish, caller, path, now))


@router.post(
    "/exports/items",
    dependencies=[Depends(requires(Right.EXPORT, Right.UNIT))],
    openapi_extra={"x-body": "ExportBody"},
)
def items(office: TheOffice, caller: TheCaller, wanted: WantedItems, body: Asked) -> Response:
    """Give the 转办台账 of what the filters of `GET /items` list; a unit's caller gets that unit's."""
    if caller.department is None and not caller.may(Right.EXPORT):
        raise Invalid("这个密钥没有导出的权限，请由管理员另建", field="scope", code="E_RIGHT")
    wish, source, now = _wish(body), source_of(office), office.now()
    return sent(office, wish, lambda path: exports.export_items(source, wanted, wish, caller, path, now))


@router.post(
    "/submissions/{submission_id}/papers/{kind}", dependencies=EXPORTING, openapi_extra={"x-body": "PrintBody"}
)
def paper(
    office: TheOffice,
    caller: TheCaller,
    submission_id: str,
    kind: str,
    body: Annotated[PrintBody, Depends(json_body(PrintBody))],
) -> Response:
    """Give a paper: `slip`, `letter`, `reminder` or `feedback`; with a purpose, name and phone stand in it."""
    wish = Wish(form=Form.DOCX, purpose=body.purpose, revealed=bool(body.purpose.strip()))
    return print_paper(office, caller, submission_id, kind, body.item or "", wish)


@router.post("/submissions/{submission_id}/upward/text", dependencies=EXPORTING, openapi_extra={"x-body": "PrintBody"})
def text(
    office: TheOffice,
    caller: TheCaller,
    submission_id: str,
    body: Annotated[PrintBody, Depends(json_body(PrintBody))],
) -> dict[str, str]:
    """Give a submission as text for the platform of the level above; with a purpose, personal data stands in it."""
    wish = Wish(form=Form.JSONL, purpose=body.purpose, revealed=bool(body.purpose.strip()))
    (piece,) = take_text(office, caller, [submission_id], wish)
    return {"id": piece.id, "receipt": piece.receipt, "text": piece.text}


def _wish(body: ExportBody) -> Wish:
    form = parse_choice(Form, body.form, "form") or Form.XLSX
    return Wish(form=form, purpose=body.purpose, revealed=bool(body.purpose.strip()))
