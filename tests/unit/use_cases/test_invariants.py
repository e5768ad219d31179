"""The invariants themselves: they hold for a calm journey, and each of them finds what breaks it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.money import TON, Money
from orbit_domain.order.order import OrderState
from tests.support.facts import Facts, Sent
from tests.support.invariants import check_ledger, liveness_violations, safety_violations
from tests.unit.use_cases.crash_journey import CrashJourney


@pytest.fixture
async def facts() -> Facts:
    """A customer who bought and renewed without a crash."""
    journey = CrashJourney()
    await journey.run()
    facts = await journey.facts()
    assert facts is not None
    return facts


def test_a_calm_journey_breaks_none(facts: Facts) -> None:
    """Without crashes nothing is violated; another number of months is."""
    assert safety_violations(facts) == liveness_violations(facts) == []
    assert liveness_violations(facts, months=1) != []


async def test_a_panel_that_differs_is_found() -> None:
    """The panel audit is part of what is checked after a journey."""
    journey = CrashJourney()
    await journey.run()
    await check_ledger(journey.world)
    journey.world.panel.disable("orbit_42")
    with pytest.raises(AssertionError, match="ChangedAccount"):
        await check_ledger(journey.world)


def lost_receipt(facts: Facts) -> Facts:
    return replace(facts, receipts={})


def receipt_without_entry(facts: Facts) -> Facts:
    return replace(facts, arrivals=dict.fromkeys(facts.arrivals, ()))


def receipt_with_another_amount(facts: Facts) -> Facts:
    less = {lt: replace(receipt, amount=Money(1, TON)) for lt, receipt in facts.receipts.items()}
    return replace(facts, receipts=less)


def skipped_transfer(facts: Facts) -> Facts:
    return replace(facts, outside=replace(facts.outside, sent=(*facts.outside.sent, Sent(facts.cursor_lt - 1, 1))))


def credit_without_balance(facts: Facts) -> Facts:
    return replace(facts, statement_lines=(*facts.statement_lines, facts.statement_lines[0]))


def balance_without_line(facts: Facts) -> Facts:
    return replace(facts, balance=1)


def debit_without_order(facts: Facts) -> Facts:
    return replace(facts, orders=facts.orders[:1])


def order_without_debit(facts: Facts) -> Facts:
    return replace(facts, statement_lines=facts.statement_lines[:-1])


def order_without_time(facts: Facts) -> Facts:
    return replace(facts, grants=facts.grants[:1])


def time_without_grant(facts: Facts) -> Facts:
    assert facts.ends_at is not None
    return replace(facts, ends_at=facts.ends_at + timedelta(days=1))


def paid_without_message(facts: Facts) -> Facts:
    return replace(facts, messages=())


def paid_without_key(facts: Facts) -> Facts:
    return replace(facts, keys=())


def two_accounts(facts: Facts) -> Facts:
    return replace(facts, outside=replace(facts.outside, accounts=facts.outside.accounts * 2))


def account_that_lasts_too_long(facts: Facts) -> Facts:
    (account,) = facts.outside.accounts
    longer = replace(account, expires_at=account.expires_at + timedelta(seconds=1))
    return replace(facts, outside=replace(facts.outside, accounts=(longer,)))


def delivered_without_account(facts: Facts) -> Facts:
    return replace(facts, outside=replace(facts.outside, accounts=()))


def notice_of_an_unpaid_order(facts: Facts) -> Facts:
    return replace(facts, orders=tuple(replace(order, state=OrderState.OPEN) for order in facts.orders))


def repeated_notice(facts: Facts) -> Facts:
    assert facts.outside.notices is not None
    return replace(facts, outside=replace(facts.outside, notices=facts.outside.notices * 2))


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        (lost_receipt, "was read past"),
        (receipt_without_entry, "was read past"),
        (receipt_with_another_amount, "arrived 0"),
        (skipped_transfer, "is recorded as None"),
        (credit_without_balance, "booked more than once"),
        (balance_without_line, "the balance is 1"),
        (debit_without_order, "debits"),
        (order_without_debit, "debits"),
        (order_without_time, "grants"),
        (time_without_grant, "the time ends at"),
        (paid_without_message, "outbox messages"),
        (paid_without_key, "keys"),
        (two_accounts, "accounts on the panel: 2"),
        (account_that_lasts_too_long, "the panel serves until"),
        (delivered_without_account, "not on the panel"),
        (notice_of_an_unpaid_order, "notified that"),
        (repeated_notice, "notices repeated in 0 crashes"),
    ],
)
def test_what_is_never_allowed_is_found(facts: Facts, broken: Callable[[Facts], Facts], found: str) -> None:
    """Money lost or doubled, goods without money, notices of what isn't so: each is a violation of safety."""
    assert found in "; ".join(safety_violations(broken(facts)))


def paid_order(facts: Facts) -> Facts:
    return replace(facts, orders=(facts.orders[0], replace(facts.orders[1], state=OrderState.PAID)))


def unconfirmed_payment(facts: Facts) -> Facts:
    return replace(facts, payments=())


def unconfirmed_key(facts: Facts) -> Facts:
    (key,) = facts.keys
    return replace(facts, keys=(key.request_change(key.expires_at, key.traffic_bytes, key.created_at),))


def account_of_another_key(facts: Facts) -> Facts:
    (account,) = facts.outside.accounts
    return replace(facts, outside=replace(facts.outside, accounts=(replace(account, key_id="another"),)))


def account_that_ends_too_early(facts: Facts) -> Facts:
    (account,) = facts.outside.accounts
    earlier = replace(account, expires_at=account.expires_at - timedelta(seconds=1))
    return replace(facts, outside=replace(facts.outside, accounts=(earlier,)))


def waiting_message(facts: Facts) -> Facts:
    return replace(facts, messages=(*facts.messages[:-1], replace(facts.messages[-1], done_at=None)))


def missing_notice(facts: Facts) -> Facts:
    assert facts.outside.notices is not None
    return replace(facts, outside=replace(facts.outside, notices=facts.outside.notices[-1:]))


@pytest.mark.parametrize(
    ("unfinished", "found"),
    [
        (paid_order, "the orders are"),
        (unconfirmed_payment, "the confirmed payments are []"),
        (unconfirmed_key, "the keys are"),
        (account_of_another_key, "and should have"),
        (account_that_ends_too_early, "and should have"),
        (waiting_message, "outbox messages that were not sent"),
        (missing_notice, "are paid"),
    ],
)
def test_what_is_left_undone_is_found(facts: Facts, unfinished: Callable[[Facts], Facts], found: str) -> None:
    """Work that is left over is no violation of safety, and one of liveness."""
    assert safety_violations(unfinished(facts)) == []
    assert found in "; ".join(liveness_violations(unfinished(facts)))
