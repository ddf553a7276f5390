"""Attached files: looked at or downloaded, never run."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from service import attachments
from service.access import Right
from service.web.api.parameters import known_id
from service.web.callers import caller_of, requires
from service.web.downloads import file_answer

router = APIRouter()


@router.get("/attachments/{attachment_id}", dependencies=[Depends(requires(Right.READ, Right.UNIT))])
def download(request: Request, attachment_id: str) -> FileResponse:
    """Send a file; pictures may be shown, everything else is for saving alone."""
    office = request.app.state.office
    bound = caller_of(request).department
    found, path = attachments.find(office.store, office.settings.home, known_id(attachment_id), bound)
    return file_answer(found, path)
