"""An invoice was shown: which message has to be kept true, and whether it is true already."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.invoice_message import InvoiceMessage
from orbit_domain.notice.notice import InvoiceChanged
from orbit_domain.payment.payment import NoSuchPayment, Payment, PaymentStatus
from orbit_domain.payment.settlement import settle
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction
from orbit_domain.use_cases.show_payment import PaymentView


@dataclass(frozen=True, slots=True)
class RecordInvoiceMessage:
    """Record where the invoice of a payment is shown, and as what. Raises NoSuchPayment.

    The invoice of the same order that was shown before isn't the one to pay any more, and its message will say so.
    When something has happened while the message was on its way, it will be corrected.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, shown: PaymentView, chat_id: TelegramId, message_id: int) -> InvoiceMessage | None:
        """Returns the message of this invoice that was recorded since *shown* was read: it isn't the one any more."""
        message = InvoiceMessage(shown.payment.id, chat_id, message_id, self.clock.now())
        async with self.storage.transaction() as tx:
            payment = await tx.payments.get(shown.payment.id)
            if payment is None:
                raise NoSuchPayment(shown.payment.id)
            await self._correct_stale(tx, payment, shown, message)
            known = await tx.invoice_messages.get(payment.id)
            if known is not None and (known.chat_id, known.message_id) == (chat_id, message_id):
                return None
            await self._replace(tx, payment, message)
        return known if known != shown.message else None

    async def _correct_stale(
        self, tx: Transaction, payment: Payment, shown: PaymentView, message: InvoiceMessage
    ) -> None:
        """What was shown is compared with what is recorded now."""
        received = settle(payment, await tx.receipts.of_payment(payment.id)).received
        order = await tx.orders.get(payment.order_id) if payment.order_id else None
        was = shown.order.state if shown.order else None
        if (payment.status, received, order and order.state) != (shown.payment.status, shown.received, was):
            notice = InvoiceChanged(payment.id, payment.status, received.units, message.message_id)
            await self._tell(tx, payment, notice, message.updated_at)

    async def _replace(self, tx: Transaction, payment: Payment, message: InvoiceMessage) -> None:
        """The invoice that was the order's until now points to the new one."""
        older = await tx.invoice_messages.of_order(payment.order_id) if payment.order_id else ()
        await tx.invoice_messages.put(message)
        if older and older[0].payment_id != payment.id:
            notice = InvoiceChanged(older[0].payment_id, PaymentStatus.CANCELLED, 0, message.message_id)
            await self._tell(tx, payment, notice, message.updated_at)

    async def _tell(self, tx: Transaction, payment: Payment, notice: InvoiceChanged, now: datetime) -> None:
        await notify(tx, self.ids, payment.tg_id, notice, now)
