"""One Settings object, from the environment (prefix `MINYI_`); built only by `create_app` and `main`."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.folders import Folders, default_home, in_checkout


@lru_cache(maxsize=64)
def is_loopback(host: str) -> bool:
    """Say whether an address is reached from this machine alone."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class Settings(BaseSettings):
    """Where things are and how the service listens. Every field is an environment variable `MINYI_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="MINYI_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=default_home)
    """Folder of everything that changes: database, attachments, caches."""
    models: Path | None = None
    """Folder of model versions; `models/` of a checkout, else within `home`."""
    data: Path | None = None
    """Folder of the office's knowledge (taxonomy, departments, policy, dictionary); the shipped one by default."""
    backups: Path | None = None
    """Folder that backups are put into; within `home` by default, better on another disk."""
    database_url: str = ""
    """SQLAlchemy address; a SQLite file within `home` by default."""
    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 for every network card."""
    port: int = Field(default=8000, ge=1, le=65535)
    """Port to listen on."""
    names: str = ""
    """Host names by which browsers reach the service besides this machine's addresses, with commas between them."""
    certificate: Path | None = None
    """TLS certificate (PEM) for browsers on the network; with it the service speaks HTTPS alone."""
    certificate_key: Path | None = None
    """Private key of the certificate, where it is not in the same file."""
    local_api: bool = True
    """Whether programs on this machine may use the API without a key; only while listening on loopback alone."""
    oidc_issuer: str = ""
    """Address of an OpenID Connect issuer whose accounts may sign in; nobody's unless given."""
    oidc_client_id: str = ""
    """Name of this service at the issuer."""
    oidc_client_secret: str = Field(default="", repr=False)
    """Secret of this service at the issuer; empty for a public client."""
    oidc_claim: str = "preferred_username"
    """Claim of the identity token that holds the user name here."""
    oidc_name: str = "统一身份认证"
    """What the button on the sign-in page calls the issuer."""
    session_minutes: int = Field(default=120, ge=5, le=1_440)
    """Minutes without a request after which a session ends."""
    session_hours: int = Field(default=12, ge=1, le=168)
    """Hours after which a session ends in any case."""
    body_limit: int = Field(default=1_000_000, ge=1_000)
    """Largest request body in bytes (attachments have a limit of their own)."""
    attachment_limit: int = Field(default=20_000_000, ge=1_000)
    """Largest attachment in bytes."""

    import_limit: int = Field(default=200_000_000, ge=1_000)
    """Largest upload of an import in bytes."""

    @property
    def folders(self) -> Folders:
        """The folders that judging needs."""
        return Folders(home=self.home, models=self.models, data=self.data)

    @property
    def data_folder(self) -> Path:
        """Folder of the knowledge files."""
        return self.folders.data_folder

    @property
    def own_data(self) -> Path | None:
        """Folder of knowledge that the office may change; None where the shipped one lies within the installed program."""
        return self.data_folder if self.data is not None or in_checkout() else None

    @property
    def templates_folder(self) -> Path:
        """Folder of the office's own paper templates."""
        return self.home / "templates"

    @property
    def models_folder(self) -> Path:
        """Folder of the model versions."""
        return self.folders.models_folder

    @property
    def address(self) -> str:
        """Address that the service is reached at, as it is printed."""
        return f"{'https' if self.certificate else 'http'}://{self.host}:{self.port}"

    @property
    def backups_folder(self) -> Path:
        """Folder of the backups."""
        return self.backups or self.home / "backups"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return is_loopback(self.host)

    @property
    def database(self) -> str:
        """Address of the database."""
        return self.database_url or f"sqlite:///{self.home / 'minyi.db'}"
