"""Telling people through Telegram, and what to conclude when it doesn't work."""

from datetime import timedelta

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notices import notice_screen
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from orbit_adapters.telegram.show import send
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.ports import NotifierError, RetryLater, Unreachable

SOON = timedelta(seconds=30)
LATER = timedelta(hours=6)
"""For what won't mend by itself: a person must change something, so trying often is only noise."""

_LONGEST_WAIT = timedelta(seconds=5)
_GONE = ("bot was blocked by the user", "user is deactivated", "chat not found")
_REASON_CHARS = 200


class TelegramNotifier:
    """The port `Notifier` over the Bot API. Messages have no key of their own: a lost answer means told twice.

    `send_rate_limiter` may be replaced by a slower or an unhurried one before the first message.
    """

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self.bot = bot
        self.send_rate_limiter = SendRateLimiter(clock)

    async def send(self, tg_id: TelegramId, language: str, notice: Notice) -> None:
        """Send *notice*. Raises Unreachable when the user is gone for us, RetryLater for any other trouble."""
        held = self.send_rate_limiter.wait_for(tg_id)
        if held > _LONGEST_WAIT:
            raise RetryLater(held, "Telegram asked to leave this chat alone for a while")
        screen = _screen(notice, language)
        await self.send_rate_limiter.turn(tg_id)
        try:
            await send(self.bot, tg_id, screen)
        except AiogramError as error:
            raise self._trouble(tg_id, error) from error

    def _trouble(self, tg_id: TelegramId, error: AiogramError) -> NotifierError:
        match error:
            case TelegramRetryAfter():
                pause = timedelta(seconds=max(1, error.retry_after))
                self.send_rate_limiter.hold(tg_id, pause)
                return RetryLater(pause, "Telegram: too many messages")
            case TelegramForbiddenError() | TelegramBadRequest() if any(words in error.message for words in _GONE):
                return Unreachable(error.message)
            case TelegramNetworkError() | TelegramServerError():
                # Perhaps it arrived: at least once means saying it again.
                return RetryLater(SOON, f"Telegram is out of reach: {type(error).__name__}")
            case TelegramForbiddenError() | TelegramBadRequest():
                return RetryLater(LATER, f"Telegram refused: {error.message}"[:_REASON_CHARS])
            case _:
                return RetryLater(SOON * 10, f"Telegram: {type(error).__name__}")


def _screen(notice: Notice, language: str) -> Screen:
    """A notice that can't be put into words must not be tried again and again at once."""
    try:
        return notice_screen(notice, Translator(language))
    except (LookupError, ValueError, TypeError) as error:
        raise RetryLater(LATER, f"no words for {notice.kind}: {error}"[:_REASON_CHARS]) from error
