"""What a file really is, by its content; the name is asked only where the content leaves it open."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Sequence
from enum import Enum, unique
from pathlib import Path

from nlp.errors import InputFileError

HEAD = 65_536
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEET = "请用 WPS 或 Excel 打开，另存为 .xlsx 后再导入"
_DOCUMENT = "请用 WPS 或 Word 打开，另存为 .docx 后再导入"
_TEXTS = {".jsonl", ".ndjson", ".csv", ".tsv", ".txt", ".md"}
_OFFICE = {".xlsx", ".xls", ".xlsm", ".et", ".ods", ".docx", ".doc", ".docm", ".wps", ".odt", ".zip"}


@unique
class Kind(Enum):
    """What a file is: its name in Chinese, and what to do where it is not read."""

    XLSX = "Excel 工作簿（.xlsx）", ""
    XLS = "Excel 97-2003 工作簿（.xls）", ""
    DOCX = "Word 文档（.docx）", ""
    DOC = "Word 97-2003 文档（.doc）", ""
    WPS = "WPS 文字（.wps）", ""
    CSV = "CSV 表格", ""
    JSONL = "JSON 行文件", ""
    TXT = "文本文件", ""
    ZIP = "压缩包", ""
    XLSM = "带宏的工作簿（.xlsm）", _SHEET
    XLSB = "二进制工作簿（.xlsb）", _SHEET
    ODS = "ODF 表格（.ods）", _SHEET
    ET = "WPS 表格（.et）", _SHEET
    HTML = "网页（改名为表格的网页文件）", "请用 WPS 或 Excel 打开，另存为真正的 .xlsx 后再导入"
    XML2003 = "XML 表格（Excel 2003）", _SHEET
    DOCM = "带宏的文档（.docm）", _DOCUMENT
    ODT = "ODF 文档（.odt）", _DOCUMENT
    RTF = "RTF 文档", _DOCUMENT
    ENCRYPTED = "有打开密码的文件", "请先在 WPS 或 Office 中取消密码，再导入"
    PDF = "PDF 文件", "请用原来的 Word 或 Excel 文件导入，或把文字复制后粘贴导入"
    PRESENTATION = "演示文稿", "请把文字复制后粘贴导入"
    IMAGE = "图片", "请录入文字，或在“登记”中作为附件上传"
    ARCHIVE = "RAR 或 7z 压缩包", "请解压后直接导入，或改压成 .zip"
    OLE = "不认识的 Office 文件", "请用 WPS 或 Office 打开，另存为 .xlsx 或 .docx 后再导入"
    EMPTY = "空文件", "请检查是否选错，或重新导出"
    BROKEN = "损坏的文件（可能没有传完）", "请重新下载或复制原文件，能在 WPS 或 Office 中打开后再导入"
    UNKNOWN = "不认识的文件", "请另存为 .xlsx、.docx、.csv 或 .txt 后再导入"

    def __init__(self, label: str, advice: str) -> None:
        self.label = label
        self.advice = advice

    @property
    def readable(self) -> bool:
        """Whether files of this kind are read."""
        return not self.advice


def refusal(kind: Kind, name: str) -> InputFileError:
    """Say that a file is not read, and what to do."""
    return InputFileError(f"“{name}”是{kind.label}，没有读取。{kind.advice}。")


def recognise(path: Path, name: str) -> Kind:
    """Tell what a file is.

    Args:
        path: where it lies.
        name: what its sender calls it.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    suffix = Path(name).suffix.lower()
    if not head:
        return Kind.EMPTY
    if head.startswith(b"PK"):
        return _zip_kind(path)
    if head.startswith(_OLE):
        return _ole_kind(path, suffix)
    return _signature(head) or _markup(head) or _text_kind(head, suffix)


def _zip_kind(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            types = archive.open("[Content_Types].xml").read(HEAD) if "[Content_Types].xml" in names else b""
            mimetype = archive.open("mimetype").read(200) if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError, KeyError, zlib.error):
        return Kind.BROKEN
    return _zip_kind_of([one.lower().replace("\\", "/") for one in names], types, mimetype)


