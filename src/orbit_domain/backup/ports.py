"""The ports of the machine that makes backups, and of what is known of copies."""

from enum import StrEnum
from typing import Protocol

from orbit_domain.backup.backup import Backup, FailedBackup
from orbit_domain.backup.copies import KnownCopies
from orbit_domain.backup.progress import BackupProgress


class BackupPlace(StrEnum):
    """Where the folder of backups is: in the shop's data folder, or where the owner has put it.

    UNSEEN: this process can't read it, perhaps because the worker is on another machine. Then it knows of no backup.
    """

    DATA = "data"
    CHOSEN = "chosen"
    UNSEEN = "unseen"


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

    async def place(self) -> BackupPlace:
        """Where they lie."""
        ...

    async def progress(self) -> BackupProgress | None:
        """How far the one is that is being made just now; None: none is, or nothing is known of it."""
        ...

    async def make(self, *, is_asked_for: bool = False) -> bool:
        """Make one, verify it, and delete those that are kept no more. Never raises for what went wrong there.

        One that *is_asked_for* is made whether it is due or not. False: nothing was tried, because there is no key, or
        another process makes one.
        """
        ...


class BackupCopies(Protocol):
    """What the last run has recorded; no store is asked."""

    async def known(self) -> tuple[KnownCopies, ...]:
        """What is known of each destination that is set up, one each."""
        ...
