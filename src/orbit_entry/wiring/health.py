"""How a process asks its parts how they are, and knows what it has counted."""

from dishka import AsyncContainer, Provider, Scope, provide

from orbit_domain.access.ports import Panels
from orbit_domain.health import HealthReader
from orbit_domain.process_metrics import MetricsReader
from orbit_domain.storage import Storage
from orbit_entry.bot.counted_metrics import CountedMetrics
from orbit_entry.bot.update_meter import UpdateMeter
from orbit_entry.config.process import WEB_ONLY, ProcessRoles
from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.runtime.health_checks import AskTelegram, HealthChecks

_LIMIT_S = 2


def _telegram(container: AsyncContainer, roles: ProcessRoles) -> AskTelegram | None:
    """None in a process that only serves HTTP: it doesn't load aiogram."""
    if roles == WEB_ONLY:
        return None
    from aiogram import Bot

    async def ask() -> object:
        return await (await container.get(Bot)).get_me(request_timeout=_LIMIT_S)

    return ask


class HealthProvider(Provider):
    """For probes and for the staff alike, so that both share what was asked a moment ago."""

    scope = Scope.APP
    meter = provide(UpdateMeter)

    @provide
    def metrics(self, meter: UpdateMeter, ephemeral: EphemeralState) -> MetricsReader:
        return CountedMetrics(meter, ephemeral)

    @provide
    def reader(
        self,
        container: AsyncContainer,
        storage: Storage,
        ephemeral: EphemeralState,
        panels: Panels,
        roles: ProcessRoles,
    ) -> HealthReader:
        return HealthChecks(storage, ephemeral, panels, _telegram(container, roles))
