"""The messages of invoices, in memory."""

from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.ids import OrderId, PaymentId
from orbit_domain.notice.invoice_message import InvoiceMessage


class MemoryInvoiceMessages:
    """The port `InvoiceMessages`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def put(self, message: InvoiceMessage) -> None:
        """Record where the invoice is shown now."""
        tables = self._session.tables
        if message.payment_id not in tables.payments:
            raise RecordConflict(f"there is no payment {message.payment_id}")
        tables.invoice_messages[message.payment_id] = message

    async def get(self, payment_id: PaymentId) -> InvoiceMessage | None:
        """Where it is shown."""
        return self._session.tables.invoice_messages.get(payment_id)

    async def of_order(self, order_id: OrderId) -> tuple[InvoiceMessage, ...]:
        """The messages of the order's payments, newest first."""
        tables = self._session.tables
        meant = (tables.invoice_messages.get(payment_id) for payment_id in tables.payments_of_order.of(order_id))
        return tuple(sorted((one for one in meant if one is not None), key=_age, reverse=True))


def _age(message: InvoiceMessage) -> tuple[object, ...]:
    return (message.updated_at, message.message_id)
