"""The port of the machine that makes backups."""

from typing import Protocol

from orbit_domain.backup.backup import Backup, FailedBackup


class Backups(Protocol):
    """The shop's folder of backups, and the machine that fills it."""

    @property
    def is_set_up(self) -> bool:
        """Whether there is a key to encrypt to. Without one nothing is made, and the log says so."""
        ...

    async def is_busy(self) -> bool:
        """Whether some process makes or verifies one just now: what is known of the newest isn't its last word."""
        ...

    async def all(self) -> tuple[Backup, ...]:
        """Every backup of this shop, newest first."""
        ...

    async def failed(self) -> FailedBackup | None:
        """The newest try that left no backup, if none was made since."""
        ...

    async def make(self) -> None:
        """Make one, verify it, and delete those that are kept no more. Never raises for what went wrong there.

        Does nothing while another process makes one.
        """
