"""Before a messenger takes money it asks: each reason to say no, and the only case of a yes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.money import STARS, TON, Money
from orbit_domain.payment.inbox import InboxEntry
from orbit_domain.payment.payment import Payment, PaymentStatus
from orbit_domain.payment.pre_checkout import PreCheckout, PreCheckoutProblem, approval_ids, problem_with, refusal_id
from tests.unit.payment.samples import AT_DEADLINE, make_payment, minute

QUESTION = PreCheckout("stars", "query-1", TelegramId(42), "invoice-1", TON.code, 1_000_000_000, '{"id": 1}')
OPEN = make_payment()
IN_TIME = minute(5)


def problem(
    query: PreCheckout = QUESTION,
    payment: Payment | None = OPEN,
    approvals: Iterable[InboxEntry] = (),
    now: datetime = IN_TIME,
    *,
    is_order_open: bool = True,
) -> PreCheckoutProblem | None:
    """Why *query* may not be approved."""
    return problem_with(query, payment, approvals, is_order_open=is_order_open, now=now)


def approval(payload: str, at: datetime) -> InboxEntry:
    """An approved question about the same payment."""
    return InboxEntry("stars", "approved:1:0", payload, at)


def test_what_is_asked_for_may_be_paid() -> None:
    """An open payment, its own customer, its own sum, in time, and nobody else paying: yes, to the last second."""
    assert problem() is None
    assert problem(now=minute(AT_DEADLINE - 0.01)) is None


@pytest.mark.parametrize(
    ("query", "payment", "expected"),
    [
        (QUESTION, None, PreCheckoutProblem.UNKNOWN),
        (replace(QUESTION, payer=TelegramId(43)), OPEN, PreCheckoutProblem.FOREIGN),
        (replace(QUESTION, units=999_999_999), OPEN, PreCheckoutProblem.CHANGED),
        (replace(QUESTION, units=1_000_000_001), OPEN, PreCheckoutProblem.CHANGED),
        (replace(QUESTION, currency=STARS.code), OPEN, PreCheckoutProblem.CHANGED),
        (QUESTION, make_payment(due=Money(1_000_000_000, STARS)), PreCheckoutProblem.CHANGED),
        (QUESTION, make_payment(PaymentStatus.CONFIRMED), PreCheckoutProblem.PAID),
        (QUESTION, make_payment(PaymentStatus.CANCELLED), PreCheckoutProblem.CANCELLED),
        (QUESTION, make_payment(PaymentStatus.EXPIRED), PreCheckoutProblem.EXPIRED),
    ],
)
def test_each_reason_to_say_no(query: PreCheckout, payment: Payment | None, expected: PreCheckoutProblem) -> None:
    """Unknown, foreign, changed or closed: the customer keeps the money and is told why."""
    assert problem(query, payment) is expected


def test_at_the_deadline_it_is_too_late() -> None:
    """A payment that is due to expire isn't approved any more, even if nobody has closed it yet."""
    assert problem(now=minute(AT_DEADLINE)) is PreCheckoutProblem.EXPIRED


@pytest.mark.parametrize("status", [PaymentStatus.PENDING, PaymentStatus.CANCELLED, PaymentStatus.EXPIRED])
def test_nothing_is_paid_for_that_nobody_needs(status: PaymentStatus) -> None:
    """An order that is paid or cancelled meanwhile needs no money, whatever the payment's state."""
    assert problem(payment=make_payment(status), is_order_open=False) is PreCheckoutProblem.NOT_NEEDED


def test_a_paid_payment_is_paid_whatever_its_order() -> None:
    """Paid is the first thing that a customer is told."""
    paid = make_payment(PaymentStatus.CONFIRMED)
    assert problem(payment=paid, is_order_open=False) is PreCheckoutProblem.PAID


def test_while_one_is_paying_a_second_one_waits() -> None:
    """An approved question holds the payment for a minute; the same question again is no second one."""
    held = (approval('{"id": 2}', minute(4.5)),)
    assert problem(approvals=held) is PreCheckoutProblem.IN_PROGRESS
    assert problem(approvals=held, now=minute(5.5)) is None
    assert problem(approvals=(approval(QUESTION.payload, minute(4.5)),)) is None
    both = (approval(QUESTION.payload, minute(4.9)), *held)
    assert problem(approvals=both) is PreCheckoutProblem.IN_PROGRESS


def test_each_minute_has_one_approval() -> None:
    """Two questions of one minute have one name; the name of the minute before is looked at too."""
    payment_id = OPEN.id
    assert approval_ids(OPEN, minute(5)) == (f"approved:{payment_id}:5", f"approved:{payment_id}:4")
    assert approval_ids(OPEN, minute(5.99)) == approval_ids(OPEN, minute(5))
    assert refusal_id(QUESTION, PreCheckoutProblem.PAID) == "refused:query-1:paid"
