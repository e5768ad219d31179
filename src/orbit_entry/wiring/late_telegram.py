"""The bot of a process that only serves HTTP: plug-ins may call it, and nearly always nobody does."""

from collections.abc import AsyncIterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import httpx
from dishka import Provider, Scope, provide

from orbit_adapters.payment_plugin.plugin import GatewayTools
from orbit_domain.clock import Clock
from orbit_domain.money import BaseCurrency
from orbit_domain.payment.ports import Rates
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.lean_aiogram import import_aiogram

if TYPE_CHECKING:
    from aiogram import Bot


class LateBot:
    """Stands for aiogram's Bot, and loads aiogram when anything but its `id` is asked for."""

    def __init__(self, token: str, api_url: str) -> None:
        self.id = int(token.partition(":")[0])
        self._token = token
        self._api_url = api_url

    async def __call__(self, *args: Any, **options: Any) -> Any:
        """Call a method of the Bot API, as the bot does."""
        return await self._bot(*args, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bot, name)

    async def close(self) -> None:
        """Close its connections, if it has any."""
        if "_bot" in vars(self):
            await self._bot.session.close()

    @cached_property
    def _bot(self) -> "Bot":
        import_aiogram()
        from orbit_entry.bot.telegram_bot import telegram_bot

        return telegram_bot(self._token, self._api_url)


class LateTelegramProvider(Provider):
    """What the ways to pay may need of Telegram."""

    scope = Scope.APP

    @provide
    async def bot(self, settings: Settings) -> AsyncIterable[LateBot]:
        bot = LateBot(settings.bot_token.get_secret_value(), settings.telegram_api_url)
        yield bot
        await bot.close()

    @provide
    def tools(
        self, http: httpx.AsyncClient, clock: Clock, rates: Rates, base: BaseCurrency, bot: LateBot
    ) -> GatewayTools:
        return GatewayTools(http, clock, rates, base, cast("Bot", bot))
