"""The machines outside: panel, chain, rates, Telegram."""

from collections.abc import AsyncIterable

import httpx
from aiogram import Bot
from dishka import Provider, Scope, from_context, provide
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.marzban.client import panel_client
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.panel_cache.cached_nodes import CachedNodes
from orbit_adapters.rates.factory import rates_from
from orbit_adapters.rates.recorded import HistoryPolicy, RecordedRates
from orbit_adapters.sandbox_bank.api import BankApi
from orbit_adapters.sandbox_bank.gateway import SandboxBankGateway
from orbit_adapters.sandbox_bank.source import SandboxBankSource
from orbit_adapters.sandbox_bank.webhook import SandboxBankWebhook
from orbit_adapters.sql.stats import SqlStats
from orbit_adapters.system.ids import SystemIds
from orbit_adapters.telegram.notifier import TelegramNotifier
from orbit_adapters.ton.factory import older_ton_source, ton_source
from orbit_adapters.ton.gateway import TonGateway
from orbit_adapters.ton.scanner import source_name
from orbit_adapters.ton.transfer_names import TonTransferNames
from orbit_domain.access.ports import Panels
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PanelId, TelegramId
from orbit_domain.money import BaseCurrency
from orbit_domain.notice.ports import Notifier
from orbit_domain.payment.claim import TransferNames
from orbit_domain.payment.ports import Gateways, Rates
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.payment.webhook import PaymentWebhook
from orbit_domain.stats import StatsReader
from orbit_domain.storage import Storage
from orbit_domain.use_cases.record_invoice_message import RecordInvoiceMessage
from orbit_domain.use_cases.show_payment import ShowPayment
from orbit_entry.bot.telegram_bot import telegram_bot
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.wiring.panels import PanelRegistry
from orbit_entry.wiring.registries import GatewayRegistry, SourceRegistry
from orbit_entry.wiring.storages import WorkerStorage


class AdaptersProvider(Provider):
    """Which adapter plays which port, as the settings say."""

    scope = Scope.APP
    settings = from_context(Settings)
    ids = provide(SystemIds, provides=Ids)

    @provide
    async def http(self) -> AsyncIterable[httpx.AsyncClient]:
        async with httpx.AsyncClient() as client:
            yield client

    @provide
    def stats_reader(self, engine: AsyncEngine, base: BaseCurrency) -> StatsReader:
        return SqlStats(engine, base)

    @provide
    def rates(self, settings: Settings, http: httpx.AsyncClient, clock: Clock, storage: Storage) -> Rates:
        # A rate that the owner has set may jump: it counts at once.
        policy = HistoryPolicy(jump=None) if settings.rates.price is not None else HistoryPolicy()
        return RecordedRates(rates_from(settings.rates, http, clock), storage, policy)

    @provide
    def bank(self, settings: Settings, http: httpx.AsyncClient) -> BankApi | None:
        return BankApi(settings.bank, http) if settings.bank else None

    @provide
    def sources(
        self, settings: Settings, http: httpx.AsyncClient, clock: Clock, bank: BankApi | None
    ) -> ReceiptSources:
        ton = ton_source(settings.ton, http, clock)
        sources = (ton, SandboxBankSource(bank, clock)) if bank else (ton,)
        return SourceRegistry(sources, lambda name: older_ton_source(name, settings.ton, http, clock))

    @provide
    def gateways(self, settings: Settings, rates: Rates, clock: Clock, bank: BankApi | None) -> Gateways:
        ton = TonGateway(settings.ton, rates, clock)
        return GatewayRegistry((ton, SandboxBankGateway(bank, clock)) if bank else (ton,))

    @provide
    def transfer_names(self, settings: Settings) -> TransferNames:
        network = settings.ton.network
        return TonTransferNames(network, source_name(network, settings.ton.account))

    @provide
    def payment_webhooks(self, settings: Settings, clock: Clock) -> tuple[PaymentWebhook, ...]:
        return (SandboxBankWebhook(settings.bank, clock),) if settings.bank else ()

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
    def notifier(
        self,
        bot: Bot,
        clock: Clock,
        storage: WorkerStorage,
        gateways: Gateways,
        record: RecordInvoiceMessage,
        base: BaseCurrency,
    ) -> Notifier:
        return TelegramNotifier(bot, clock, ShowPayment(storage, clock, gateways), record, base)

    @provide
    async def bot(self, settings: Settings) -> AsyncIterable[Bot]:
        bot = telegram_bot(settings.bot_token.get_secret_value(), settings.telegram_api_url)
        yield bot
        await bot.session.close()
