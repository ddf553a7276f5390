"""Fetch the web assets that travel with the program, and those of its tests: `python scripts/vendor_assets.py`.

Needs npm once; results are in git. Each file's package, version, licence and SHA-256 go into its folder's
`manifest.json`, which a test holds against the folder.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    ROOT / "service" / "web" / "static" / "vendor": {
        "htmx.org@2.0.11": ("dist/htmx.min.js", "LICENSE"),
        "bootstrap@5.3.9": ("dist/css/bootstrap.min.css", "LICENSE"),
        "echarts@6.1.0": ("dist/echarts.common.min.js", "LICENSE", "NOTICE"),
        "swagger-ui-dist@5.35.0": ("swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"),
    },
    ROOT / "tests" / "browser" / "vendor": {
        "axe-core@4.14.1": ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"),
    },
}


def fetch(package: str, folder: Path) -> tarfile.TarFile:
    """Download a package and open it."""
    done = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True)
    return tarfile.open(folder / done.stdout.strip())


def vendor(folder: Path, packages: dict[str, tuple[str, ...]]) -> None:
    """Fetch the packages of one folder and write its manifest."""
    manifest = []
    with tempfile.TemporaryDirectory() as temporary:
        for package, names in packages.items():
            name, _, version = package.rpartition("@")
            with fetch(package, Path(temporary)) as archive:
                about = json.load(
                    archive.extractfile("package/package.json") or sys.exit(f"{package}: no package.json")
                )
                for inner in names:
                    stream = archive.extractfile(f"package/{inner}")
                    content = stream.read() if stream else sys.exit(f"{package}: no {inner}")
                    target = folder / name / Path(inner).name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
                    manifest.append(
                        {
                            "file": target.relative_to(folder).as_posix(),
                            "package": name,
                            "version": version,
                            "licence": about["license"],
                            "sha256": hashlib.sha256(content).hexdigest(),
                        }
                    )
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def main() -> int:
    """Run the program."""
    for folder, packages in FILES.items():
        vendor(folder, packages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
