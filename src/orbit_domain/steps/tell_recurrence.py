"""What a messenger says of repeated charges is remembered and told. It moves no money."""

from dataclasses import replace
from datetime import datetime

from orbit_domain.ids import Ids
from orbit_domain.notice.renewal_notices import RecurrenceChanged
from orbit_domain.payment.inbox import MoneyUpdate
from orbit_domain.payment.recurrence import Recurrence
from orbit_domain.steps.notify import notify
from orbit_domain.steps.stars_invoice import payment_of_invoice
from orbit_domain.storage import Transaction


async def tell_recurrence(tx: Transaction, update: MoneyUpdate, ids: Ids, now: datetime) -> None:
    """Tell the customer when *update* changes how their payment repeats. One about somebody else's changes nothing."""
    named = await payment_of_invoice(tx, update.invoice_id) if update.invoice_id is not None else None
    if named is None or update.recurrence is None or not named.policy.repeats or named.tg_id != update.sender:
        return
    await tx.users.lock_payer(named.id)
    payment = await tx.payments.lock(named.id)
    before = payment.recurrence or Recurrence()
    after = before.turn(update.recurrence, now)
    if after == before:
        return
    await tx.payments.save(replace(payment, recurrence=after))
    ends_at = (await tx.subscriptions.get(payment.tg_id)).ends_at
    is_paid = ends_at is not None and ends_at > now
    notice = RecurrenceChanged(payment.id, update.external_id, after.state, ends_at if is_paid else None)
    await notify(tx, ids, payment.tg_id, notice, now)
