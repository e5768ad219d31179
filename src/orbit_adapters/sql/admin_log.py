"""What admins did."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.query import execute, fetch_all
from orbit_adapters.sql.tables import audit
from orbit_domain.storage import AdminAction


class SqlAdminLog:
    """The port `AdminLog`. Append-only: the database refuses changes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, record: AdminAction) -> None:
        """Record it. Raises StorageConflict for an id in use."""
        await execute(
            self._connection,
            insert(audit).values(
                id=record.id,
                actor=record.actor,
                action=record.action,
                subject=record.subject,
                reason=record.reason,
                at=record.at,
            ),
        )

    async def of_subject(self, subject: str, limit: int) -> tuple[AdminAction, ...]:
        """The newest actions on *subject*."""
        about = select(audit).where(audit.c.subject == subject).order_by(audit.c.at.desc(), audit.c.id.desc())
        return tuple(AdminAction(**row) for row in await fetch_all(self._connection, about.limit(limit)))

    async def newest(self, limit: int) -> tuple[AdminAction, ...]:
        """The newest actions."""
        listed = select(audit).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
        return tuple(AdminAction(**row) for row in await fetch_all(self._connection, listed))
