"""Engines for statements that read whole tables: no limit, no log of what is slow by its nature, one processor each."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.slow_query_log import SlowQueryLog

_SLOW_MS = 600_000
# The server doesn't know that this process has the lowest priority: with helpers it would take every processor.
_ALONE = ("SET max_parallel_workers_per_gather = 0", "SET max_parallel_maintenance_workers = 0")


def open_patiently(address: str) -> AsyncEngine:
    """An engine for *address*, not yet connected. Raises UnusableDatabase."""
    engine = open_engine(address, unlimited=True, slow_query_log=SlowQueryLog(over_ms=_SLOW_MS))
    if engine.dialect.name == "postgresql":

        @event.listens_for(engine.sync_engine, "connect")
        def _prepare(connection: Any, _record: object) -> None:
            cursor = connection.cursor()
            for setting in _ALONE:
                cursor.execute(setting)
            cursor.close()
            connection.commit()

    return engine
