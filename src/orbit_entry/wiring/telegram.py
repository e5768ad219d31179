"""Telegram as a machine outside. It loads aiogram, so a process that only serves HTTP has `late_telegram` instead."""

from collections.abc import AsyncIterable

import httpx
from aiogram import Bot
from dishka import Provider, Scope, alias, provide

from orbit_adapters.payment_plugin.plugin import GatewayTools
from orbit_adapters.stars.api import StarsApi
from orbit_adapters.stars.renewals import StarsRenewals
from orbit_adapters.telegram.notifier import TelegramNotifier
from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from orbit_adapters.telegram.shop_chats import TelegramShopChats
from orbit_domain.clock import Clock
from orbit_domain.money import BaseCurrency
from orbit_domain.notice.ports import Notifier
from orbit_domain.notice.shop_chat_ports import ShopChatNotifier
from orbit_domain.payment.ports import Gateways, Rates
from orbit_domain.payment.renewals import Renewals
from orbit_domain.use_cases.record_case_post import RecordCasePost, RecordCaseTopic
from orbit_domain.use_cases.record_invoice_message import RecordInvoiceMessage
from orbit_domain.use_cases.show_payment import ShowPayment
from orbit_entry.bot.telegram_bot import telegram_bot
from orbit_entry.config.settings import Settings
from orbit_entry.wiring.storages import WorkerStorage


class TelegramProvider(Provider):
    """The bot, and what speaks to people and takes Stars through it."""

    scope = Scope.APP
    notifier = alias(source=TelegramNotifier, provides=Notifier)

    @provide
    async def bot(self, settings: Settings) -> AsyncIterable[Bot]:
        bot = telegram_bot(settings.bot_token.get_secret_value(), settings.telegram_api_url)
        yield bot
        await bot.session.close()

    @provide
    def tools(self, http: httpx.AsyncClient, clock: Clock, rates: Rates, base: BaseCurrency, bot: Bot) -> GatewayTools:
        return GatewayTools(http, clock, rates, base, bot)

    @provide
    def renewals(self, bot: Bot) -> Renewals:
        return StarsRenewals(StarsApi(bot))

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
