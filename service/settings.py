"""One Settings object, from the environment (prefix `MINYI_`); built only by `create_app` and `main`."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent


def in_checkout() -> bool:
    """Say whether the program runs from a checkout rather than from an installed wheel."""
    return (CHECKOUT / "pyproject.toml").is_file() and (CHECKOUT / "data").is_dir()


def _home() -> Path:
    return CHECKOUT / "var" if in_checkout() else Path(platformdirs.user_data_dir("minyi", appauthor=False))


class Settings(BaseSettings):
    """Where things are and how the service listens. Every field is an environment variable `MINYI_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="MINYI_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=_home)
    """Folder of everything that changes: database, attachments, caches."""
    models: Path | None = None
    """Folder of model versions; `models/` of a checkout, else within `home`."""
    data: Path | None = None
    """Folder of the office's knowledge (taxonomy, departments, policy, dictionary); the shipped one by default."""
    database_url: str = ""
    """SQLAlchemy address; a SQLite file within `home` by default."""
    host: str = "127.0.0.1"
    """Address to listen on; only loopback is accepted until accounts exist."""
    port: int = Field(default=8000, ge=1, le=65535)
    """Port to listen on."""
    body_limit: int = Field(default=1_000_000, ge=1_000)
    """Largest request body in bytes (attachments have a limit of their own)."""
    attachment_limit: int = Field(default=20_000_000, ge=1_000)
    """Largest attachment in bytes."""

    @property
    def data_folder(self) -> Path:
        """Folder of the knowledge files."""
        if self.data is not None:
            return self.data
        return CHECKOUT / "data" if in_checkout() else PACKAGE / "data"

    @property
    def models_folder(self) -> Path:
        """Folder of the model versions."""
        if self.models is not None:
            return self.models
        return CHECKOUT / "models" if in_checkout() and self.home == _home() else self.home / "models"

    @property
    def database(self) -> str:
        """Address of the database."""
        return self.database_url or f"sqlite:///{self.home / 'minyi.db'}"
