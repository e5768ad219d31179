"""Put what customers have asked for into a file beside the backups, soon after they have."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.request_journal.ports import RequestJournal
from orbit_domain.request_journal.requests import OVERLAP
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class JournalRequests:
    """Read what is new since the last time, of one moment, and write it where there is any. A second call writes none.

    A backup is as old as an hour. Money for what was requested after it would be nobody's in a restored shop.
    """

    storage: Storage
    clock: Clock
    journal: RequestJournal

    async def __call__(self) -> int:
        """How many rows were new."""
        if not self.journal.is_set_up:
            return 0
        now = self.clock.now()
        covered = await self.journal.covered_until() or now
        async with self.storage.snapshot() as tx:
            # A file of the future, from a clock that was wrong, hides nothing.
            requests = await tx.recent_requests.since(min(covered, now) - OVERLAP)
        return await self.journal.write(requests, now)