def _zip_kind_of(names: Sequence[str], types: bytes, mimetype: bytes) -> Kind:
    macros = b"macroEnabled" in types or any(one.endswith("vbaproject.bin") for one in names)
    folders = {one.partition("/")[0] for one in names if "/" in one}
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if "xl" in folders and types:
        return Kind.XLSM if macros else Kind.XLSX
    if "word" in folders and types:
        return Kind.DOCM if macros else Kind.DOCX
    if "ppt" in folders and types:
        return Kind.PRESENTATION
    if b"opendocument" in mimetype:
        return Kind.ODS if b"spreadsheet" in mimetype else Kind.ODT
    return Kind.ZIP if names else Kind.EMPTY


def _ole_kind(path: Path, suffix: str) -> Kind:
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as ole:
            streams = {entry[0].lower() for entry in ole.listdir()}
    except Exception:  # olefile raises whatever the wreck makes it stumble over
        return Kind.BROKEN
    if streams & {"encryptedpackage", "encryptioninfo"}:
        return Kind.ENCRYPTED
    if streams & {"workbook", "book"}:
        return Kind.ET if suffix == ".et" or any(one.startswith("et") for one in streams) else Kind.XLS
    if "worddocument" in streams:
        return Kind.WPS if suffix == ".wps" else Kind.DOC
    if suffix == ".et":
        return Kind.ET
    return Kind.PRESENTATION if "powerpoint document" in streams else Kind.OLE


def _signature(head: bytes) -> Kind | None:
    signatures = {
        b"%PDF": Kind.PDF, b"\x89PNG": Kind.IMAGE, b"\xff\xd8\xff": Kind.IMAGE, b"GIF8": Kind.IMAGE,
        b"BM": None, b"Rar!": Kind.ARCHIVE, b"7z\xbc\xaf": Kind.ARCHIVE, b"\x1f\x8b": Kind.ARCHIVE, b"{\\rtf": Kind.RTF,
        b"II*\0": Kind.IMAGE, b"MM\0*": Kind.IMAGE, b"RIFF": Kind.IMAGE, b"MZ": Kind.UNKNOWN, b"\x7fELF": Kind.UNKNOWN,
    }  # fmt: skip
    return next((kind for start, kind in signatures.items() if head.startswith(start)), None)


def _markup(head: bytes) -> Kind | None:
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:4_096].lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start and start.startswith(b"<?xml"):
        return Kind.XML2003
    if re.match(
        rb"(<!--.*?-->\s*|<\?xml.*?\?>\s*)*<(!doctype html|html|head|body|table|meta|style)\b", start, re.DOTALL
    ):
        return Kind.HTML
    return Kind.HTML if start.startswith(b"mime-version:") else None


def _text_kind(head: bytes, suffix: str) -> Kind:
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff") or _looks_utf16(head)
    odd = sum(head.count(bytes((code,))) for code in (*range(1, 9), *range(14, 27), *range(28, 32)))
    if not wide and (odd > len(head) // 10 or head.count(0) > len(head) // 10):
        return Kind.UNKNOWN
    if suffix in (".jsonl", ".ndjson") or (
        suffix not in _TEXTS | _OFFICE and head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{")
    ):
        return Kind.JSONL
    if suffix in (".csv", ".tsv"):
        return Kind.CSV
    if suffix in _OFFICE and not _delimited(head) and not wide:
        return Kind.UNKNOWN
    if suffix in _TEXTS or (not wide and not _delimited(head)):
        return Kind.TXT
    return Kind.CSV


def _looks_utf16(head: bytes) -> bool:
    half = max(1, len(head) // 2)
    return len(head) >= 4 and max(head[0::2].count(0), head[1::2].count(0)) > 0.02 * half and b"\0\0\0" not in head


def _delimited(head: bytes) -> bool:
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    return len(lines) > 1 and any(
        len({line.count(mark) for line in lines}) == 1 and lines[0].count(mark) > 0 for mark in (b",", b";", b"\t")
    )
