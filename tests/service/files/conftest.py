"""LibreOffice as the judge of what is written: a file is opened by it, and what it saw is compared."""

import csv
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


@pytest.fixture
def convert(tmp_path: Path) -> Callable[[Sequence[Path], str], Path]:
    """Convert files with LibreOffice and give the folder of the results. It is not part of what users or CI must have."""
    if SOFFICE is None:
        pytest.skip("LibreOffice is absent: its comparison with the exports was not made")

    def run(paths: Sequence[Path], to: str) -> Path:
        out = tmp_path / "converted"
        profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
        command = [SOFFICE, profile, "--headless", "--convert-to", to, "--outdir", str(out), *map(str, paths)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return out

    return run


@pytest.fixture
def sheets_of(convert) -> Callable[[Path], dict[str, list[list[str]]]]:
    """Open a workbook with LibreOffice and give the cells of each of its sheets."""

    def read(path: Path) -> dict[str, list[list[str]]]:
        folder = convert([path], EVERY_SHEET)
        found = {}
        for part in folder.glob("*.csv"):
            with part.open(encoding="utf-8-sig", newline="") as stream:
                found[part.stem.removeprefix(f"{path.stem}-")] = list(csv.reader(stream))
        return found

    return read
