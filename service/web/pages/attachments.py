"""Attached files: looked at or downloaded, never run."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from service import attachments
from service.access import Right
from service.web.api.parameters import known_id
from service.web.callers import caller_of, requires

router = APIRouter()
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}


@router.get("/attachments/{attachment_id}", dependencies=[Depends(requires(Right.READ, Right.UNIT))])
def download(request: Request, attachment_id: str) -> FileResponse:
    """Send a file; pictures may be shown, everything else is for saving alone."""
    office = request.app.state.office
    bound = caller_of(request).department
    found, path = attachments.find(office.store, office.settings.home, known_id(attachment_id), bound)
    picture = found.media_type in SHOWN
    headers = {
        "Content-Disposition": f"{'inline' if picture else 'attachment'}; filename*=UTF-8''{quote(found.name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return FileResponse(path, media_type=found.media_type if picture else "application/octet-stream", headers=headers)
