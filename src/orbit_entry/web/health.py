"""Whether this process can do its work just now."""

import asyncio
import time
from typing import Any

import structlog

from orbit_domain.clock import Clock
from orbit_domain.storage import Storage

_LIMIT_S = 2

log = structlog.get_logger()


class Health:
    """Looks at what the process depends on. `stopping` turns readiness off before anything is closed."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self.storage = storage
        self.clock = clock
        self.stopping = False

    async def report(self) -> dict[str, Any]:
        """The overall status, and each component's with its response time in milliseconds."""
        begin = time.monotonic()
        status = await self._database()
        components = {"database": {"status": status, "response_ms": round((time.monotonic() - begin) * 1000)}}
        overall = "unhealthy" if self.stopping or status != "healthy" else "healthy"
        return {"status": overall, "components": components}

    async def _database(self) -> str:
        try:
            async with asyncio.timeout(_LIMIT_S), self.storage.transaction() as tx:
                await tx.plans.active()
        except Exception as error:  # whatever it is, the database cannot be used, which is the answer
            log.warning("database_unusable", error=type(error).__name__)
            return "unhealthy"
        return "healthy"
