"""Asks each part of the shop how it is."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog

from orbit_domain.access.ports import Panels, VpnPanel
from orbit_domain.health import HealthReport, Part, PartHealth, Status
from orbit_domain.ids import KeyId
from orbit_domain.storage import Storage
from orbit_entry.runtime.ephemeral_state import EphemeralState

_LIMIT_S = 2
_KEPT_S = 10
"""Probes ask every few seconds, and strangers may as well: machines outside are asked no more often than that."""

_NO_ACCOUNT = "orbit_health"
_NO_KEY = KeyId(UUID(int=0))

Check = Callable[[], Awaitable[Status]]
AskTelegram = Callable[[], Awaitable[object]]
"""A harmless call to Telegram. It raises when there is no answer."""

log = structlog.get_logger()


class HealthChecks:
    """The port `HealthReader`: database and Redis are asked each time, Telegram and panels every ten seconds at most.

    *ask_telegram*: None in a process that doesn't speak to Telegram. *now* is a clock in seconds.
    """

    def __init__(
        self,
        storage: Storage,
        ephemeral: EphemeralState,
        panels: Panels,
        ask_telegram: AskTelegram | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._ephemeral = ephemeral
        self._panels = panels
        self._ask_telegram = ask_telegram
        self._now = now
        self._outside: asyncio.Task[Sequence[PartHealth]] | None = None
        self._outside_at = 0.0

    async def read(self) -> HealthReport:
        """The state of each part, all asked at once, each for two seconds at most. Never raises."""
        inside = [self._part(Part.DATABASE, self._database)]
        if self._ephemeral.client is not None:
            inside.append(self._part(Part.REDIS, self._redis))
        asked, outside = await asyncio.gather(asyncio.gather(*inside), self._read_outside())
        return HealthReport((*asked, *outside))

    async def _read_outside(self) -> Sequence[PartHealth]:
        """What Telegram and the panels said last, or say now. All who ask meanwhile share one round."""
        if self._outside is None or (self._outside.done() and self._now() - self._outside_at >= _KEPT_S):
            self._outside_at = self._now()
            self._outside = asyncio.create_task(self._ask_outside(), name="health of machines outside")
        # A caller that gives up doesn't take the round away from the others.
        return await asyncio.shield(self._outside)

    async def _ask_outside(self) -> Sequence[PartHealth]:
        checks = [self._part(Part.PANEL, _nodes_of(panel), panel.panel_id) for panel in self._panels.all()]
        if self._ask_telegram is not None:
            checks.insert(0, self._part(Part.TELEGRAM, _answers(self._ask_telegram)))
        return await asyncio.gather(*checks)

    async def _part(self, part: Part, check: Check, name: str = "") -> PartHealth:
        started = self._now()
        try:
            async with asyncio.timeout(_LIMIT_S):
                status = await check()
        except TimeoutError:
            status = Status.UNKNOWN
        except Exception as error:  # The answer is the same for every error: that part can't be used.
            log.warning("part_unhealthy", part=part.value, name=name, error=type(error).__name__)
            status = Status.UNHEALTHY
        return PartHealth(part, status, round((self._now() - started) * 1000), name)

    async def _redis(self) -> Status:
        return Status.DEGRADED if await self._ephemeral.is_degraded() else Status.HEALTHY

    async def _database(self) -> Status:
        async with self._storage.transaction() as tx:
            await tx.plans.active()
        return Status.HEALTHY


def _answers(ask: AskTelegram) -> Check:
    async def check() -> Status:
        await ask()
        return Status.HEALTHY

    return check


def _nodes_of(panel: VpnPanel) -> Check:
    async def check() -> Status:
        """A panel none of whose nodes is connected takes keys that nobody can use."""
        # What it said of its nodes may be two minutes old, so it is asked for an account, which costs it little.
        await panel.get(_NO_ACCOUNT, _NO_KEY)
        nodes = await panel.nodes()
        return Status.HEALTHY if any(node.connected for node in nodes) else Status.DEGRADED

    return check
