"""Whether a customer's subscription renews by itself."""

from datetime import datetime

from orbit_domain.ids import TelegramId
from orbit_domain.storage import Transaction


async def is_charged_again(tx: Transaction, tg_id: TelegramId, now: datetime) -> bool:
    """Whether another charge of the user is to be expected, so that nothing else may repeat beside it."""
    payments = await tx.payments.recurring(tg_id)
    return any(one.recurrence is not None and one.recurrence.is_running(now) for one in payments)


async def renews_by_itself(tx: Transaction, tg_id: TelegramId, ends_at: datetime, now: datetime) -> bool:
    """Whether a charge is to be expected before the subscription that ends at *ends_at* is over."""
    payments = await tx.payments.recurring(tg_id)
    return any(one.recurrence is not None and one.recurrence.renews(ends_at, now) for one in payments)
