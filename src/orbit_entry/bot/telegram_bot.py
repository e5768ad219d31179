"""The bot's connection to the Bot API, and the commands that Telegram lists beside the text field."""

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.types import BotCommand

from orbit_adapters.telegram.i18n import Translator
from orbit_domain.user.user import LANGUAGES

COMMANDS = ("start", "buy", "connect", "balance", "help", "language", "paysupport")
_DEFAULT_LANGUAGE = "en"


def telegram_bot(token: str, api_url: str) -> Bot:
    """A bot with HTML as its parse mode, connected to the Bot API at *api_url*."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url))
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))


async def publish_commands(bot: Bot) -> None:
    """Publish the commands in every language; users of other languages get English. Raises TelegramAPIError."""
    await bot.set_my_commands(_commands(_DEFAULT_LANGUAGE))
    for language in LANGUAGES:
        await bot.set_my_commands(_commands(language), language_code=language)


def _commands(language: str) -> list[BotCommand]:
    translate = Translator(language)
    return [BotCommand(command=name, description=translate.label(f"command-{name}")) for name in COMMANDS]
