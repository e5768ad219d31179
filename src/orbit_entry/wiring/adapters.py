"""The machines outside: panel, chain, rates, Telegram."""

from collections.abc import AsyncIterable

import httpx
from aiogram import Bot
from dishka import Provider, Scope, from_context, provide
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.marzban.client import panel_client
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.panel_cache.cached_nodes import CachedNodes
from orbit_adapters.rates.by_asset import RatesByAsset
from orbit_adapters.rates.factory import rates_from
from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.rates.recorded import HistoryPolicy, RecordedRates
from orbit_adapters.sandbox_bank.api import BankApi
from orbit_adapters.sandbox_bank.gateway import SandboxBankGateway
from orbit_adapters.sandbox_bank.source import SandboxBankSource
from orbit_adapters.sandbox_bank.webhook import SandboxBankWebhook
from orbit_adapters.sql.stats import SqlStats
from orbit_adapters.stars.api import StarsApi
from orbit_adapters.stars.gateway import StarsGateway
from orbit_adapters.stars.source import StarsSource
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
from orbit_domain.money import STARS, TON, BaseCurrency, Currency
from orbit_domain.notice.ports import Notifier
from orbit_domain.payment.claim import TransferNames
from orbit_domain.payment.ports import Gateways, PaymentGateway, Rates
from orbit_domain.payment.source import ReceiptSource, ReceiptSources
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
        set_by_owner = HistoryPolicy(jump=None)
        policy = set_by_owner if settings.rates.price is not None else HistoryPolicy()
        rates: dict[Currency, Rates] = {TON: RecordedRates(rates_from(settings.rates, http, clock), storage, policy)}
        if settings.stars:
            price = FixedRates(settings.stars.price, settings.stars.base, clock, asset=STARS)
            rates[STARS] = RecordedRates(price, storage, set_by_owner)
        return RatesByAsset(rates)

    @provide
    def bank(self, settings: Settings, http: httpx.AsyncClient) -> BankApi | None:
        return BankApi(settings.bank, http) if settings.bank else None

    @provide
    def stars(self, settings: Settings, bot: Bot) -> StarsApi:
        return StarsApi(bot, settings.stars.timeout_s) if settings.stars else StarsApi(bot)

    @provide
    def sources(
        self, settings: Settings, http: httpx.AsyncClient, clock: Clock, bank: BankApi | None, stars: StarsApi
    ) -> ReceiptSources:
        sources: list[ReceiptSource] = [ton_source(settings.ton, http, clock)]
        if bank:
            sources.append(SandboxBankSource(bank, clock))
        stars_source = StarsSource(stars, clock)
        if settings.stars:
            sources.append(stars_source)

        def older(name: str) -> ReceiptSource | None:
            # An invoice in Stars may still be paid after the shop has stopped taking them.
            return stars_source if name == stars_source.name else older_ton_source(name, settings.ton, http, clock)

        return SourceRegistry(tuple(sources), older)

    @provide
    def gateways(
        self, settings: Settings, rates: Rates, clock: Clock, bank: BankApi | None, stars: StarsApi
    ) -> Gateways:
        gateways: list[PaymentGateway] = [TonGateway(settings.ton, rates, clock)]
        if bank:
            gateways.append(SandboxBankGateway(bank, clock))
        if settings.stars:
            gateways.append(StarsGateway(settings.stars, stars, rates, clock))
        return GatewayRegistry(tuple(gateways))

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
