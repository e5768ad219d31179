"""Store what a messenger says about money."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.notice import MoneyUpdateReceived
from orbit_domain.payment.inbox import InboxEntry, MoneyEvent, MoneyUpdate
from orbit_domain.steps.notify import notify
from orbit_domain.steps.stars_invoice import payment_of_invoice
from orbit_domain.steps.tell_recurrence import tell_recurrence
from orbit_domain.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class RecordMoneyUpdate:
    """Store the update raw and notify the owner, in one transaction. The sender may be answered afterwards only.

    Returns whether the update is new: the same one again changes nothing. Without an owner it is stored all the same.
    Of a payment that we have asked for the owner isn't notified here: its source shows it too. From there it is booked,
    and from there the owner hears that it was refunded. Of charges that repeat only the customer is notified.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, update: MoneyUpdate) -> bool:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            is_new = await tx.inbox.add(InboxEntry(update.source, update.external_id, update.payload, now))
            if is_new and update.event is MoneyEvent.RECURRENCE:
                await tell_recurrence(tx, update, self.ids, now)
            elif is_new and self.owner is not None and not await _is_of_our_payment(tx, update):
                await notify(tx, self.ids, self.owner, _notice(update), now)
        return is_new


async def _is_of_our_payment(tx: Transaction, update: MoneyUpdate) -> bool:
    if update.event is MoneyEvent.GIFT or update.invoice_id is None:
        return False
    return await payment_of_invoice(tx, update.invoice_id) is not None


def _notice(update: MoneyUpdate) -> MoneyUpdateReceived:
    return MoneyUpdateReceived(
        update.source, update.external_id, update.event, update.sender, update.asset, update.units
    )
