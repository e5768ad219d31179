"""Backups: to whom they are encrypted, where they lie, and how often one is made."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from orbit_entry.config.backup_copies import BackupCopyFields
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.ephemeral_state import EphemeralStateFields
from orbit_entry.config.urls import Url


class BackupSettings(DatabaseSettings):
    """The database, and what is known of its backups."""

    backup_public_key: str = Field(
        "",
        validation_alias="ORBIT_BACKUP_PUBLIC_KEY",
        description="Your public key, or several with commas: backups are encrypted to them, and nothing is backed up "
        "without one. Make one: orbit backup key",
        examples=["age1-what-orbit-backup-key-prints"],
    )
    backup_dir: Path | None = Field(
        None,
        validation_alias="ORBIT_BACKUP_DIR",
        description="Where backups are kept, best on another disk. Workers on several machines share it. "
        "By default `backups` in the data directory.",
        examples=["/mnt/backups/orbit"],
    )
    backup_every_hours: int = Field(
        1,
        validation_alias="ORBIT_BACKUP_EVERY_HOURS",
        ge=0,
        le=24,
        description="How many hours lie between two backups; 0: the worker makes none, you call orbit backup create.",
        examples=["1"],
    )
    backup_journal_s: int = Field(
        15,
        validation_alias="ORBIT_BACKUP_JOURNAL_S",
        ge=0,
        le=600,
        description="How many seconds lie between two looks at what customers have asked for since the last backup: "
        "what is new is encrypted beside it. 0: none; after a restore you assign the money for such requests yourself.",
        examples=["15"],
    )
    backup_scratch_url: SecretStr | None = Field(
        None,
        validation_alias="ORBIT_BACKUP_SCRATCH_URL",
        description="A PostgreSQL server whose role may create databases: backups are tried out there. "
        "By default the server of the shop.",
        examples=["postgresql://scratch:password@db.example.org/postgres"],
    )
    backup_secret_key_file: Path | None = Field(
        None,
        validation_alias="ORBIT_BACKUP_SECRET_KEY_FILE",
        description="The file of your secret key, for orbit backup verify and restore. It doesn't belong on the "
        "shop's machine.",
        examples=["/media/usb/orbit-backup.key"],
    )

    @field_validator("backup_public_key")
    @classmethod
    def _are_public_keys(cls, text: str) -> str:
        if text.strip():
            from orbit_adapters.backup.age_keys import read_recipients  # Loaded where there is something to read.

            read_recipients(text)
        return text.strip()

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return self.backup_dir or self.data_dir / "backups"

    @property
    def backup_pace(self) -> timedelta:
        """How much time lies between two backups."""
        return timedelta(hours=self.backup_every_hours)

    @property
    def is_journalled(self) -> bool:
        """Whether requests are written beside the backups."""
        return bool(self.backup_public_key and self.backup_journal_s)

    @property
    def journal_period_s(self) -> float:
        """How often the worker looks; where nothing is journalled, a look costs nothing."""
        return float(self.backup_journal_s or 600)

    @property
    def scratch_address(self) -> str:
        """Where scratch databases are made."""
        url = self.backup_scratch_url
        return self.database if url is None else url.get_secret_value()


class BackupCommandSettings(BackupCopyFields, BackupSettings):
    """What `orbit backup` needs: the token's beginning says which shop it is; the rest sends a copy into a chat."""

    bot_token: SecretStr | None = Field(None, validation_alias="BOT_TOKEN")
    owner_id: int | None = Field(None, validation_alias="ORBIT_OWNER_ID")
    telegram_api_url: Url = Field("https://api.telegram.org", validation_alias="ORBIT_TELEGRAM_API_URL")

    @property
    def bot_id(self) -> int | None:
        """The bot's id, which is public. None: no token is set."""
        number = self.bot_token.get_secret_value().partition(":")[0] if self.bot_token else ""
        return int(number) if number.isascii() and number.isdecimal() else None


class RestoreSettings(BackupCommandSettings, EphemeralStateFields):
    """The same, and Redis: what it knows of the database that was is deleted."""
