"""Whether this process can do its work now."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from orbit_domain.storage import Storage
from orbit_entry.runtime.ephemeral_state import EphemeralState

_LIMIT_S = 2

log = structlog.get_logger()


class Health:
    """Checks what the process depends on. `stopping` turns readiness off before anything is closed.

    Without its database a process can do nothing; without Redis it goes on, degraded.
    """

    def __init__(self, storage: Storage, ephemeral: EphemeralState) -> None:
        self.storage = storage
        self.ephemeral = ephemeral
        self.stopping = False

    async def report(self) -> dict[str, Any]:
        """Return the overall status, and the status and response time in milliseconds of each component."""
        components = {"database": await _timed(self._database)}
        if self.ephemeral.client is not None:
            components["redis"] = await _timed(self._redis)
        seen = {part["status"] for part in components.values()}
        overall = next((status for status in ("unhealthy", "degraded") if status in seen), "healthy")
        return {"status": "unhealthy" if self.stopping else overall, "components": components}

    async def _redis(self) -> str:
        return "degraded" if await self.ephemeral.is_degraded() else "healthy"

    async def _database(self) -> str:
        try:
            async with asyncio.timeout(_LIMIT_S), self.storage.transaction() as tx:
                await tx.plans.active()
        except Exception as error:  # the answer is the same for every error: the database can't be used
            log.warning("database_unusable", error=type(error).__name__)
            return "unhealthy"
        return "healthy"


async def _timed(check: Callable[[], Awaitable[str]]) -> dict[str, Any]:
    started = time.monotonic()
    status = await check()
    return {"status": status, "response_ms": round((time.monotonic() - started) * 1000)}
