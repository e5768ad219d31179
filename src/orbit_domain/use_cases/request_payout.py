"""The owner wants to send a payment's money back by a transfer of their own."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PaymentId, PayoutId
from orbit_domain.ledger.payout_entries import payout_reserved
from orbit_domain.payment.payment import NoSuchPayment
from orbit_domain.payment.payout import (
    Payout,
    PayoutExists,
    PayoutGateway,
    PayoutState,
    checked_memo,
    new_reference,
)
from orbit_domain.payment.payout_address import AddressNotTaken, AddressProblem
from orbit_domain.payment.ports import Gateways, RefundUnsupported, Transfer
from orbit_domain.steps.payout_question import take_address
from orbit_domain.steps.refundable_money import refundable_money
from orbit_domain.storage import AdminAction, Storage, Transaction, subject_of


@dataclass(frozen=True, slots=True)
class PayoutWish:
    """Where a payment's money is to go, as its customer wrote it.

    `memo` is the comment that the receiver, an exchange, demands; empty: none. Never what the payment came from: an
    exchange pays from accounts that aren't its customers'. `line` is the number of the line that says it, where the
    customer was asked in the messenger; None: the owner has typed it.
    """

    payment_id: PaymentId
    destination: str
    memo: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class AskedPayout:
    """A payout, and what the owner has to send for it."""

    payout: Payout
    transfer: Transfer


@dataclass(frozen=True, slots=True)
class RequestPayout:
    """The money leaves the balance, and the owner is told what to send. It is done when the transfer is seen.

    The same wish again returns the same payout. Raises NoSuchPayment, MethodUnavailable, RefundUnsupported,
    RefundRefused, BadDestination, PayoutExists (another one waits or was sent), AddressNotTaken (the customer has said
    otherwise since), and InsufficientBalance: what was bought with the money has to be refunded first.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways

    async def __call__(self, wish: PayoutWish, actor: str, reason: str) -> AskedPayout:
        async with self.storage.transaction() as tx:
            payment = await tx.payments.get(wish.payment_id)
        if payment is None:
            raise NoSuchPayment(wish.payment_id)
        gateway = self.gateways.get(payment.method)
        if not isinstance(gateway, PayoutGateway):
            raise RefundUnsupported(payment.method)
        destination = gateway.destination(wish.destination)
        memo = checked_memo(payment.method, wish.memo) if wish.memo else ""
        async with self.storage.transaction() as tx:
            await tx.users.lock(payment.tg_id)
            payout = await tx.payouts.live_of_payment(payment.id)
            lines = await tx.payout_addresses.of_payment(payment.id)
            if payout is None:
                if wish.line is not None and lines[-1].number != wish.line:
                    raise AddressNotTaken(payment.id, AddressProblem.CHANGED)
                amount, value = await refundable_money(tx, payment, gateway.asset, None)
                payout = Payout(
                    id=PayoutId(self.ids.uuid()),
                    payment_id=payment.id,
                    tg_id=payment.tg_id,
                    method=payment.method,
                    amount=amount,
                    destination=destination,
                    comment=memo or new_reference(self.ids),
                    state=PayoutState.WAITING,
                    created_at=self.clock.now(),
                    actor=actor,
                )
                reserved = payout_reserved(payout.id, payout.tg_id, amount, value, payout.created_at, actor, reason)
                await tx.ledger.post(reserved)
                await tx.payouts.add(payout)
                await take_address(tx, lines, destination, memo, actor, payout.created_at)
                await self._log(tx, payout, reason)
            elif not payout.is_waiting or payout.destination != destination or (memo and payout.comment != memo):
                raise PayoutExists(payout.id, payout.state)
        return AskedPayout(payout, gateway.ask_for(payout))

    async def _log(self, tx: Transaction, payout: Payout, reason: str) -> None:
        await tx.admin_log.add(
            AdminAction(
                id=self.ids.uuid(),
                actor=payout.actor,
                action="request_payout",
                subject=subject_of(payout.tg_id),
                reason=reason,
                at=payout.created_at,
            )
        )
