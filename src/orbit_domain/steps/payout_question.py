"""What the owner has asked a customer about where money is to go back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.payment import NoSuchPayment, Payment
from orbit_domain.payment.payout_address import (
    AddressLine,
    AddressNotTaken,
    AddressProblem,
    AddressStep,
    may_be_given,
)
from orbit_domain.storage import Transaction


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A customer's payment, and what was said so far; the newest line isn't TAKEN."""

    payment: Payment
    lines: tuple[AddressLine, ...]


async def open_question(tx: Transaction, tg_id: TelegramId, payment_id: PaymentId) -> OpenQuestion:
    """What *tg_id* is asked about the payment. Raises NoSuchPayment, AddressNotTaken."""
    payment = await tx.payments.get(payment_id)
    if payment is None or payment.tg_id != tg_id:
        raise NoSuchPayment(payment_id)
    lines = await tx.payout_addresses.of_payment(payment_id)
    if not may_be_given(lines):
        raise AddressNotTaken(payment_id, AddressProblem.NOT_ASKED)
    return OpenQuestion(payment, lines)


async def take_address(
    tx: Transaction, lines: Sequence[AddressLine], destination: str, memo: str, actor: str, now: datetime
) -> None:
    """The owner is shown the link to *destination*: from now on the customer says nothing else."""
    if may_be_given(lines):
        newest = lines[-1]
        await tx.payout_addresses.add(
            AddressLine(
                newest.payment_id, newest.number + 1, newest.tg_id, AddressStep.TAKEN, actor, now, destination, memo
            )
        )
