"""The commands Telegram lists beside the text field, in every language."""

from aiogram import Bot
from aiogram.types import BotCommand

from orbit_adapters.telegram.i18n import Translator
from orbit_domain.user.user import LANGUAGES

COMMANDS = ("start", "buy", "connect", "balance", "help", "language", "paysupport")
_OTHERS = "en"


async def publish_commands(bot: Bot) -> None:
    """Tell Telegram the commands; clients in a language we don't speak get English. Raises TelegramAPIError."""
    await bot.set_my_commands(commands(_OTHERS))
    for language in LANGUAGES:
        await bot.set_my_commands(commands(language), language_code=language)


def commands(language: str) -> list[BotCommand]:
    """Every command with its description in *language*."""
    translate = Translator(language)
    return [BotCommand(command=name, description=translate.label(f"command-{name}")) for name in COMMANDS]
