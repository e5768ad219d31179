"""The bot's connection to the Bot API, and the commands that Telegram lists beside the text field."""

from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.types import BotCommand
from aiohttp import ClientConnectionResetError

from orbit_adapters.telegram.i18n import Translator
from orbit_domain.user.user import LANGUAGES

COMMANDS = ("start", "buy", "connect", "balance", "help", "language", "paysupport")
_DEFAULT_LANGUAGE = "en"


def telegram_bot(token: str, api_url: str) -> Bot:
    """A bot with HTML as its parse mode, connected to the Bot API at *api_url*."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url))
    session.middleware(ResendUnwritten())
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))


class ResendUnwritten(BaseRequestMiddleware):
    """Sends a call again, once, when its connection closed before the call was written.

    That is no retry of a call whose outcome is unknown: a request without its body was never a request.
    """

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any]:
        """Pass *method* on. Raises TelegramAPIError."""
        try:
            return await make_request(bot, method)
        except TelegramNetworkError as error:
            if not _was_unwritten(error):
                raise
        return await make_request(bot, method)


def _was_unwritten(error: TelegramNetworkError) -> bool:
    """Whether aiohttp found the connection closed while it wrote the request; aiogram and aiohttp wrap that error."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ClientConnectionResetError):
        cause = cause.__cause__
    return cause is not None


async def publish_commands(bot: Bot) -> None:
    """Publish the commands in every language; users of other languages get English. Raises TelegramAPIError."""
    await bot.set_my_commands(_commands(_DEFAULT_LANGUAGE))
    for language in LANGUAGES:
        await bot.set_my_commands(_commands(language), language_code=language)


def _commands(language: str) -> list[BotCommand]:
    translate = Translator(language)
    return [BotCommand(command=name, description=translate.label(f"command-{name}")) for name in COMMANDS]
