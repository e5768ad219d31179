"""Copies of backups elsewhere: a bucket, and a chat."""

import re
from collections.abc import Sequence

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator

from orbit_domain.backup.copies import Destination
from orbit_entry.config.urls import Url

OWNER = "owner"
_S3 = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?P<prefix>(/[A-Za-z0-9._-]+)*)/?")


class BackupCopyFields(BaseModel):
    """Where verified backups are copied to. Only what is encrypted to the owner leaves the machine."""

    backup_s3_url: str = Field(
        "",
        validation_alias="ORBIT_BACKUP_S3_URL",
        description="A bucket of an S3-compatible store, with a prefix of the shop's own: each verified backup "
        "is copied there.",
        examples=["s3://my-backups/orbit"],
    )
    backup_s3_endpoint: Url | None = Field(
        None,
        validation_alias="ORBIT_BACKUP_S3_ENDPOINT",
        description="The address of that store. Without it: Amazon S3 in the region.",
        examples=["https://s3.example.org"],
    )
    backup_s3_region: str = Field(
        "us-east-1",
        validation_alias="ORBIT_BACKUP_S3_REGION",
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        description="The store's region. Many that aren't Amazon's take any.",
        examples=["us-east-1"],
    )
    backup_s3_access_key: SecretStr | None = Field(
        None,
        validation_alias="ORBIT_BACKUP_S3_ACCESS_KEY",
        validate_default=True,
        description="The name of a key that may read and write there; to delete old copies it may list and delete too.",
        examples=["the-name-of-the-key"],
    )
    backup_s3_secret_key: SecretStr | None = Field(
        None,
        validation_alias="ORBIT_BACKUP_S3_SECRET_KEY",
        validate_default=True,
        description="The secret of that key.",
        examples=["its-secret"],
    )
    backup_telegram: str = Field(
        "",
        validation_alias="ORBIT_BACKUP_TELEGRAM",
        pattern=rf"^({OWNER}|-?[1-9][0-9]{{0,18}})?$",
        description="A chat that gets one verified backup a day as a file, at most 50 MB: `owner`, or the id of a chat "
        "that the bot may write to. Without it none is sent.",
        examples=[OWNER],
    )

    @field_validator("backup_s3_url")
    @classmethod
    def _is_a_bucket(cls, url: str) -> str:
        if url and _S3.fullmatch(url) is None:
            raise ValueError("must look like s3://bucket/prefix")
        return url

    @field_validator("backup_s3_access_key", "backup_s3_secret_key")
    @classmethod
    def _comes_with_the_bucket(cls, key: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if not (key and key.get_secret_value()) and info.data.get("backup_s3_url"):
            raise ValueError("is missing; ORBIT_BACKUP_S3_URL needs it")
        return key

    @property
    def backup_s3_bucket(self) -> str:
        """The bucket; empty where none is set."""
        found = _S3.fullmatch(self.backup_s3_url)
        return found["bucket"] if found else ""

    @property
    def backup_s3_prefix(self) -> str:
        """What stands before each name there."""
        found = _S3.fullmatch(self.backup_s3_url)
        return found["prefix"].strip("/") if found else ""

    @property
    def backup_destinations(self) -> Sequence[Destination]:
        """Where copies go."""
        wanted = {Destination.S3: self.backup_s3_url, Destination.TELEGRAM: self.backup_telegram}
        return tuple(destination for destination, setting in wanted.items() if setting)
