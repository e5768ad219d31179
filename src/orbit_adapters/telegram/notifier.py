"""Notices sent through the Bot API, and Telegram's errors as errors of the port."""

from datetime import timedelta

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
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
"""For errors that need a person to change something: frequent retries don't help."""

_MAX_WAIT = timedelta(seconds=5)
_GONE = ("bot was blocked by the user", "user is deactivated", "chat not found")
_REASON_CHARS = 200


class TelegramNotifier:
    """The port `Notifier` over the Bot API. Messages have no idempotency key: after a lost answer one is sent twice.

    `send_rate_limiter` may be replaced before the first message.
    """

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self.bot = bot
        self.send_rate_limiter = SendRateLimiter(clock)

    async def send(self, tg_id: TelegramId, language: str, notice: Notice) -> None:
        """Send *notice*. Raises Unreachable when the user can't be reached any more, RetryLater for other errors."""
        pause = self.send_rate_limiter.remaining_pause(tg_id)
        if pause > _MAX_WAIT:
            raise RetryLater(pause, "Telegram: this chat is paused")
        screen = _screen(notice, language)
        await self.send_rate_limiter.acquire(tg_id)
        try:
            await send(self.bot, tg_id, screen)
        except AiogramError as error:
            raise self._error_for(tg_id, error) from error

    def _error_for(self, tg_id: TelegramId, error: AiogramError) -> NotifierError:
        match error:
            case TelegramRetryAfter():
                pause = timedelta(seconds=max(1, error.retry_after))
                self.send_rate_limiter.pause_chat(tg_id, pause)
                return RetryLater(pause, "Telegram: too many messages")
            case TelegramForbiddenError() | TelegramBadRequest() if any(text in error.message for text in _GONE):
                return Unreachable(error.message)
            case TelegramEntityTooLarge():
                return RetryLater(LATER, "Telegram refused: too large", keeps_place=False)
            case TelegramNetworkError() | TelegramServerError():
                # The message may have arrived. Delivery is at least once, so it is sent again.
                return RetryLater(SOON, f"Telegram is unreachable: {type(error).__name__}")
            case TelegramForbiddenError() | TelegramBadRequest():
                return RetryLater(LATER, f"Telegram refused: {error.message}"[:_REASON_CHARS], keeps_place=False)
            case _:
                return RetryLater(SOON * 10, f"Telegram: {type(error).__name__}")


def _screen(notice: Notice, language: str) -> Screen:
    """Render *notice*. One that can't be rendered is retried much later: a retry at once would fail again."""
    try:
        return notice_screen(notice, Translator(language))
    except (LookupError, ValueError, TypeError) as error:
        raise RetryLater(LATER, f"no text for {notice.kind}: {error}"[:_REASON_CHARS], keeps_place=False) from error
