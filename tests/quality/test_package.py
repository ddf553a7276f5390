"""What ships: vendored assets as their manifest says, and all of it in the wheel."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "service" / "web" / "static" / "vendor"
FOR_TESTS = ROOT / "tests" / "browser" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text("utf-8"))


@pytest.mark.parametrize("folder", [VENDOR, FOR_TESTS], ids=["shipped", "tests"])
def test_vendored_files_are_those_of_the_manifest(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    listed = {one["file"]: one["sha256"] for one in manifest}
    present = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert listed == present
    assert all(one["licence"] and one["version"] for one in manifest)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_everything(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    wanted = {f"service/web/static/vendor/{one['file']}" for one in MANIFEST}
    wanted |= {
        f"service/data/{path.relative_to(ROOT / 'data').as_posix()}"
        for path in (ROOT / "data").rglob("*")
        if path.is_file()
    }
    wanted |= {f"service/web/templates/{path.name}" for path in (ROOT / "service/web/templates").glob("*.html")}
    wanted |= {
        f"service/docs/{path.relative_to(ROOT / 'docs').as_posix()}"
        for kind in ("manual/*.md", "images/*.png")
        for path in (ROOT / "docs").glob(kind)
    }
    wanted |= {"service/store/migrations/versions/0001_first.py", "service/store/migrations/env.py"}
    assert wanted <= names
    assert not any(name.startswith(("tests/", "scripts/", "models/", "var/")) for name in names)


def test_the_lock_has_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    pins = [line for line in lock.split("\n") if "==" in line and not line.startswith("#")]
    assert len(pins) > 40
    assert lock.count("--hash=sha256:") >= len(pins)
