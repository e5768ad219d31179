"""The machines outside: panel, chain, rates, Telegram."""

from collections.abc import AsyncIterable

import httpx
from aiogram import Bot
from dishka import Provider, Scope, from_context, provide

from orbit_adapters.marzban.client import panel_client
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.panel_cache.cached_nodes import CachedNodes
from orbit_adapters.rates.factory import rates_from
from orbit_adapters.sql.stats import SqlStats
from orbit_adapters.system.ids import SystemIds
from orbit_adapters.telegram.notifier import TelegramNotifier
from orbit_adapters.ton.factory import chain_from
from orbit_adapters.ton.gateway import TonGateway
from orbit_domain.access.ports import Panels
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PanelId, TelegramId
from orbit_domain.notice.ports import Notifier
from orbit_domain.payment.ports import Chain, Gateways, Rates
from orbit_domain.stats import StatsReader
from orbit_entry.bot.telegram_bot import telegram_bot
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.wiring.registries import GatewayRegistry, PanelRegistry


class AdaptersProvider(Provider):
    """Which adapter plays which port, as the settings say."""

    scope = Scope.APP
    settings = from_context(Settings)
    ids = provide(SystemIds, provides=Ids)
    notifier = provide(TelegramNotifier, provides=Notifier)
    stats_reader = provide(SqlStats, provides=StatsReader)

    @provide
    async def http(self) -> AsyncIterable[httpx.AsyncClient]:
        async with httpx.AsyncClient() as client:
            yield client

    @provide
    def rates(self, settings: Settings, http: httpx.AsyncClient, clock: Clock) -> Rates:
        return rates_from(settings.rates, http, clock)

    @provide
    def chain(self, settings: Settings, http: httpx.AsyncClient, clock: Clock) -> Chain:
        return chain_from(settings.ton, http, clock)

    @provide
    def gateways(self, settings: Settings, rates: Rates, clock: Clock) -> Gateways:
        return GatewayRegistry((TonGateway(settings.ton, rates, clock),))

    @provide
    async def panels(self, settings: Settings, clock: Clock, ephemeral: EphemeralState) -> AsyncIterable[Panels]:
        async with panel_client(settings.panel) as http:
            yield PanelRegistry((CachedNodes(MarzbanPanel(settings.panel, http, clock), ephemeral.cache),))

    @provide
    def panel_records(self, settings: Settings) -> tuple[PanelRecord, ...]:
        return (PanelRecord(PanelId(settings.panel.panel_id), "marzban", "main"),)

    @provide
    def owner(self, settings: Settings) -> TelegramId | None:
        return settings.owner

    @provide
    async def bot(self, settings: Settings) -> AsyncIterable[Bot]:
        bot = telegram_bot(settings.bot_token.get_secret_value(), settings.telegram_api_url)
        yield bot
        await bot.session.close()
