"""Where things are. Judging from the command line needs no more of the settings, and does not load what reads them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent


def in_checkout() -> bool:
    """Say whether the program runs from a checkout rather than from an installed wheel."""
    return (CHECKOUT / "pyproject.toml").is_file() and (CHECKOUT / "data").is_dir()


def shipped_data() -> Path:
    """Give the knowledge folder that came with the program."""
    return CHECKOUT / "data" if in_checkout() else PACKAGE / "data"


def shipped_docs() -> Path:
    """Give the folder of the manual and its pictures that came with the program."""
    return CHECKOUT / "docs" if in_checkout() else PACKAGE / "docs"


def default_home() -> Path:
    """Give the folder of everything that changes, where the settings name none."""
    return CHECKOUT / "var" if in_checkout() else Path(platformdirs.user_data_dir("minyi", appauthor=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The folders that judging needs; see `service.settings.Settings` for each."""

    home: Path
    models: Path | None = None
    data: Path | None = None

    @property
    def data_folder(self) -> Path:
        """Folder of the knowledge files."""
        return self.data if self.data is not None else shipped_data()

    @property
    def models_folder(self) -> Path:
        """Folder of the model versions."""
        if self.models is not None:
            return self.models
        return CHECKOUT / "models" if in_checkout() and self.home == default_home() else self.home / "models"


def folders_of(environment: Mapping[str, str]) -> Folders:
    """Read the folders from the environment, as the settings do: ``MINYI_HOME``, ``MINYI_MODELS``, ``MINYI_DATA``."""
    given = {name.lower(): Path(value) for name, value in environment.items()}
    home = given.get("minyi_home", default_home())
    return Folders(home=home, models=given.get("minyi_models"), data=given.get("minyi_data"))
