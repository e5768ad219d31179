"""The owner sends what a payment has brought back to whoever paid it, through its provider."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PaymentId, TelegramId
from orbit_domain.ledger.entries import (
    refund_refused,
    refund_reserved,
    refund_sent,
    refused_name,
    reservation_name,
    reserved_amount,
    sent_name,
)
from orbit_domain.ledger.ledger import Entry, EntryKind
from orbit_domain.money import Money
from orbit_domain.payment.payment import NoSuchPayment, Payment
from orbit_domain.payment.ports import Gateways, PaymentGateway, RefundRefused, RefundUnsupported
from orbit_domain.steps.collect_debt import collect_debt
from orbit_domain.steps.refundable_money import refundable_money
from orbit_domain.storage import AdminAction, Storage, Transaction, subject_of


@dataclass(frozen=True, slots=True)
class SentBack:
    """What went back to whom, and the provider's name of it; None: it went back before."""

    tg_id: TelegramId
    amount: Money
    refund_id: str | None


@dataclass(frozen=True, slots=True)
class RefundPayment:
    """The money leaves the balance first, then the provider is told, then the ledger says that it is gone.

    Whatever stops it halfway, the same call again goes on: the provider sends once for each payment. When it says no,
    the money is on the balance again.

    Raises NoSuchPayment, MethodUnavailable, RefundUnsupported, RefundRefused, InsufficientBalance (what was bought
    with it has to be refunded first), and GatewayUnavailable: nobody knows the outcome, so the call is to be repeated.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways

    async def __call__(self, payment_id: PaymentId, actor: str, reason: str) -> SentBack:
        async with self.storage.transaction() as tx:
            payment = await tx.payments.get(payment_id)
        if payment is None:
            raise NoSuchPayment(payment_id)
        gateway = self.gateways.get(payment.method)
        if not gateway.terms.is_refundable:
            raise RefundUnsupported(payment.method)
        amount, is_sent = await self._reserve(payment, gateway, actor, reason)
        if is_sent:
            return SentBack(payment.tg_id, amount, None)
        try:
            refund = await gateway.refund(payment, amount, str(payment.id))
        except RefundRefused:
            await self._give_up(payment, actor)
            raise
        async with self.storage.transaction() as tx:
            # Several methods may have one source, and what arrives stands under its name.
            held_as = (await tx.receipts.of_payment(payment.id))[0].method
            await tx.ledger.post(refund_sent(payment.id, held_as, amount, self.clock.now(), refund.id))
        return SentBack(payment.tg_id, amount, refund.id)

    async def _reserve(self, payment: Payment, gateway: PaymentGateway, actor: str, reason: str) -> tuple[Money, bool]:
        """What is to be sent, which is off the balance now; and whether it was sent before."""
        async with self.storage.transaction() as tx:
            await tx.users.lock(payment.tg_id)
            now = self.clock.now()
            reserved = await tx.ledger.entry(EntryKind.REFUND, reservation_name(payment.id))
            if reserved is None:
                reserved = await self._reservation(tx, payment, gateway, actor, reason)
                await tx.ledger.post(reserved)
                subject = subject_of(payment.tg_id)
                await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, "refund_payment", subject, reason, now))
            if await tx.ledger.entry(EntryKind.REFUND, refused_name(payment.id)) is not None:
                raise RefundRefused(payment.method, "refused_before")
            is_sent = await tx.ledger.entry(EntryKind.REFUND, sent_name(payment.id)) is not None
            return reserved_amount(reserved), is_sent

    async def _reservation(
        self, tx: Transaction, payment: Payment, gateway: PaymentGateway, actor: str, reason: str
    ) -> Entry:
        amount, value = await refundable_money(tx, payment, gateway.asset, gateway.source)
        return refund_reserved(payment.id, payment.tg_id, amount, value, self.clock.now(), actor, reason)

    async def _give_up(self, payment: Payment, actor: str) -> None:
        """The provider has said no: the money is the customer's again."""
        async with self.storage.transaction() as tx:
            await tx.users.lock(payment.tg_id)
            reserved = await tx.ledger.entry(EntryKind.REFUND, reservation_name(payment.id))
            # The list may have said that it was sent before the answer was no.
            is_sent = await tx.ledger.entry(EntryKind.REFUND, sent_name(payment.id)) is not None
            if reserved is not None and not is_sent:
                refused = refund_refused(payment.id, reserved, self.clock.now(), actor)
                await tx.ledger.post(refused)
                await collect_debt(tx, payment.tg_id, refused.ref, self.clock.now())
