"""Notices sent through the Bot API, and Telegram's errors as errors of the port."""

from datetime import timedelta
from uuid import UUID

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
from orbit_adapters.telegram.invoices import Correction, correct_invoice, send_invoice
from orbit_adapters.telegram.notices import SpokenNotice, notice_screen
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from orbit_adapters.telegram.show import send
from orbit_domain.clock import Clock
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.money import Currency
from orbit_domain.notice.notice import InvoiceChanged, Notice, PaymentShort
from orbit_domain.notice.ports import NotifierError, RetryLater, Unreachable
from orbit_domain.payment.payment import NoSuchPayment
from orbit_domain.payment.ports import MethodUnavailable
from orbit_domain.storage import StorageError
from orbit_domain.use_cases.record_invoice_message import RecordInvoiceMessage
from orbit_domain.use_cases.show_payment import InvoiceState, PaymentView, ShowPayment

SOON = timedelta(seconds=30)
LATER = timedelta(hours=6)
"""For errors that need a person to change something: frequent retries don't help."""

_MAX_WAIT = timedelta(seconds=5)
_GONE = ("bot was blocked by the user", "user is deactivated", "chat not found")
_REASON_CHARS = 200


class TelegramNotifier:
    """The port `Notifier` over the Bot API. Messages have no idempotency key: after a lost answer one is sent twice.

    What a notice says about an invoice is said in the invoice's own message. Amounts of a notice are in *base*, the
    shop's currency. `send_rate_limiter` may be replaced
    before the first message.
    """

    def __init__(
        self,
        bot: Bot,
        clock: Clock,
        show_payment: ShowPayment,
        record_invoice_message: RecordInvoiceMessage,
        base: Currency,
        send_rate_limiter: SendRateLimiter | None = None,
    ) -> None:
        self.bot = bot
        self.show_payment = show_payment
        self.record_invoice_message = record_invoice_message
        self.base = base
        self.send_rate_limiter = send_rate_limiter or SendRateLimiter(clock)

    async def send(self, tg_id: TelegramId, language: str, notice: Notice, *, silent: bool = False) -> None:
        """Send *notice*. Raises Unreachable when the user can't be reached any more, RetryLater for other errors."""
        pause = self.send_rate_limiter.remaining_pause(tg_id)
        if pause > _MAX_WAIT:
            raise RetryLater(pause, "Telegram: this chat is paused")
        try:
            await self._tell(tg_id, language, notice, silent=silent)
        except AiogramError as error:
            raise self.error_for(tg_id, error) from error
        except StorageError as error:
            raise RetryLater(SOON, f"the invoice can't be read: {type(error).__name__}") from error

    async def _tell(self, tg_id: TelegramId, language: str, notice: Notice, *, silent: bool) -> None:
        match notice:
            case InvoiceChanged() | PaymentShort():
                view = await self._invoice(tg_id, notice.payment_id)
                if view is not None:
                    await self._correct(tg_id, view, silent=silent)
                elif isinstance(notice, PaymentShort):
                    await self._send(tg_id, self.rendered(notice, language), silent=silent)
            case _:
                await self._send(tg_id, self.rendered(notice, language), silent=silent)

    async def _send(self, tg_id: TelegramId, screen: Screen, *, silent: bool) -> None:
        await self.send_rate_limiter.acquire(tg_id)
        await send(self.bot, tg_id, screen, silent=silent)

    async def _invoice(self, tg_id: TelegramId, payment_id: UUID) -> PaymentView | None:
        """The invoice as it is now. None when the user has no such payment."""
        try:
            return await self.show_payment(tg_id, PaymentId(payment_id))
        except NoSuchPayment:
            return None
        except MethodUnavailable as error:
            raise RetryLater(SOON, f"{error.method}: {error.reason}"[:_REASON_CHARS], keeps_place=False) from error

    async def _correct(self, tg_id: TelegramId, view: PaymentView, *, silent: bool) -> None:
        """Make the invoice's message true. One that the user has removed comes again only to ask for the rest."""
        outcome = Correction.GONE
        if view.message is not None:
            await self.send_rate_limiter.acquire(tg_id)
            outcome = await correct_invoice(self.bot, view)
        if outcome is Correction.REFUSED or (outcome is Correction.GONE and view.state is InvoiceState.PART):
            await self.send_rate_limiter.acquire(tg_id)
            await send_invoice(self.bot, view, self.record_invoice_message, silent=silent)

    def rendered(self, notice: SpokenNotice, language: str) -> Screen:
        """*notice* as a screen. One that can't be rendered is retried much later: a retry at once would fail again."""
        try:
            return notice_screen(notice, Translator(language), self.base)
        except (LookupError, ValueError, TypeError) as error:
            raise RetryLater(LATER, f"no text for {notice.kind}: {error}"[:_REASON_CHARS], keeps_place=False) from error

    def error_for(self, chat_id: int, error: AiogramError) -> NotifierError:
        """What *error* of sending to that chat means for the outbox."""
        match error:
            case TelegramRetryAfter():
                pause = timedelta(seconds=max(1, error.retry_after))
                self.send_rate_limiter.pause_chat(chat_id, pause)
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
