"""Attached files: the bytes lie under the home folder by their hash, what is known of them in the store."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nlp.domain import EventKind
from service.errors import Invalid, NotFound, Unavailable
from service.ids import new_id
from service.limits import check_storable, is_blank
from service.store import attachments, events, queue, submissions
from service.store.engine import Store
from service.store.events import Happening
from service.store.records import Attachment

NAME_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it was sent: its name and type are the sender's words, never trusted."""

    name: str
    media_type: str
    content: bytes


def keep(
    store: Store,
    folder: Path,
    submission_id: str,
    upload: Upload,
    limit: int,
    actor: str,
    now: datetime,
    item_id: str | None = None,
    *,
    registering: bool = False,
) -> str:
    """Keep a file with a submission and give its id. The same bytes are kept once, however often they come.

    While a submission is being registered its files are kept with it, restricted or not. `item_id` names the item with
    whose answer a file came.

    Raises:
        NotFound: there is no such submission, or it is restricted.
        Invalid: empty, larger than `limit` bytes, or a name that cannot be stored.
        Unavailable: the disk is full or cannot be written; nothing was kept.
    """
    name = check(upload, limit)
    digest = hashlib.sha256(upload.content).hexdigest()
    with store.write() as connection:
        if not (registering and submissions.exists(connection, submission_id)):
            submissions.lock(connection, submission_id)
        _write(path_of(folder, digest), upload.content)
        kept = Attachment(
            id=new_id(now),
            submission_id=submission_id,
            sha256=digest,
            name=name,
            size=len(upload.content),
            media_type=upload.media_type[:100] or "application/octet-stream",
            stored_at=now,
            item_id=item_id,
        )
        attachments.add(connection, kept)
        told = (("name", name), ("sha256", digest))
        event = Happening(submission_id=submission_id, kind=EventKind.ATTACHED, actor=actor, at=now, details=told)
        events.append(connection, [event])
    return kept.id


def check(upload: Upload, limit: int) -> str:
    """Check that a file can be kept, and give its name.

    Raises:
        Invalid: empty, larger than `limit` bytes, or a name that cannot be stored.
    """
    name = checked_name(upload.name)
    if not upload.content:
        raise Invalid("附件是空文件，请重新选择", field="files", code="E_EMPTY")
    if len(upload.content) > limit:
        raise Invalid(f"附件超过 {limit // 1_000_000} MB 的上限", field="files", code="E_TOO_LARGE")
    return name


def checked_name(name: str) -> str:
    """Give the last part of a name as it was sent.

    Raises:
        Invalid: it cannot be stored.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    check_storable(last, "files", NAME_LENGTH)
    return "未命名文件" if is_blank(last) else last


def find(store: Store, folder: Path, attachment_id: str, department: str | None = None) -> tuple[Attachment, Path]:
    """Find a kept file, with the rights of its submission.

    Raises:
        NotFound: there is none, its submission is restricted, the department has no signed item of it, or it came
            with another department's answer.
        Unavailable: its bytes are gone.
    """
    with store.read() as connection:
        found = attachments.get(connection, attachment_id)
        items = queue.of_submission(connection, found.submission_id) if department is not None else []
    own = {one.id for one in items if one.department == department and one.signed_at}
    if department is not None and (not own or found.item_id not in (None, *own)):
        raise NotFound("没有找到这个附件")
    path = path_of(folder, found.sha256)
    if not path.is_file():
        raise Unavailable("附件文件不在磁盘上，请从备份恢复")
    return found, path


def path_of(folder: Path, digest: str) -> Path:
    """Name the place of the bytes with a SHA-256."""
    return folder / "attachments" / digest[:2] / digest


def _write(path: Path, content: bytes) -> None:
    """Write bytes so that they are either all there under their name, on disk, or not at all."""
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError as fault:
        raise Unavailable("附件无法写入磁盘，本次未保存，请检查磁盘空间后重试") from fault
