"""A zip of documents: each entry is read on its own, within the limits of the whole."""

from __future__ import annotations

import tempfile
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath

from nlp.errors import InputFileError
from service.files.archives import checked_zip
from service.files.converting import convert, converter
from service.files.delimited import read_lines
from service.files.documents import open_word, paragraphs_of
from service.files.limits import Limits
from service.files.recognising import Kind, recognise
from service.files.splitting import Paragraph

_MOST_FILES = 2_000
_OLD = (Kind.DOC, Kind.WPS)
_ENTRY_LIMIT = 60_000_000

Document = tuple[str, list[Paragraph]]


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Give the name of an entry as its maker saw it: UTF-8 where marked, else GB18030, which Chinese Windows writes."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def documents_in(path: Path, name: str, limits: Limits) -> tuple[list[Document], list[str], list[str]]:
    """Read every document of a zip.

    Returns:
        The documents by name, what was not read (Chinese sentences), and the text of headers and footers.

    Raises:
        InputFileError: the zip is hostile or beyond the limits.
    """
    with tempfile.TemporaryDirectory(prefix="minyi-zip-") as folder:
        files = _unpack(path, name, limits, Path(folder))
        kinds = {place: recognise(place, file) for place, file in files.items()}
        converted = _convert(kinds, Path(folder), limits)
        found: list[Document] = []
        left_out: Counter[str] = Counter()
        notes: list[str] = []
        margins: list[str] = []
        for place, file in files.items():
            try:
                paragraphs, said, heads = _read(converted.get(place, place), file, kinds[place], limits)
            except InputFileError as error:
                notes.append(str(error))
                continue
            if paragraphs is None:
                left_out[kinds[place].label] += 1
                continue
            found.append((file, paragraphs))
            notes += [f"{file}：{one}" for one in said]
            margins += heads
    notes += [f"有{kind} {count} 个未读取，请单独处理" for kind, count in left_out.items()]
    return found, notes[:200], margins


def _unpack(path: Path, name: str, limits: Limits, folder: Path) -> dict[Path, str]:
    """Write the entries under numbers, so that no name of the zip ever becomes a name on disk."""
    files: dict[Path, str] = {}
    with checked_zip(path, name, limits) as archive:
        entries = [one for one in archive.infolist() if not one.is_dir() and not _rubbish(entry_name(one))]
        if len(entries) > _MOST_FILES:
            raise InputFileError(f"“{name}”内含 {len(entries)} 个文件，超过 {_MOST_FILES} 个的上限，请分开导入。")
        for number, entry in enumerate(sorted(entries, key=entry_name)):
            if entry.file_size > _ENTRY_LIMIT:
                raise InputFileError(f"“{name}”中有文件超过 {_ENTRY_LIMIT // 1_000_000} MB，请单独导入。")
            place = folder / f"{number:05d}.bin"
            with archive.open(entry) as stream:
                place.write_bytes(stream.read(_ENTRY_LIMIT))
            files[place] = entry_name(entry).replace("\\", "/")[-200:]
    return files


def _rubbish(name: str) -> bool:
    """Tell files that programs leave beside documents: lock files of Word and WPS, folders of macOS."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return last.startswith(("~$", ".~", ".")) or "__MACOSX" in name or last.lower() in ("thumbs.db", "desktop.ini")


def _convert(kinds: dict[Path, Kind], folder: Path, limits: Limits) -> dict[Path, Path]:
    old = [place for place, kind in kinds.items() if kind in _OLD]
    return convert(old, folder, limits) if old and converter() else {}


def _read(place: Path, file: str, kind: Kind, limits: Limits) -> tuple[list[Paragraph] | None, list[str], list[str]]:
    if kind is Kind.DOCX or (kind in _OLD and place.suffix == ".docx"):
        found, notes = open_word(place, file, limits)
        return paragraphs_of(found), notes, found.margins
    if kind in _OLD:
        raise InputFileError(f"{file}：{kind.label}需要本机装有 LibreOffice 才能读取，请另存为 .docx 后再导入。")
    if kind is Kind.TXT:
        lines = read_lines(place, file).lines
        return [Paragraph(line.rstrip("\r\n").replace("\0", "")) for line in lines], [], []
    return None, [], []
