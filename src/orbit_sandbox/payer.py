"""How people pay: exactly, and in all the ways they get it wrong."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from orbit_sandbox.sandbox import Sandbox

_TAIL_SWAP = {"0": "1"}


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
class Bill:
    """What a customer is asked to send: nanotons, with which comment, and how long the window is still open."""

    nanotons: int
    comment: str
    open_for: timedelta


def pay(sandbox: Sandbox, customer_id: int, bill: Bill, how: PaymentScenario) -> None:
    """Send coins for *bill* from the customer's wallet. LATE first lets the window pass."""
    if how is PaymentScenario.LATE:
        sandbox.clock.advance(max(timedelta(0), bill.open_for) + timedelta(minutes=2))
    amount = {PaymentScenario.HALF: bill.nanotons // 2, PaymentScenario.DOUBLE: bill.nanotons * 2}.get(
        how, bill.nanotons
    )
    for _ in range(2 if how is PaymentScenario.TWICE else 1):
        sandbox.chain.pay(sandbox.wallet_of(customer_id), sandbox.shop_wallet, amount, _comment(bill.comment, how))
    sandbox.telegram.signal.send()


def _comment(memo: str, how: PaymentScenario) -> str | None:
    if how is PaymentScenario.NO_COMMENT:
        return None
    if how is PaymentScenario.WRONG_COMMENT:
        return memo[:-1] + _TAIL_SWAP.get(memo[-1], "0")
    if how is PaymentScenario.SLOPPY:
        return f" {memo[:3]} {memo[3:8]} {memo[8:]} ".lower()
    return memo
