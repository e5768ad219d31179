"""The inbox in SQL."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.query import Row, dialect_insert, fetch_all, fetch_one
from orbit_adapters.sql.tables import inbox
from orbit_domain.payment.inbox import InboxEntry

_inbox = inbox.c
_IN_ORDER = (_inbox.received_at, _inbox.source, _inbox.external_id)


class SqlInbox:
    """The port `Inbox`. Append-only: the database refuses changes, but for an old payload that goes (`old_data`)."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, entry: InboxEntry) -> bool:
        """Record *entry* unless it is recorded."""
        insert = dialect_insert(self._connection, inbox).values(
            source=entry.source,
            external_id=entry.external_id,
            payload=entry.payload,
            received_at=entry.received_at,
        )
        insert = insert.on_conflict_do_nothing(index_elements=["source", "external_id"]).returning(_inbox.source)
        return await fetch_one(self._connection, insert) is not None

    async def get(self, source: str, external_id: str) -> InboxEntry | None:
        """The entry of that key."""
        wanted = select(inbox).where(_inbox.source == source, _inbox.external_id == external_id)
        row = await fetch_one(self._connection, wanted)
        return None if row is None else _entry_from(row)

    async def newest(self, limit: int) -> tuple[InboxEntry, ...]:
        """The newest entries, newest first."""
        newest = [column.desc() for column in _IN_ORDER]
        rows = await fetch_all(self._connection, select(inbox).order_by(*newest).limit(limit))
        return tuple(_entry_from(row) for row in rows)


def _entry_from(row: Row) -> InboxEntry:
    return InboxEntry(row["source"], row["external_id"], row["payload"], row["received_at"])
