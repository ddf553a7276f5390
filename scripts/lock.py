"""Write `requirements.lock`: every dependency pinned with hashes, first what running needs, then what testing adds.

Needs `uv` on the PATH; run it after a change of the ranges in `pyproject.toml`. No index address is recorded.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from environment import LOCK, ROOT, TEST_PART

COMPILE = [
    "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--fork-strategy", "fewest", "--generate-hashes",
    "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet",
]  # fmt: skip
HEADER = """\
# Everything that minyi installs, pinned with hashes. Made by scripts/lock.py from pyproject.toml; do not edit.
# pip install --require-hashes -r requirements.lock
"""


def compiled(source: Path, *options: str) -> dict[str, str]:
    """Resolve a project or requirements file: package name → its pinned lines."""
    done = subprocess.run([*COMPILE, str(source), *options], capture_output=True, text=True, check=True)
    blocks = re.split(r"^(?=[A-Za-z0-9])", done.stdout, flags=re.MULTILINE)
    return {block.split("==", 1)[0]: block for block in blocks if "==" in block}


def main() -> int:
    """Run the program."""
    project = ROOT / "pyproject.toml"
    everything = compiled(project, "--extra", "web", "--extra", "oidc", "--extra", "scale", "--extra", "dev")
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "pins.txt"
        pins.write_text("".join(everything.values()), "utf-8")
        running = compiled(project, "--extra", "web", "--constraint", str(pins))
        building = Path(folder) / "build.in"
        building.write_text("hatchling\neditables\n", "utf-8")
        running |= compiled(building, "--constraint", str(pins))
    first = "".join(everything[name] for name in sorted(running))
    rest = "".join(everything[name] for name in sorted(set(everything) - set(running)))
    LOCK.write_text(f"{HEADER}{first}{TEST_PART}\n{rest}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
