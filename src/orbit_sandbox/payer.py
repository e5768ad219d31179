"""Payments from a customer's wallet: the exact amount, and the usual mistakes."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from orbit_sandbox.sandbox import Sandbox

_PAST_DEADLINE = timedelta(minutes=2)


class PaymentScenario(StrEnum):
    """The buttons of the sandbox wallet."""

    EXACT = "exact"
    HALF = "half"
    DOUBLE = "double"
    TWICE = "twice"
    NO_COMMENT = "no_comment"
    WRONG_COMMENT = "wrong_comment"
    SLOPPY = "sloppy"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class TonInvoice:
    """What the customer has to send: nanotons, the comment, and how long the invoice stays open."""

    nanotons: int
    comment: str
    open_for: timedelta


def pay(sandbox: Sandbox, customer_id: int, invoice: TonInvoice, scenario: PaymentScenario) -> None:
    """Send coins for *invoice* from the customer's wallet. LATE first moves the clock past the deadline."""
    if scenario is PaymentScenario.LATE:
        sandbox.clock.advance(max(timedelta(0), invoice.open_for) + _PAST_DEADLINE)
    comment = _comment(invoice.comment, scenario)
    for _ in range(2 if scenario is PaymentScenario.TWICE else 1):
        amount = _amount(invoice.nanotons, scenario)
        sandbox.chain.pay(sandbox.wallet_of(customer_id), sandbox.shop_wallet, amount, comment)
    sandbox.telegram.signal.send()


def _amount(nanotons: int, scenario: PaymentScenario) -> int:
    if scenario is PaymentScenario.HALF:
        return nanotons // 2
    return nanotons * 2 if scenario is PaymentScenario.DOUBLE else nanotons


def _comment(comment: str, scenario: PaymentScenario) -> str | None:
    if scenario is PaymentScenario.NO_COMMENT:
        return None
    if scenario is PaymentScenario.WRONG_COMMENT:
        return comment[:-1] + ("1" if comment[-1] == "0" else "0")
    if scenario is PaymentScenario.SLOPPY:
        return f" {comment[:3]} {comment[3:8]} {comment[8:]} ".lower()
    return comment
