"""How what arrived for a payment becomes credit, a confirmed payment and a paid order: one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from orbit_domain.ids import Ids, PaymentId
from orbit_domain.ledger.entries import money_credited
from orbit_domain.notice.notice import MoneyCredited, PaymentShort
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import NoSuchPayment, Payment, PaymentPolicy
from orbit_domain.payment.settlement import Credit, Settlement, settle
from orbit_domain.steps.pay_order import Paying
from orbit_domain.storage import Transaction


@dataclass(frozen=True, slots=True)
class Settling:
    """Recomputes one payment from all its receipts and records the difference."""

    ids: Ids
    policy: PaymentPolicy
    paying: Paying

    async def settle(
        self,
        tx: Transaction,
        payment_id: PaymentId,
        now: datetime,
        watermark: datetime | None,
        rates: Mapping[str, Fraction],
    ) -> Settlement:
        """Bring the books, the payment and its order to what the receipts say. Again: nothing more happens.

        Raises NoSuchPayment.
        """
        known = await tx.payments.get(payment_id)
        if known is None:
            raise NoSuchPayment(payment_id)
        await tx.users.lock(known.tg_id)
        return await self.settle_locked(tx, await tx.payments.lock(payment_id), now, watermark, rates)

    async def settle_locked(
        self,
        tx: Transaction,
        payment: Payment,
        now: datetime,
        watermark: datetime | None,
        rates: Mapping[str, Fraction],
    ) -> Settlement:
        """The same for a *payment* whose user the caller has locked already."""
        receipts = await tx.receipts.of_payment(payment.id)
        booked = await tx.ledger.credited(tuple(receipt.ref for receipt in receipts), payment.tg_id)
        settlement = settle(payment, receipts, self.policy, watermark=watermark, credited=booked, rates=rates)
        if settlement.payment != payment:
            await tx.payments.save(settlement.payment)
        await self._record(tx, settlement, now)
        return settlement

    async def _record(self, tx: Transaction, settlement: Settlement, now: datetime) -> None:
        payment = settlement.payment
        for credit in settlement.credits:
            receipt = credit.receipt
            await tx.ledger.post(money_credited(receipt.ref, payment.tg_id, receipt.amount, credit.value, now))
        if settlement.credits:
            await self._spend(tx, settlement, now)
        elif payment.is_open and settlement.received.units:
            await self._tell_short(tx, settlement, now)

    async def _spend(self, tx: Transaction, settlement: Settlement, now: datetime) -> None:
        payment = settlement.payment
        order = await tx.orders.lock(payment.order_id) if payment.order_id else None
        if order is not None and order.is_open:
            order = await self.paying.pay_if_covered(tx, order, payment.method, now)
            if not order.is_open:
                return  # The receipt of the order tells what is left on the balance.
        await self._tell_credited(tx, payment, settlement.credits, order, now)

    async def _tell_credited(
        self, tx: Transaction, payment: Payment, credits_: tuple[Credit, ...], order: Order | None, now: datetime
    ) -> None:
        user = await tx.users.get(payment.tg_id)
        if user is None:
            raise NoSuchPayment(payment.id)
        waiting = order is not None and order.is_open
        notice = MoneyCredited(
            credited_kopecks=sum(credit.value.units for credit in credits_),
            balance_kopecks=user.balance.units,
            order_id=order.id if order is not None and waiting else None,
            missing_kopecks=order.price.minus(user.balance).units if order is not None and waiting else 0,
        )
        dedupe = f"credited:{credits_[-1].receipt.ref}"
        await tx.outbox.add(OutboxMessage(self.ids.uuid(), payment.tg_id, dedupe, notice, now))

    async def _tell_short(self, tx: Transaction, settlement: Settlement, now: datetime) -> None:
        payment = settlement.payment
        notice = PaymentShort(
            payment_id=payment.id,
            asset=settlement.received.currency.code,
            received_units=settlement.received.units,
            missing_units=settlement.missing.units,
            comment=payment.comment,
            expires_at=payment.expires_at,
        )
        dedupe = f"short:{payment.id}:{settlement.received.units}"
        await tx.outbox.add(OutboxMessage(self.ids.uuid(), payment.tg_id, dedupe, notice, now))
