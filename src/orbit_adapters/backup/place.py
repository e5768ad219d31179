"""Where a shop's database is, and how another one takes its place."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orbit_adapters.backup.refused import BackupRefused


class Unconfirmed(BackupRefused):
    """The last step was made, or it isn't known whether: the live database may be the restored one."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The database that was the shop's until now, and the command that deletes it."""

    name: str
    delete: str


class Place(Protocol):
    """The place of the shop's database. Every method raises BackupRefused, and what disks and databases raise."""

    @property
    def kind(self) -> str:
        """The kind of database that is here: archives of another kind can't be loaded."""

    async def prepare(self) -> None:
        """Undo what a killed run has left, and refuse while anything uses the live database, or this user may not."""

    async def live(self) -> str | None:
        """The address of the live database; None: there is none. Raises BackupRefused where it can't be read."""

    def new_database(self) -> AbstractAsyncContextManager[str]:
        """The address of an empty database beside the live one. It is gone when the block ends, unless it was put."""

    async def put(self, address: str, now: datetime) -> Kept | None:
        """Let the database at *address* be the shop's, all or nothing; what was before. None: there was none."""
