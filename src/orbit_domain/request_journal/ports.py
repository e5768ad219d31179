"""The port of the files that hold requests."""

from datetime import datetime
from typing import Protocol

from orbit_domain.request_journal.requests import Requests


class RequestJournal(Protocol):
    """Encrypted files beside the backups."""

    @property
    def is_set_up(self) -> bool:
        """Whether the owner wants them, and there is a key to encrypt to."""
        ...

    async def covered_until(self) -> datetime | None:
        """What was recorded before is in a file already, or in a verified backup. None: nothing is known of that."""
        ...

    async def write(self, requests: Requests, at: datetime) -> int:
        """Put into a new file what of *requests*, which were read at *at*, is new; how many rows that are.

        Never raises for what a disk does: the same rows are handed over again, and the log says it.
        """
        ...


class JournalCopies(Protocol):
    """Copies of the journals elsewhere, for a machine that is lost with its disk."""

    async def copy_new(self) -> int:
        """Copy the journals that aren't there yet; how many.

        Those that are gone here go there too. Never raises for what a store does: the next run tries again.
        """
        ...
