"""Answer a messenger that is about to take a customer's money."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.payment.inbox import InboxEntry
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.pre_checkout import (
    PreCheckout,
    PreCheckoutProblem,
    approval_ids,
    problem_with,
    refusal_id,
)
from orbit_domain.steps.stars_invoice import payment_of_invoice
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class PreCheckoutAnswer:
    """Yes without a `problem`. `payer` is None for a person who never pressed /start."""

    problem: PreCheckoutProblem | None
    payer: User | None


@dataclass(frozen=True, slots=True)
class AnswerPreCheckout:
    """Decide, and record the question with its answer in one transaction. Nothing is booked: yes is not money yet.

    The payment is locked, so that of two payments of one request the second is refused.
    """

    storage: Storage
    clock: Clock

    async def __call__(self, query: PreCheckout) -> PreCheckoutAnswer:
        async with self.storage.transaction() as tx:
            payment = await _payment(tx, query)
            now = self.clock.now()
            payer = await tx.users.get(query.payer)
            problem = _turned_away(payer) or await _problem(tx, query, payment, now)
            name = _name(query, payment, problem, now)
            await tx.inbox.add(InboxEntry(query.source, name, query.payload, now))
            return PreCheckoutAnswer(problem, payer)


def _turned_away(payer: User | None) -> PreCheckoutProblem | None:
    """Whether the shop takes nothing from *payer*; who deletes the account cancels what was still to be paid."""
    if payer is None or payer.is_welcome:
        return None
    return PreCheckoutProblem.CANCELLED if payer.banned_at is None else PreCheckoutProblem.BANNED


async def _payment(tx: Transaction, query: PreCheckout) -> Payment | None:
    """The payment that is asked about, held until the answer is recorded."""
    named = await payment_of_invoice(tx, query.invoice_id)
    return None if named is None else await tx.payments.lock(named.id)


async def _problem(
    tx: Transaction, query: PreCheckout, payment: Payment | None, now: datetime
) -> PreCheckoutProblem | None:
    if payment is None:
        return PreCheckoutProblem.UNKNOWN
    order = await tx.orders.get(payment.order_id) if payment.order_id is not None else None
    recorded = [await tx.inbox.get(query.source, name) for name in approval_ids(payment, now)]
    approvals = [entry for entry in recorded if entry is not None]
    return problem_with(query, payment, approvals, is_order_open=order is None or order.is_open, now=now)


def _name(query: PreCheckout, payment: Payment | None, problem: PreCheckoutProblem | None, now: datetime) -> str:
    if problem is not None:
        return refusal_id(query, problem)
    if payment is None:
        raise ValueError("a payment that isn't there was approved")
    return approval_ids(payment, now)[0]
