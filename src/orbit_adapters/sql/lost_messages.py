"""What was given up of the outbox."""

from datetime import datetime

from sqlalchemy import case, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_DEAD
from orbit_adapters.sql.query import fetch_all
from orbit_adapters.sql.tables import outbox
from orbit_domain.notice.repository import UNREACHABLE, LossReason, LostMessages


async def lost_messages(connection: AsyncConnection, since: datetime) -> tuple[LostMessages, ...]:
    """Those of after *since*, by topic and reason: one statement over the index of dead messages."""
    error = func.coalesce(outbox.c.last_error, UNREACHABLE)
    is_ours = case((error == UNREACHABLE, literal_column("0")), else_=literal_column("1"))
    counted = (
        select(outbox.c.topic, is_ours.label("is_ours"), func.count().label("count"))
        .where(IS_DEAD, outbox.c.dead_at >= since)
        .group_by(outbox.c.topic, literal_column("is_ours"))
    )
    found = (
        LostMessages(row["topic"], LossReason.UNREADABLE if row["is_ours"] else LossReason.UNREACHABLE, row["count"])
        for row in await fetch_all(connection, counted)
    )
    return tuple(sorted(found, key=lambda one: (one.topic, one.reason)))
