"""How the work of a shop stands, in counts alone: what somebody who helps its owner needs to see first."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, case, func, select

from orbit_adapters.sql.engine import SNAPSHOT, open_engine
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.indexes import IS_DEAD, IS_UNCONFIRMED, IS_UNDELIVERED
from orbit_adapters.sql.source_tables import cursors
from orbit_adapters.sql.tables import marzban_instances, orders, outbox, payments, payments_due, placements

_MOST = 100

_waiting = outbox.c.priority, outbox.c.topic
_FIGURES: Final[dict[str, Select[Any]]] = {
    "orders": select(orders.c.state, func.count().label("count")).group_by(orders.c.state),
    "payments": select(payments.c.method, payments.c.status, func.count().label("count")).group_by(
        payments.c.method, payments.c.status
    ),
    "notices waiting": select(
        *_waiting, func.count().label("count"), func.min(outbox.c.not_before).label("oldest"), outbox.c.last_error
    )
    .where(IS_UNDELIVERED)
    .group_by(*_waiting, outbox.c.last_error),
    "notices that were given up": select(
        outbox.c.topic, outbox.c.last_error, func.count().label("count"), func.max(outbox.c.dead_at).label("newest")
    )
    .where(IS_DEAD)
    .group_by(outbox.c.topic, outbox.c.last_error),
    "keys": select(
        placements.c.state,
        case((IS_UNCONFIRMED, "waits"), else_="confirmed").label("work"),
        placements.c.last_error,
        func.count().label("count"),
        func.max(placements.c.attempts).label("attempts"),
    ).group_by(placements.c.state, case((IS_UNCONFIRMED, "waits"), else_="confirmed"), placements.c.last_error),
    "money to settle": select(
        payments_due.c.last_error, func.count().label("count"), func.max(payments_due.c.attempts).label("attempts")
    ).group_by(payments_due.c.last_error),
    "sources": select(cursors.c.source, cursors.c.watermark),
    "panels": select(
        marzban_instances.c.kind,
        marzban_instances.c.is_active,
        marzban_instances.c.draining,
        marzban_instances.c.evacuating,
        marzban_instances.c.removed,
    ),
}


async def work_figures(address: str) -> dict[str, Sequence[dict[str, Any]]]:
    """The counts by their names, as one moment has left them. Raises StorageError, UnusableDatabase."""
    engine = open_engine(address, jobs=True)
    try:
        snapshots = engine.execution_options(**SNAPSHOT[engine.dialect.name])
        with translate_errors(Operation.STATEMENT):
            async with snapshots.connect() as connection:
                return {
                    name: [dict(row) for row in (await connection.execute(figures.limit(_MOST))).mappings()]
                    for name, figures in _FIGURES.items()
                }
    finally:
        await engine.dispose()
