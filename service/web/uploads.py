"""Uploads: a form whose body is counted while it arrives, so that no upload is larger than it may be."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.types import Message

from service.errors import Invalid
from service.web.errors import Refused

MAX_FILES = 2_000
MAX_FIELDS = 3_000
_ROOM = 2_000_000


async def read_form(request: Request, limit: int) -> FormData:
    """Read a form with files of at most `limit` bytes in all; large files wait on disk and are gone with the request.

    Raises:
        Refused: 413 above the limit, whatever the head of the request said.
    """
    declared = request.headers.get("content-length", "")
    too_large = Refused(413, "E_TOO_LARGE", f"上传内容超过 {limit // 1_000_000} MB 的上限，请拆分后再传", close=True)
    if declared.isdigit() and int(declared) > limit + _ROOM:
        raise too_large
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > limit + _ROOM:
            raise too_large
        return message

    return await Request(request.scope, counted).form(max_files=MAX_FILES, max_fields=MAX_FIELDS)


def files_of(sent: FormData, name: str) -> list[UploadFile]:
    """Give the files of a form; empty places of the form are none.

    Raises:
        Invalid: too many.
    """
    files = [one for one in sent.getlist(name) if isinstance(one, UploadFile) and one.filename]
    if len(files) > MAX_FILES:
        raise Invalid(f"一次最多 {MAX_FILES} 个文件，请分几次导入", field=name, code="E_TOO_LONG")
    return files
