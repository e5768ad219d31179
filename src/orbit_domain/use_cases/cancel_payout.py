"""The owner doesn't send a payout after all."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PayoutId
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.ledger.payout_entries import payout_cancelled, payout_name
from orbit_domain.payment.payout import Payout, PayoutState
from orbit_domain.steps.collect_debt import collect_debt
from orbit_domain.storage import AdminAction, Storage, subject_of


@dataclass(frozen=True, slots=True)
class CancelPayout:
    """The money is on the balance again. Cancelling twice changes nothing. Raises NoSuchPayout, PayoutClosed."""

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, payout_id: PayoutId, actor: str, reason: str) -> Payout:
        async with self.storage.transaction() as tx:
            payout = await tx.payouts.lock(payout_id)
        async with self.storage.transaction() as tx:
            await tx.users.lock(payout.tg_id)
            payout = await tx.payouts.lock(payout_id)
            if payout.state is PayoutState.CANCELLED:
                return payout
            now = self.clock.now()
            payout = payout.cancel(now)
            reserved = await tx.ledger.entry(EntryKind.REFUND, payout_name(payout_id))
            if reserved is not None:
                cancelled = payout_cancelled(payout_id, reserved, now, actor, reason)
                await tx.ledger.post(cancelled)
                await collect_debt(tx, payout.tg_id, cancelled.ref, now)
            await tx.payouts.save(payout)
            subject = subject_of(payout.tg_id)
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, "cancel_payout", subject, reason, now))
        return payout
