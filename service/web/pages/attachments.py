"""Attached files: looked at or downloaded, never run."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from service import attachments
from service.access import Right
from service.pictures import picture_type
from service.store.records import Attachment
from service.web.api.parameters import known_id
from service.web.callers import caller_of, requires

router = APIRouter()


@router.get("/attachments/{attachment_id}", dependencies=[Depends(requires(Right.READ, Right.UNIT))])
def download(request: Request, attachment_id: str) -> FileResponse:
    """Send a file; pictures may be shown, everything else is for saving alone."""
    office = request.app.state.office
    bound = caller_of(request).department
    found, path = attachments.find(office.store, office.settings.home, known_id(attachment_id), bound)
    return file_answer(found, path)


def file_answer(found: Attachment, path: Path) -> FileResponse:
    """Answer with a file: a picture by its true type, anything else to be saved alone."""
    picture = picture_type(path)
    headers = {
        "Content-Disposition": f"{'inline' if picture else 'attachment'}; filename*=UTF-8''{quote(found.name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return FileResponse(path, media_type=picture or "application/octet-stream", headers=headers)
