"""Files on their way out: made in a folder of their own, sent once, then gone."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from service.pictures import picture_type
from service.settings import Settings
from service.store.records import Attachment

FOLDER = "exports"
_HOUR = 3600


def new_path(settings: Settings, suffix: str, now: datetime) -> Path:
    """Give a path for a file that will be sent; what was left behind more than an hour ago is removed."""
    folder = settings.home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if now.timestamp() - old.stat().st_mtime > _HOUR:
            old.unlink(missing_ok=True)
    return folder / f"{secrets.token_hex(16)}.{suffix}"


def sent(path: Path, name: str, media_type: str) -> FileResponse:
    """Send a file under a name, and remove it when it is sent."""
    remove = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, media_type=media_type, headers=attachment(name), background=remove)


def sent_bytes(content: bytes, name: str, media_type: str) -> Response:
    """Send bytes as a file under a name."""
    return Response(content, media_type=media_type, headers=attachment(name))


def attachment(name: str) -> dict[str, str]:
    """Make the header that names a file to be saved."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def file_answer(found: Attachment, path: Path) -> FileResponse:
    """Answer with a file: a picture by its true type, anything else to be saved alone."""
    picture = picture_type(path)
    headers = {
        "Content-Disposition": f"{'inline' if picture else 'attachment'}; filename*=UTF-8''{quote(found.name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return FileResponse(path, media_type=picture or "application/octet-stream", headers=headers)
