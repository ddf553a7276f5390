"""Attached files: kept with a submission or with the answer of a unit, and read again."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from service import attachments, statistics
from service.access import Caller, Right
from service.attachments import Upload
from service.errors import Invalid
from service.office import Office
from service.steps import check_bound
from service.web.api.parameters import TheOffice, act_of, known_id
from service.web.callers import TheCaller, caller_of, requires
from service.web.downloads import file_answer
from service.web.uploads import read_form

router = APIRouter(tags=["附件"])
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            }
        },
    }
}


@router.get("/attachments/{attachment_id}", dependencies=[Depends(requires(Right.READ, Right.UNIT))])
def download(office: TheOffice, caller: TheCaller, attachment_id: str) -> Response:
    """Give a file."""
    found, path = attachments.find(office.store, office.settings.home, known_id(attachment_id), caller.department)
    return file_answer(found, path)


@router.post(
    "/submissions/{submission_id}/attachments",
    dependencies=[Depends(requires(Right.REGISTER))],
    openapi_extra=_FORM,
    status_code=201,
)
async def attach(request: Request, submission_id: str) -> dict[str, Any]:
    """Keep a file with a submission."""
    office: Office = request.app.state.office
    await run_in_threadpool(statistics.registered, office.store, known_id(submission_id))
    upload = await _upload(request, office)
    return await run_in_threadpool(_keep, office, submission_id, upload, caller_of(request), None)


@router.post(
    "/items/{item_id}/attachments",
    dependencies=[Depends(requires(Right.UNIT, Right.MANAGE))],
    openapi_extra=_FORM,
    status_code=201,
)
async def attach_to_item(request: Request, item_id: str) -> dict[str, Any]:
    """Keep a file with the answer of a unit; other units do not see it."""
    office, caller = request.app.state.office, caller_of(request)
    item = await run_in_threadpool(statistics.item_of, office.store, known_id(item_id))
    check_bound(item, act_of(office, caller))
    upload = await _upload(request, office)
    return await run_in_threadpool(_keep, office, item.submission_id, upload, caller, item_id)


async def _upload(request: Request, office: Office) -> Upload:
    form = await read_form(request, office.settings.attachment_limit)
    sent = form.get("file")
    if not isinstance(sent, UploadFile):
        raise Invalid("请以 multipart/form-data 的 file 字段上传文件", field="file", code="E_REQUIRED")
    return Upload(name=sent.filename or "", media_type=sent.content_type or "", content=await sent.read())


def _keep(office: Office, submission_id: str, upload: Upload, caller: Caller, item_id: str | None) -> dict[str, Any]:
    settings = office.settings
    kept = attachments.keep(
        office.store,
        settings.home,
        submission_id,
        upload,
        settings.attachment_limit,
        caller.id,
        office.now(),
        item_id,
    )
    return {"id": kept}
