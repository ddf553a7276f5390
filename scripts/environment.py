"""Make the project's own virtual environment: `python3 scripts/environment.py run|test`. Standard library only.

Serves make and Windows alike. Everything is installed from `requirements.lock` with its hashes checked; `run` takes the
first part of the list, `test` all of it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
ENVIRONMENT = ROOT / ".venv"
TEST_PART = "# --- test ---"


def python_of(environment: Path) -> Path:
    """Name the interpreter of an environment on this system."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make(kind: str) -> None:
    """Make the environment, or bring it up to date where the list or the project file has changed."""
    listed = LOCK.read_text("utf-8")
    wanted = listed if kind == "test" else listed.partition(TEST_PART)[0]
    digest = hashlib.sha256((wanted + (ROOT / "pyproject.toml").read_text("utf-8")).encode()).hexdigest()
    stamp = ENVIRONMENT / f"minyi-{kind}.stamp"
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return
    print(f"正在准备运行环境（{ENVIRONMENT.name}），首次约需几分钟……", flush=True)
    if not any(ENVIRONMENT.glob("minyi-*.stamp")):
        venv.create(ENVIRONMENT, with_pip=True, clear=True)  # what an interrupted run left may lack pip
    pip = [str(python_of(ENVIRONMENT)), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "requirements.txt"
        part.write_text(wanted, "utf-8")
        subprocess.run([*pip, "--require-hashes", "-r", str(part)], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], check=True)
    stamp.write_text(digest, "utf-8")


def main() -> int:
    """Run the program."""
    if sys.version_info < (3, 11):
        print("需要 Python 3.11 或更高版本。", file=sys.stderr)
        return 1
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "test"):
        print("用法：python3 scripts/environment.py run|test", file=sys.stderr)
        return 2
    try:
        make(sys.argv[1])
    except subprocess.CalledProcessError as error:
        print(f"安装依赖没有成功（退出码 {error.returncode}）。请检查网络或内部软件源后重试。", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
