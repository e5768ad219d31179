"""The inbox in memory."""

from orbit_adapters.memory.storable_text import sanitized
from orbit_adapters.memory.tables import Session
from orbit_domain.payment.inbox import InboxEntry


class MemoryInbox:
    """The port `Inbox`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, entry: InboxEntry) -> bool:
        """Record *entry* unless it is recorded."""
        stored = sanitized(entry)
        inbox, key = self._session.tables.inbox, (stored.source, stored.external_id)
        if key in inbox:
            return False
        inbox[key] = stored
        return True

    async def get(self, source: str, external_id: str) -> InboxEntry | None:
        """The entry of that key."""
        return self._session.tables.inbox.get((source, external_id))

    async def newest(self, limit: int) -> tuple[InboxEntry, ...]:
        """The newest entries, newest first."""
        entries = self._session.tables.inbox.values()
        return tuple(sorted(entries, key=_age, reverse=True)[:limit])


def _age(entry: InboxEntry) -> tuple[object, ...]:
    return (entry.received_at, entry.source, entry.external_id)
