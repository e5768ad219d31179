"""The messages of invoices, in SQL."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, fetch_one
from orbit_adapters.sql.tables import invoice_messages, payments
from orbit_domain.ids import OrderId, PaymentId, TelegramId
from orbit_domain.notice.invoice_message import InvoiceMessage

_messages = invoice_messages.c


class SqlInvoiceMessages:
    """The port `InvoiceMessages`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, message: InvoiceMessage) -> None:
        """Record where the invoice is shown now: one statement."""
        shown = {"chat_id": message.chat_id, "message_id": message.message_id, "updated_at": message.updated_at}
        row = dialect_insert(self._connection, invoice_messages).values(payment_id=message.payment_id, **shown)
        await execute(self._connection, row.on_conflict_do_update(index_elements=["payment_id"], set_=shown))

    async def get(self, payment_id: PaymentId) -> InvoiceMessage | None:
        """Where it is shown."""
        query = select(invoice_messages).where(_messages.payment_id == payment_id)
        row = await fetch_one(self._connection, query)
        return message_from(row) if row is not None else None

    async def of_order(self, order_id: OrderId) -> tuple[InvoiceMessage, ...]:
        """The messages of the order's payments, newest first."""
        query = (
            select(invoice_messages)
            .join(payments, payments.c.id == _messages.payment_id)
            .where(payments.c.order_id == order_id)
            .order_by(_messages.updated_at.desc(), _messages.message_id.desc())
        )
        return tuple(message_from(row) for row in await fetch_all(self._connection, query))


def message_from(row: Row) -> InvoiceMessage:
    """A row of `invoice_messages`."""
    return InvoiceMessage(
        PaymentId(row["payment_id"]), TelegramId(row["chat_id"]), row["message_id"], row["updated_at"]
    )
