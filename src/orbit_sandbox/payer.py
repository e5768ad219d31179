"""Payments from a customer's wallet: the exact amount, and the usual mistakes."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from orbit_domain.money import TON, USDT, Money
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
    WRONG_ASSET = "wrong_asset"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class WalletInvoice:
    """What the customer has to send: coins or USDT, the comment, and how long the invoice stays open."""

    due: Money
    comment: str
    open_for: timedelta


def pay(sandbox: Sandbox, customer_id: int, invoice: WalletInvoice, scenario: PaymentScenario) -> None:
    """Send what is due from the customer's wallet. LATE first moves the clock past the deadline."""
    if scenario is PaymentScenario.LATE:
        sandbox.clock.advance(max(timedelta(0), invoice.open_for) + _PAST_DEADLINE)
    comment = _comment(invoice.comment, scenario)
    for _ in range(2 if scenario is PaymentScenario.TWICE else 1):
        _send(sandbox, sandbox.wallet_of(customer_id), _amount(invoice.due, scenario), comment)
    sandbox.telegram.signal.send()


def _send(sandbox: Sandbox, wallet: str, amount: Money, comment: str | None) -> None:
    if amount.currency == USDT:
        sandbox.usdt.pay(wallet, sandbox.shop_wallet, amount.units, comment)
    else:
        sandbox.chain.pay(wallet, sandbox.shop_wallet, amount.units, comment)


def _amount(due: Money, scenario: PaymentScenario) -> Money:
    """One whole unit of the other asset is what a customer sends who has mixed them up."""
    if scenario is PaymentScenario.WRONG_ASSET:
        other = TON if due.currency == USDT else USDT
        return Money(10**other.decimals, other)
    if scenario is PaymentScenario.HALF:
        return replace(due, units=due.units // 2)
    return replace(due, units=due.units * 2) if scenario is PaymentScenario.DOUBLE else due


def _comment(comment: str, scenario: PaymentScenario) -> str | None:
    if scenario is PaymentScenario.NO_COMMENT:
        return None
    if scenario is PaymentScenario.WRONG_COMMENT:
        return comment[:-1] + ("1" if comment[-1] == "0" else "0")
    if scenario is PaymentScenario.SLOPPY:
        return f" {comment[:3]} {comment[3:8]} {comment[8:]} ".lower()
    return comment
