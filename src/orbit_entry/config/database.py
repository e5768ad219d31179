"""The database: all that a command needs that only reads or migrates it."""

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from orbit_entry.config.currency import CurrencyFields
from orbit_entry.config.secret_files import SecretFiles

_KNOWN_DATABASE = re.compile(r"(postgres|postgresql|postgresql\+asyncpg|sqlite|sqlite\+aiosqlite)://")
"""Hosts give the first two; the ones with a driver are SQLAlchemy's."""


class DatabaseSettings(CurrencyFields, BaseSettings):
    """Where the database is, which currency its balances are in, and the sources that every setting is read from."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(
        Path("data"),
        validation_alias="ORBIT_DATA_DIR",
        description="Where the embedded database is kept.",
        examples=["/var/lib/orbit"],
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="The database. Without it an SQLite file in the data directory is used.",
        examples=["postgresql://orbit:password@db.example.org/orbit"],
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then files that `*_FILE` variables name, then `.env`."""
        return init_settings, env_settings, SecretFiles(settings_cls), dotenv_settings

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and _KNOWN_DATABASE.match(url.get_secret_value()) is None:
            raise ValueError("must begin with postgresql:// or sqlite:///")
        return url

    @field_validator("data_dir")
    @classmethod
    def _can_be_a_folder(cls, folder: Path) -> Path:
        if folder.exists() and not folder.is_dir():
            raise ValueError("is a file, not a folder")
        return folder

    @property
    def is_alone(self) -> bool:
        """Whether this process must be the only one on its database: SQLite has one writer."""
        return self.database.startswith("sqlite")

    @property
    def database_file(self) -> Path | None:
        """The file of the embedded database. None: the database is on a server."""
        if not self.is_alone:
            return None
        return Path(self.database.partition(":///")[2].partition("?")[0])

    @property
    def database(self) -> str:
        """The address of the database in use."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{self.data_dir / 'orbit.db'}"
