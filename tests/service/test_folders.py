import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.folders import folders_of
from service.settings import Settings

GIVEN = ({}, {"MINYI_HOME": "/office"}, {"MINYI_MODELS": "m", "MINYI_DATA": "d"}, {"minyi_home": "small", "OTHER": "x"})


@pytest.mark.parametrize("given", GIVEN)
def test_folders_are_those_of_the_settings(given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MINYI_HOME", "MINYI_MODELS", "MINYI_DATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings, folders = Settings(), folders_of(os.environ)
    assert folders == settings.folders
    for name in ("home", "models_folder", "data_folder"):
        assert getattr(folders, name) == getattr(settings, name)


def test_judging_a_file_does_not_load_what_reads_all_settings(tmp_path: Path) -> None:
    program = (
        "import sys; from service import classifying, cli, model_versions, warming; "
        "cli.folders_and_knowledge(); print('pydantic_settings' in sys.modules)"
    )
    environment = {**os.environ, "MINYI_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["False"]
