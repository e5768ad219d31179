"""The one message of each invoice: where it is shown, and that an older one doesn't ask for money any more."""

from enum import Enum

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Message

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.payment import payment_screen, replaced_screen
from orbit_adapters.telegram.show import answer, bot_of, chat_of, edit, edit_or_send, is_kept, send, tapped_message
from orbit_domain.ids import TelegramId
from orbit_domain.notice.invoice_message import InvoiceMessage
from orbit_domain.use_cases.record_invoice_message import RecordInvoiceMessage
from orbit_domain.use_cases.show_payment import PaymentView

_GONE = ("message to edit not found", "message_id_invalid")
_REFUSED = ("message can't be edited", "there is no text in the message to edit")

log = structlog.get_logger()


class Correction(Enum):
    """What became of the attempt to edit an invoice: Telegram may have no such message, or not let it be edited."""

    DONE = "done"
    GONE = "gone"
    REFUSED = "refused"


async def open_invoice(request: Message | CallbackQuery, view: PaymentView, record: RecordInvoiceMessage) -> None:
    """Show an invoice that was requested: in the tapped message, or below it when that one is kept."""
    is_free = isinstance(request, CallbackQuery) and not is_kept(request)
    await _show(request, view, payment_screen(view), tapped_message(request) if is_free else None, record)


async def update_invoice(tap: CallbackQuery, view: PaymentView, screen: Screen, record: RecordInvoiceMessage) -> None:
    """Show in the tapped invoice what has become of it: *screen*."""
    await _show(tap, view, screen, tapped_message(tap), record)


async def correct_invoice(bot: Bot, view: PaymentView) -> Correction:
    """Make the invoice's message say what is recorded. An edit makes no sound. Raises TelegramAPIError."""
    if view.message is None:
        return Correction.GONE
    try:
        await edit(bot, view.message.chat_id, view.message.message_id, payment_screen(view))
    except TelegramBadRequest as error:
        log.info("invoice_not_edited", error=error.message)
        text = error.message.lower()
        if any(known in text for known in _GONE):
            return Correction.GONE
        if any(known in text for known in _REFUSED):
            return Correction.REFUSED
        raise
    return Correction.DONE


async def send_invoice(bot: Bot, view: PaymentView, record: RecordInvoiceMessage, *, silent: bool = False) -> None:
    """Show the invoice in a new message from now on. Raises TelegramAPIError."""
    message = await send(bot, view.user.tg_id, payment_screen(view), silent=silent)
    await _record(bot, view, view.user.tg_id, message.message_id, record)


async def _show(
    request: Message | CallbackQuery,
    view: PaymentView,
    screen: Screen,
    place: Message | None,
    record: RecordInvoiceMessage,
) -> None:
    bot, known = bot_of(request), view.message
    if known is not None and (place is None or place.message_id != known.message_id):
        # First, so that a crash before the next step leaves no invoice twice.
        await _retire(bot, view, known)
    message_id = await edit_or_send(request, screen, place)
    await _record(bot, view, TelegramId(chat_of(request)), message_id, record)
    if isinstance(request, CallbackQuery):
        await answer(request, screen.toast)


async def _record(
    bot: Bot, view: PaymentView, chat_id: TelegramId, message_id: int, record: RecordInvoiceMessage
) -> None:
    meanwhile = await record(view, chat_id, message_id)
    if meanwhile is not None:
        await _retire(bot, view, meanwhile)


async def _retire(bot: Bot, view: PaymentView, message: InvoiceMessage) -> None:
    """An older message of the invoice says that there is a newer one. A message that is gone needs nothing."""
    try:
        await edit(bot, message.chat_id, message.message_id, replaced_screen(view))
    except TelegramBadRequest as error:
        log.info("invoice_not_retired", error=error.message)
