"""Unmatched money becomes a customer's, because a person says so."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.ids import ClaimId, Ids, TelegramId
from orbit_domain.ledger.entries import money_credited
from orbit_domain.money import Money
from orbit_domain.notice.notice import MoneyCredited
from orbit_domain.payment.claim import ClaimState
from orbit_domain.payment.payment import Method
from orbit_domain.payment.receipt import Receipt
from orbit_domain.steps.collect_debt import collect_debt
from orbit_domain.steps.notify import notify
from orbit_domain.steps.pay_chosen_order import pay_chosen_order
from orbit_domain.steps.returned_money import returned_units
from orbit_domain.storage import AdminAction, Transaction, subject_of

ASSIGNED = "assign_receipt"
"""The action of the admin log; its reason begins with the receipt's name."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """*receipt* is worth *value* to *tg_id*: who says so, why, and the open claim that asked for it, if one did."""

    receipt: Receipt
    tg_id: TelegramId
    value: Money
    actor: str
    reason: str
    claim_id: ClaimId | None = None


async def assign_money(tx: Transaction, given: Assigned, now: datetime, ids: Ids) -> bool:
    """Credit it, with an audit row, pay what the customer chose last, and tell them.

    False: it was credited before, or has gone back whole; of one that has gone back in part the rest is credited.

    Raises NoSuchUser, NoSuchClaim, ClaimDecided.
    """
    receipt, tg_id = given.receipt, given.tg_id
    # No reversal is booked meanwhile.
    await tx.cursors.lock(receipt.source)
    await tx.users.lock(tg_id)
    amount, value = await _left(tx, given)
    if value.is_zero:
        return False
    await _approve_claims(tx, given)
    entry = money_credited(receipt.ref, tg_id, amount, value, now, given.actor, given.reason)
    if not await tx.ledger.post(entry):
        return False
    await collect_debt(tx, tg_id, receipt.ref, now)
    why = f"{receipt.ref}: {given.reason}"
    await tx.admin_log.add(AdminAction(ids.uuid(), given.actor, ASSIGNED, subject_of(tg_id), why, now))
    order = await pay_chosen_order(tx, tg_id, Method(receipt.method), now, ids)
    if order.paid:
        return True  # The receipt of the order says what is left on the balance.
    order_id = order.open.id if order.open else None
    await notify(tx, ids, tg_id, MoneyCredited(value.units, order_id=order_id, receipt_ref=receipt.ref), now)
    return True


async def _left(tx: Transaction, given: Assigned) -> tuple[Money, Money]:
    """What of the receipt hasn't gone back, and what that is worth."""
    arrived = given.receipt.amount
    units = arrived.units - await returned_units(tx, given.receipt)
    value = given.value.units * units // arrived.units
    return Money(units, arrived.currency), Money(value, given.value.currency)


async def _approve_claims(tx: Transaction, given: Assigned) -> None:
    """The customer's claims on the receipt got what they asked for; those of others are the owner's to reject."""
    if given.claim_id is not None:
        claim = await tx.receipt_claims.lock(given.claim_id)
        await tx.receipt_claims.save(claim.decide(ClaimState.APPROVED))
    for claim in await tx.receipt_claims.open_of_receipt(given.receipt.source, given.receipt.external_id):
        if claim.tg_id == given.tg_id:
            await tx.receipt_claims.save(claim.decide(ClaimState.APPROVED))
