"""Whether Telegram takes the bot's token: asked once, before a process serves anybody."""

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import User

from orbit_entry.runtime.failures import CannotStart

_LIMIT_S = 5

log = structlog.get_logger()


async def bot_account(bot: Bot) -> User | None:
    """The account behind the token; None when Telegram gives no answer now. Raises CannotStart when it refuses.

    A wrong token never becomes right by waiting, a silent Telegram does.
    """
    try:
        return await bot.get_me(request_timeout=_LIMIT_S)
    except (TelegramUnauthorizedError, TelegramNotFound) as error:  # Telegram's 401 and 404: revoked, or never made.
        raise CannotStart(
            f"Telegram refused BOT_TOKEN ({error.message}).",
            "copy the token again from @BotFather (/mybots, API Token); with a Bot API server of your own, check "
            "ORBIT_TELEGRAM_API_URL too.",
        ) from None
    except TelegramAPIError as error:
        log.warning("telegram_not_asked", error=type(error).__name__)
        return None
