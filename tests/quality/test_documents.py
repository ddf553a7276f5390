"""What the documents list is what the code has."""

import re
from pathlib import Path

from typer.main import get_command

from nlp.domain import Doubt
from service.cli import app
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")


def test_every_command_is_described_and_no_other() -> None:
    listed = set(re.findall(r"^\| `minyi (\S+?)` \|", REFERENCE, re.MULTILINE))
    assert listed == set(get_command(app).commands)  # type: ignore[attr-defined]


def test_every_setting_is_described_and_no_other() -> None:
    listed = set(re.findall(r"^\| `MINYI_(\w+)` \|", REFERENCE, re.MULTILINE))
    assert listed == {name.upper() for name in Settings.model_fields}


def test_every_doubt_is_described_with_its_words() -> None:
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (\S+) \|", REFERENCE, re.MULTILINE))
    assert listed == {doubt.value: doubt.label for doubt in Doubt}


def test_the_readme_names_files_that_are_there() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in re.findall(r"\]\(((?!http)[^)]+)\)", readme):
        assert (ROOT / name).is_file(), name


def test_nothing_of_the_workplace_stands_in_the_repository() -> None:
    import subprocess

    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    texts = [
        path
        for path in tracked
        if path.endswith((".py", ".md", ".toml", ".txt", ".html", ".lock", ".csv")) and "vendor" not in path
    ]
    for path in texts:
        content = (ROOT / path).read_text("utf-8", errors="replace")
        assert "/work/" + "main" not in content, path
        assert "files.pythonhosted" not in content or path == "tests/quality/test_documents.py", path
