"""A messenger's question before it takes a customer's money: may this payment be made now?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orbit_domain.ids import TelegramId
from orbit_domain.payment.inbox import InboxEntry
from orbit_domain.payment.payment import Payment, PaymentStatus

APPROVAL_HOLD = timedelta(minutes=1)
"""How long an approved payment admits no second one: by then its money is read, or it won't come."""


class PreCheckoutProblem(StrEnum):
    """Why a payment may not be made. Nothing is taken from the customer then."""

    UNKNOWN = "unknown"
    FOREIGN = "foreign"
    CHANGED = "changed"
    PAID = "paid"
    NOT_NEEDED = "not_needed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    IN_PROGRESS = "in_progress"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class PreCheckout:
    """The question, identified by (source, query id): *payer* is about to pay *units* of *currency*.

    `invoice_id` names the request that is to be paid. `payload` is the whole question as JSON text.
    """

    source: str
    query_id: str
    payer: TelegramId
    invoice_id: str
    currency: str
    units: int
    payload: str


def problem_with(
    query: PreCheckout, payment: Payment | None, approvals: Iterable[InboxEntry], *, is_order_open: bool, now: datetime
) -> PreCheckoutProblem | None:
    """Why *query* may not be approved; None when it may.

    *payment* is the request that it names, *is_order_open* whether what the money is meant for still needs it, and
    *approvals* are the questions about this payment that were approved of late.
    """
    if payment is None:
        return PreCheckoutProblem.UNKNOWN
    if payment.tg_id != query.payer:
        return PreCheckoutProblem.FOREIGN
    if (payment.quote.asset.code, payment.quote.due.units) != (query.currency, query.units):
        return PreCheckoutProblem.CHANGED
    if (closed := _closed(payment, is_order_open=is_order_open, now=now)) is not None:
        return closed
    # The same question again is the first one: Telegram sends it again when the answer was lost.
    others = (entry for entry in approvals if entry.payload != query.payload)
    if any(now - entry.received_at < APPROVAL_HOLD for entry in others):
        return PreCheckoutProblem.IN_PROGRESS
    return None


def _closed(payment: Payment, *, is_order_open: bool, now: datetime) -> PreCheckoutProblem | None:
    """Why the payment asks for no money any more."""
    if payment.recurrence is not None and payment.recurrence.is_due(now):
        return None  # Telegram offers the same invoice again to whoever had too few Stars when the period was over.
    if payment.status is PaymentStatus.CONFIRMED:
        return PreCheckoutProblem.PAID
    if not is_order_open:
        return PreCheckoutProblem.NOT_NEEDED
    if payment.status is PaymentStatus.CANCELLED:
        return PreCheckoutProblem.CANCELLED
    if not payment.is_open or now >= payment.expires_at:
        return PreCheckoutProblem.EXPIRED
    return None


def approval_ids(payment: Payment, now: datetime) -> tuple[str, str]:
    """The names of the approvals in this span of APPROVAL_HOLD and in the one before: each span has one at most."""
    span = (now - payment.created_at) // APPROVAL_HOLD
    return f"approved:{payment.id}:{span}", f"approved:{payment.id}:{span - 1}"


def refusal_id(query: PreCheckout, problem: PreCheckoutProblem) -> str:
    """The name under which a refused question is recorded."""
    return f"refused:{query.query_id}:{problem}"
