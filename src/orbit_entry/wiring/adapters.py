"""The machines outside, but for panels and ways to pay."""

from collections.abc import AsyncIterable

import httpx
from aiogram import Bot
from dishka import Provider, Scope, alias, from_context, provide
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.charts.painter import MatplotlibPainter
from orbit_adapters.sql.stats import SqlStats
from orbit_adapters.sql.trends import SqlTrends
from orbit_adapters.system.ids import SystemIds
from orbit_adapters.telegram.notifier import TelegramNotifier
from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from orbit_adapters.telegram.shop_chats import TelegramShopChats
from orbit_domain.access.rebalance import RebalancePace
from orbit_domain.chart import ChartPainter
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.adjustments import AdjustmentLimit
from orbit_domain.money import BaseCurrency, Money
from orbit_domain.notice.ports import Notifier
from orbit_domain.notice.shop_chat_ports import ShopChatNotifier
from orbit_domain.payment.payment import TopUpLimits
from orbit_domain.payment.ports import Gateways
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.stats import StatsReader, TrendsReader
from orbit_domain.use_cases.record_case_post import RecordCasePost, RecordCaseTopic
from orbit_domain.use_cases.record_invoice_message import RecordInvoiceMessage
from orbit_domain.use_cases.send_day_summary import SummaryHour
from orbit_domain.use_cases.show_payment import ShowPayment
from orbit_entry.bot.telegram_bot import telegram_bot
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.given_settings import given_settings
from orbit_entry.wiring.storages import WorkerStorage


class AdaptersProvider(Provider):
    """Which adapter plays which port, as the settings say."""

    scope = Scope.APP
    settings = from_context(Settings)
    ids = provide(SystemIds, provides=Ids)
    painter = provide(MatplotlibPainter, provides=ChartPainter)

    @provide
    async def http(self) -> AsyncIterable[httpx.AsyncClient]:
        async with httpx.AsyncClient() as client:
            yield client

    @provide
    def stats_reader(self, engine: AsyncEngine, base: BaseCurrency) -> StatsReader:
        return SqlStats(engine, base)

    @provide
    def trends_reader(self, engine: AsyncEngine, base: BaseCurrency) -> TrendsReader:
        return SqlTrends(engine, base)

    @provide
    def owner(self, settings: Settings) -> TelegramId | None:
        return settings.owner

    @provide
    def adjustment_limit(self, settings: Settings, base: BaseCurrency) -> AdjustmentLimit:
        return AdjustmentLimit(Money(settings.adjustment_limit_units, base))

    @provide
    def top_up_limits(self, settings: Settings, base: BaseCurrency) -> TopUpLimits:
        return TopUpLimits.of(base, settings.top_up_preset_units)

    @provide
    def rebalance_pace(self, settings: Settings) -> RebalancePace:
        return RebalancePace(settings.rebalance_per_hour)

    @provide
    def current_settings(self, settings: Settings) -> CurrentSettings:
        return CurrentSettings(given_settings(settings))

    @provide
    def summary_hour(self, settings: Settings) -> SummaryHour:
        return SummaryHour(settings.summary_hour)

    notifier = alias(source=TelegramNotifier, provides=Notifier)

    @provide
    def shop_chat_notifier(
        self, notifier: TelegramNotifier, record_post: RecordCasePost, record_topic: RecordCaseTopic
    ) -> ShopChatNotifier:
        return TelegramShopChats(notifier, record_post, record_topic)

    @provide
    def telegram_notifier(
        self,
        bot: Bot,
        clock: Clock,
        storage: WorkerStorage,
        gateways: Gateways,
        record: RecordInvoiceMessage,
        base: BaseCurrency,
        send_rate_limiter: SendRateLimiter,
    ) -> TelegramNotifier:
        return TelegramNotifier(bot, clock, ShowPayment(storage, clock, gateways), record, base, send_rate_limiter)

    @provide
    async def bot(self, settings: Settings) -> AsyncIterable[Bot]:
        bot = telegram_bot(settings.bot_token.get_secret_value(), settings.telegram_api_url)
        yield bot
        await bot.session.close()
