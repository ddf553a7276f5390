"""Checks of a zip before anything in it is unpacked: its directory alone tells most of what is hostile."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from nlp.errors import InputFileError
from service.files.limits import Limits

PIECE = 1 << 20
_RATIO = 400
_RATIO_FROM = 20_000_000
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


@contextmanager
def checked_zip(path: Path, name: str, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open a zip that is safe to unpack.

    Raises:
        InputFileError: broken, too many or overlapping entries, too large when unpacked, encrypted.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive, name, limits)
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, zipfile.LargeZipFile) as error:
        raise InputFileError(f"“{name}”已损坏或没有传完，请重新下载或复制原文件后再导入。") from error
    except RuntimeError as error:
        raise InputFileError(f"“{name}”有密码，请先取消密码再导入。") from error


def _check(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise InputFileError(f"“{name}”内含 {len(entries)} 个文件，超过 {limits.entries} 个的上限，请分开导入。")
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputFileError(f"“{name}”有密码，请先取消密码再导入。")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked:
        raise InputFileError(f"“{name}”解开后超过 {limits.unpacked // 1_000_000} MB 的上限，请拆分后再导入。")
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > _RATIO_FROM and unpacked > _RATIO * max(1, packed):
        raise InputFileError(f"“{name}”的压缩比异常，疑似压缩炸弹，未读取。请用 WPS 或 Office 重新保存后再导入。")
    if _overlap(entries):
        raise InputFileError(f"“{name}”的压缩结构异常（内容重叠），未读取。请用 WPS 或 Office 重新保存后再导入。")


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    spans = sorted((entry.header_offset, entry.header_offset + 30 + entry.compress_size) for entry in entries)
    return any(end > start for (_, end), (start, _) in pairwise(spans))


def check_markup(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse XML parts that declare document types or entities: no office program writes them.

    Raises:
        InputFileError: there is one.
    """
    for entry in archive.infolist():
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            with archive.open(entry) as stream:
                if _DOCTYPE.search(stream.read(4_096).replace(b"\0", b"")):
                    raise InputFileError(
                        f"“{name}”含有 XML 实体声明，疑似恶意文件，未读取。请用 WPS 或 Office 重新保存。"
                    )


def read_part(archive: zipfile.ZipFile, part: str, most: int) -> bytes:
    """Read a part of a document.

    Raises:
        InputFileError: it is longer than `most` bytes.
    """
    with archive.open(part) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise InputFileError(f"文件内部的 {part[:60]} 过大，请拆分后再导入。")
    return content


def outside_parts(archive: zipfile.ZipFile) -> list[str]:
    """Name, in Chinese, what a document points to or carries that is never opened."""
    names = [one.lower() for one in archive.namelist()]
    found = []
    if any("/externallinks/" in f"/{one}" for one in names):
        found.append("指向其他工作簿的链接")
    if any("/embeddings/" in f"/{one}" for one in names):
        found.append("嵌入的对象")
    rels = [one for one in archive.namelist() if one.lower().endswith(".rels")][:200]
    if any(_external(read_part(archive, one, 4_000_000)) for one in rels):
        found.append("指向外部的模板或图片")
    return found


def _external(content: bytes) -> bool:
    return any(
        b'TargetMode="External"' in one and b'/hyperlink"' not in one
        for one in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", content)
    )
