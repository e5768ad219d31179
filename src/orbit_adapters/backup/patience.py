"""Engines for statements that read whole tables: no limit, and no log of what is slow by its nature."""

from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.slow_query_log import SlowQueryLog

_SLOW_MS = 600_000


def open_patiently(address: str) -> AsyncEngine:
    """An engine for *address*, not yet connected. Raises UnusableDatabase."""
    return open_engine(address, unlimited=True, slow_query_log=SlowQueryLog(over_ms=_SLOW_MS))
