"""Old Word files turned into .docx by LibreOffice, where this machine has it: without macros, links and network."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from nlp.errors import InputFileError
from service.files.limits import Limits
from service.files.recognising import Kind

_PLACES = (r"C:\Program Files\LibreOffice\program\soffice.exe", "/opt/libreoffice/program/soffice")
_NOWHERE = "http://127.0.0.1:9"
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop>
</item></oor:items>
"""


def converter() -> str | None:
    """Find LibreOffice."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def require_converter(kind: Kind, name: str) -> None:
    """Say what to do where there is no LibreOffice.

    Raises:
        InputFileError: there is none.
    """
    if converter() is None:
        raise InputFileError(
            f"“{name}”是{kind.label}，本机没有安装 LibreOffice，不能转换。请用 WPS 或 Word 另存为 .docx。"
        )


def convert(files: Sequence[Path], folder: Path, limits: Limits) -> dict[Path, Path]:
    """Turn old documents into .docx; those that could not be turned are left out.

    Args:
        files: documents; their names on disk are ours.
        folder: a folder of our own for the results and a profile that lives as long as the folder.
        limits: of time.
    """
    program = converter()
    if program is None:
        return {}
    profile, sources, target = folder / "profile", folder / "old", folder / "new"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    sources.mkdir(exist_ok=True)
    target.mkdir(exist_ok=True)
    copies = {file: sources / f"{file.stem}.doc" for file in files}
    for file, copy in copies.items():
        shutil.copyfile(file, copy)
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"]
    command += ["--convert-to", "docx:Office Open XML Text", "--outdir", str(target), *map(str, copies.values())]
    environment = {**os.environ, "HOME": str(folder), "http_proxy": _NOWHERE, "https_proxy": _NOWHERE}
    try:
        subprocess.run(  # noqa: S603 - a fixed program, our own file names
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=limits.seconds, check=False,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError) as error:
        raise InputFileError("旧版 Word 文件转换超时或失败，请用 WPS 或 Word 另存为 .docx 后再导入。") from error
    made = {file: target / f"{copy.stem}.docx" for file, copy in copies.items()}
    return {file: place for file, place in made.items() if place.is_file()}
