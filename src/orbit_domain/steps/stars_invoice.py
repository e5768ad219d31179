"""Which payment an invoice in Stars asks for."""

from orbit_domain.payment.payment import STARS_METHOD, STARS_MONTHLY_METHOD, Payment
from orbit_domain.storage import Transaction


async def payment_of_invoice(tx: Transaction, invoice_id: str) -> Payment | None:
    """The payment whose invoice was given this name."""
    once = await tx.payments.by_external_id(STARS_METHOD, invoice_id)
    return once or await tx.payments.by_external_id(STARS_MONTHLY_METHOD, invoice_id)
