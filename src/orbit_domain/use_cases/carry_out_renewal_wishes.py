"""What customers want of the next charges is passed on to the messenger until it has answered."""

from dataclasses import dataclass
from enum import StrEnum

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PaymentId
from orbit_domain.notice.renewal_notices import RenewalAnswered
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.ports import GatewayUnavailable
from orbit_domain.payment.recurrence import RenewalWish
from orbit_domain.payment.renewals import RenewalRefused, Renewals
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction, transact


class RenewalOutcome(StrEnum):
    """What became of a wish. OUTDATED: it makes no difference any more, so nobody was asked."""

    DONE = "done"
    WAITING = "waiting"
    REFUSED = "refused"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class CarryOutRenewalWishes:
    """Ask the messenger for every recorded wish. No answer is no failure: the next run asks again.

    Customers are told of what was answered here; of a tap's own answer they read on the screen. A wish ends without an
    answer when the messenger charges nothing any more.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    renewals: Renewals
    page: int = 200

    async def __call__(self) -> int:
        """How many wishes were answered."""
        answered, last = 0, None
        while True:
            async with self.storage.transaction() as tx:
                wishing = await tx.payments.with_wishes(last, self.page)
            outcomes = [await self._carry_out(payment.id, tells=True) for payment in wishing]
            answered += sum(outcome is not RenewalOutcome.WAITING for outcome in outcomes)
            if len(wishing) < self.page:
                return answered
            last = wishing[-1]

    async def of_payment(self, payment_id: PaymentId) -> RenewalOutcome:
        """Ask for the wish of one payment, for whoever looks at the answer."""
        return await self._carry_out(payment_id, tells=False)

    async def _carry_out(self, payment_id: PaymentId, *, tells: bool) -> RenewalOutcome:
        async with self.storage.transaction() as tx:
            payment = await tx.payments.get(payment_id)
            charge_id = await _first_charge(tx, payment) if payment else None
        wish = payment.recurrence.wish if payment and payment.recurrence else None
        if payment is None or wish is None:
            return RenewalOutcome.OUTDATED
        outcome = await self._ask(payment, charge_id, wish)
        if outcome is not RenewalOutcome.WAITING:
            await self._record(payment, wish, outcome, tells=tells)
        return outcome

    async def _ask(self, payment: Payment, charge_id: str | None, wish: RenewalWish) -> RenewalOutcome:
        is_over = payment.recurrence is None or payment.recurrence.is_over(self.clock.now())
        if charge_id is None or is_over:
            return RenewalOutcome.OUTDATED
        try:
            await self.renewals.edit(payment.tg_id, charge_id, wish)
        except RenewalRefused:
            return RenewalOutcome.REFUSED
        except GatewayUnavailable:
            return RenewalOutcome.WAITING
        return RenewalOutcome.DONE

    async def _record(self, payment: Payment, wish: RenewalWish, outcome: RenewalOutcome, *, tells: bool) -> None:
        async def record(tx: Transaction) -> None:
            now = self.clock.now()
            await tx.users.lock_payer(payment.id)
            stored = await tx.payments.lock(payment.id)
            before = stored.recurrence
            if before is None or before.wish is not wish:
                return  # Answered by another process, or wished otherwise since: that is asked for next.
            is_done = outcome is RenewalOutcome.DONE
            await tx.payments.save(stored.recur(before.answer(wish, now, is_done=is_done)))
            if tells and outcome is not RenewalOutcome.OUTDATED:
                ends_at = (await tx.subscriptions.get(payment.tg_id)).ends_at
                until = ends_at if ends_at is not None and ends_at > now else None
                notice = RenewalAnswered(payment.id, self.ids.uuid(), wish.value, is_done, until)
                await notify(tx, self.ids, payment.tg_id, notice, now)

        await transact(self.storage, record)


async def _first_charge(tx: Transaction, payment: Payment) -> str | None:
    """The messenger's name of the charge that *payment* began with."""
    receipts = await tx.receipts.of_payment(payment.id)
    whole = (one for one in receipts if one.source == payment.source and one.amount == payment.quote.due)
    return next((one.external_id for one in whole), None)
