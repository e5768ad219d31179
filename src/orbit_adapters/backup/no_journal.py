"""Where no requests are journalled. It loads no encryption."""

from datetime import datetime

from orbit_domain.request_journal.requests import Requests


class NoRequestJournal:
    """The port `RequestJournal` where the owner wants none, or nothing is backed up."""

    is_set_up = False

    async def covered_until(self) -> datetime | None:
        """Nothing."""
        return None

    async def write(self, requests: Requests, at: datetime) -> int:
        """Nothing is written."""
        return 0


class NoJournalCopies:
    """The port `JournalCopies` where no bucket is set."""

    async def copy_new(self) -> int:
        """Nothing is copied."""
        return 0
