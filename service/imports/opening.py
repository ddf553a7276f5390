"""From an upload to an import that waits for a person: kept by its hash, read once, with a plan proposed."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from service.errors import Invalid, Unavailable
from service.files.grid import GridRow
from service.files.headers import Head
from service.files.reading import read_file
from service.ids import new_id
from service.imports import mapping
from service.imports.plan import About, Plan, about_json, plan_json, read_about, read_plan
from service.imports.staging import folder_of, stage, staged_rows
from service.limits import NOTE_LENGTH
from service.store import import_memory, imports
from service.store.engine import Store
from service.store.imports import Import, ImportState

TOP = 200
"""How many rows a plan is proposed from."""
_PIECE = 1 << 20
_NAME = 200
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file as it was sent: its name is the sender's word, its content a stream to be read once."""

    name: str
    content: BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An import, and the imports of the very same file that hold already, the newest first."""

    made: Import
    before: Sequence[Import]


def open_import(store: Store, home: Path, sent: Sequence[Sent], limit: int, actor: str, now: datetime) -> Opened:
    """Take in an upload: one file, or several documents as one import.

    A file that has been imported already is not read again: `before` names that import, which is given as `made`.

    Raises:
        Invalid: nothing was sent, or too much.
        InputFileError: the file cannot be read; the message says why and what to do.
        SecretText: the file carries a state-secret marking; nothing of it is kept.
        Unavailable: the disk is full.
    """
    name = checked_name(sent)
    with _received(home, sent, limit) as (path, digest, size):
        with store.read() as connection:
            before = imports.of_file(connection, digest)
        if before and before[0].state is not ImportState.READY:
            return Opened(made=before[0], before=before)
        for one in before:
            drop(store, home, one.id)
        import_id = new_id(now)
        about = stage(read_file(path, name), folder_of(home, import_id))
        if not about.secrets:
            _keep(path, original(home, digest))
    plan = _proposed(store, home, import_id, about, mapping.best_sheet(about).index, None, now)
    made = Import(
        id=import_id, sha256=digest, name=name, size=size, kept=not about.secrets, about=about_json(about),
        plan=plan_json(plan), actor=actor, created_at=now,
    )  # fmt: skip
    with store.write() as connection:
        imports.add(connection, made)
    return Opened(made=made, before=())


def checked_name(sent: Sequence[Sent]) -> str:
    """Give the name that an upload is known by.

    Raises:
        Invalid: nothing was sent.
    """
    if not sent:
        raise Invalid("请先选择文件", field="files", code="E_EMPTY")
    last = sent[0].name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(one if one.isprintable() else "□" for one in last)[-_NAME:] or "未命名"
    return plain if len(sent) == 1 else f"{Path(plain).stem}等 {len(sent)} 个文件.zip"


def drop(store: Store, home: Path, import_id: str) -> None:
    """Give up an import that has not begun; what was kept of it is removed.

    Raises:
        Conflict: it has begun.
    """
    with store.write() as connection:
        imports.change(connection, import_id, [ImportState.READY], {"state": ImportState.DROPPED.value})
        found = imports.get(connection, import_id)
        alone = not imports.of_file(connection, found.sha256)
    shutil.rmtree(folder_of(home, import_id), ignore_errors=True)
    if alone:
        original(home, found.sha256).unlink(missing_ok=True)


def choose(store: Store, home: Path, import_id: str, sheet: int, head: tuple[int, int] | None) -> Plan:
    """Propose a plan for another sheet, or another head, of an import that has not begun, and keep it.

    Raises:
        NotFound: there is no such import.
        Conflict: it has begun.
    """
    with store.read() as connection:
        found = imports.get(connection, import_id)
    plan = _proposed(store, home, import_id, read_about(found.about), sheet, head, found.created_at)
    keep_plan(store, import_id, plan)
    return plan


def keep_plan(store: Store, import_id: str, plan: Plan) -> None:
    """Keep a plan that somebody changed; what was checked by the plan before holds no more.

    Raises:
        Conflict: the import has begun.
    """
    with store.write() as connection:
        imports.change(connection, import_id, [ImportState.READY], {"plan": plan_json(plan), "checked": None})


def top_rows(home: Path, import_id: str, sheet: int) -> list[GridRow]:
    """Read the first rows of a sheet."""
    return list(islice(staged_rows(folder_of(home, import_id), sheet), TOP))


def original(home: Path, digest: str) -> Path:
    """Name the place of an uploaded file."""
    return home / "imports" / "files" / digest


def _proposed(
    store: Store, home: Path, import_id: str, about: About, index: int, head: tuple[int, int] | None, now: datetime
) -> Plan:
    sheet = about.sheet(index)
    rows = top_rows(home, import_id, sheet.index)
    chosen = mapping.head_from(rows, *head) if head else None
    plan = mapping.propose(sheet, rows, chosen)
    fingerprint = Head(first=plan.first, last=plan.last, names=plan.names).fingerprint
    with store.read() as connection:
        before = import_memory.form(connection, fingerprint)
    plan = plan if before is None else mapping.propose(sheet, rows, chosen, before)
    return mapping.of_former_years(plan, rows, now)


@contextmanager
def _received(home: Path, sent: Sequence[Sent], limit: int) -> Iterator[tuple[Path, str, int]]:
    """Write an upload to a file that is gone afterwards."""
    folder = home / "imports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, place = tempfile.mkstemp(dir=folder, prefix="upload-")
    except OSError as fault:
        raise Unavailable("无法写入磁盘，请检查磁盘空间和权限后重试") from fault
    path = Path(place)
    try:
        with os.fdopen(handle, "wb") as stream:
            if len(sent) == 1:
                _copy(sent[0].content, stream, limit)
            else:
                _pack(sent, stream, limit)
        digest = hashlib.file_digest(path.open("rb"), "sha256").hexdigest()
        yield path, digest, path.stat().st_size
    except OSError as fault:
        raise Unavailable("无法写入磁盘，请检查磁盘空间和权限后重试") from fault
    finally:
        path.unlink(missing_ok=True)


def _copy(source: BinaryIO, target: BinaryIO | io.BufferedWriter, limit: int) -> None:
    size = 0
    while piece := source.read(_PIECE):
        size += len(piece)
        if size > limit:
            raise Invalid(f"文件超过 {limit // 1_000_000} MB 的上限，请拆分后再导入", field="files", code="E_TOO_LARGE")
        target.write(piece)


def _pack(sent: Sequence[Sent], target: io.BufferedWriter, limit: int) -> None:
    """Put several files into one zip; the same files in the same order give the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        left = limit
        for number, one in enumerate(sent):
            entry = zipfile.ZipInfo(one.name.replace("\\", "/").lstrip("/")[-_NAME:] or f"{number}", _EPOCH)
            with archive.open(entry, "w") as stream:
                while piece := one.content.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise Invalid(
                            f"文件合计超过 {limit // 1_000_000} MB 的上限，请分几次导入",
                            field="files",
                            code="E_TOO_LARGE",
                        )
                    stream.write(piece)


def _keep(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        shutil.copyfile(path, target)


def plan_of(found: Import) -> Plan:
    """Read the plan of an import."""
    return read_plan(found.plan)


PASTED = "粘贴的文字.txt"


def pasted(text: str) -> Sent:
    """Give pasted text as a file.

    Raises:
        Invalid: nothing, or too much, was pasted.
    """
    if not text.strip():
        raise Invalid("请先粘贴文字或选择文件", field="text", code="E_EMPTY")
    if len(text) > 20 * NOTE_LENGTH:
        raise Invalid(f"粘贴的文字超过 {20 * NOTE_LENGTH} 字，请存成 .txt 文件导入", field="text", code="E_TOO_LONG")
    plain = text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
    return Sent(name=PASTED, content=io.BytesIO(plain))
