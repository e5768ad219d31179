"""Where each invoice is shown: the one message in a chat that is kept true to its payment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orbit_domain.ids import OrderId, PaymentId, TelegramId


@dataclass(frozen=True, slots=True)
class InvoiceMessage:
    """The message that shows the invoice of a payment, since `updated_at`."""

    payment_id: PaymentId
    chat_id: TelegramId
    message_id: int
    updated_at: datetime


class InvoiceMessages(Protocol):
    """One row for each payment whose invoice was shown."""

    async def put(self, message: InvoiceMessage) -> None:
        """The invoice of this payment is shown in *message* from now on, and in no older one."""

    async def get(self, payment_id: PaymentId) -> InvoiceMessage | None:
        """Where the payment's invoice is shown, if it was shown."""

    async def of_order(self, order_id: OrderId) -> tuple[InvoiceMessage, ...]:
        """The messages of every payment meant for the order, by (updated_at, message_id), newest first."""
