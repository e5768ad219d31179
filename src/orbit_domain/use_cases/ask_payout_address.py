"""The owner asks a customer in the messenger where a payment's money is to go back."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PaymentId
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.notice.payout_notices import PayoutAddressWanted
from orbit_domain.payment.payment import NoSuchPayment, Payment
from orbit_domain.payment.payout import PayoutExists, PayoutGateway
from orbit_domain.payment.payout_address import AddressLine, AddressStep
from orbit_domain.payment.ports import Gateways, RefundUnsupported
from orbit_domain.steps.notify import notify
from orbit_domain.steps.refundable_money import refundable_money
from orbit_domain.storage import AdminAction, Storage, Transaction, subject_of


@dataclass(frozen=True, slots=True)
class AskPayoutAddress:
    """Ask once, and return the newest line: the question, or what the customer has said since.

    No money moves yet. Raises NoSuchPayment, MethodUnavailable, RefundUnsupported, RefundRefused, PayoutExists, and
    InsufficientBalance: what was bought with the money has to be refunded first.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways

    async def __call__(self, payment_id: PaymentId, actor: str, reason: str) -> AddressLine:
        async with self.storage.transaction() as tx:
            payment = await tx.payments.get(payment_id)
        if payment is None:
            raise NoSuchPayment(payment_id)
        gateway = self.gateways.get(payment.method)
        if not isinstance(gateway, PayoutGateway):
            raise RefundUnsupported(payment.method)
        async with self.storage.transaction() as tx:
            await tx.users.lock(payment.tg_id)
            lines = await tx.payout_addresses.of_payment(payment_id)
            live = await tx.payouts.live_of_payment(payment_id)
            if lines and (live is not None or lines[-1].step is not AddressStep.TAKEN):
                return lines[-1]
            if live is not None:
                raise PayoutExists(live.id, live.state)
            return await self._ask(tx, payment, gateway, actor, reason, len(lines) + 1)

    async def _ask(
        self, tx: Transaction, payment: Payment, gateway: PayoutGateway, actor: str, reason: str, number: int
    ) -> AddressLine:
        now = self.clock.now()
        amount, value = await refundable_money(tx, payment, gateway.asset, None)
        user = await tx.users.get(payment.tg_id)
        if user is not None and not user.balance.covers(value):
            raise InsufficientBalance(user.balance, value)
        question = AddressLine(payment.id, number, payment.tg_id, AddressStep.ASKED, actor, now, reason=reason)
        await tx.payout_addresses.add(question)
        subject = subject_of(payment.tg_id)
        await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, "ask_payout_address", subject, reason, now))
        notice = PayoutAddressWanted(payment.id, number, amount.currency.code, amount.units)
        await notify(tx, self.ids, payment.tg_id, notice, now)
        return question
