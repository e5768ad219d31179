"""Whether a payment method is read often enough to be offered."""

from datetime import datetime, timedelta

from orbit_domain.payment.ports import PaymentGateway
from orbit_domain.storage import Transaction

STALE_AFTER = timedelta(minutes=10)
"""Before its first reading, or when the watermark is older, money sent would be credited late."""


async def is_offered(tx: Transaction, gateway: PaymentGateway, now: datetime) -> bool:
    """Whether the source of *gateway* keeps up, so that the method may be offered at *now*."""
    cursor = await tx.cursors.get(gateway.source)
    return cursor is not None and cursor.watermark is not None and now - cursor.watermark <= STALE_AFTER
