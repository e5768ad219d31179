"""An order of one plan: its allowed and its refused transitions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.ids import Nonce, OrderId, TelegramId
from orbit_domain.money import rub
from orbit_domain.order.order import NoSuchOrder, Order, OrderClosed, OrderState, TrialUsed
from orbit_testing.samples import SEEDED_PLANS

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
MONTH = SEEDED_PLANS[1]


def order(state: OrderState = OrderState.OPEN) -> Order:
    """An order of the one-month plan in *state*."""
    paid = NOON if state in {OrderState.PAID, OrderState.DELIVERED} else None
    delivered = NOON if state is OrderState.DELIVERED else None
    return Order(
        OrderId(UUID(int=1)), TelegramId(42), Nonce("n1"), MONTH.terms, MONTH.price, state, NOON, paid, delivered
    )


def test_paying_an_open_order_makes_it_paid_and_not_delivered() -> None:
    """Paid and delivered are two states: the moment of payment is known, that of delivery isn't yet."""
    paid = order().pay(LATER)
    assert (paid.state, paid.paid_at, paid.delivered_at) == (OrderState.PAID, LATER, None)
    assert replace(paid, state=OrderState.OPEN, paid_at=None) == order()


@pytest.mark.parametrize("state", [state for state in OrderState if state is not OrderState.OPEN])
def test_only_an_open_order_can_be_paid(state: OrderState) -> None:
    """A second payment of the same order, or one of a cancelled order, is refused with the state it found."""
    with pytest.raises(OrderClosed) as refused:
        order(state).pay(LATER)
    assert (refused.value.order_id, refused.value.state) == (UUID(int=1), state)


def test_a_paid_order_is_delivered_once() -> None:
    """The first delivery stays recorded."""
    delivered = order(OrderState.PAID).deliver(LATER)
    assert (delivered.state, delivered.paid_at, delivered.delivered_at) == (OrderState.DELIVERED, NOON, LATER)
    assert delivered.deliver(LATER + timedelta(days=1)) == delivered


@pytest.mark.parametrize("state", [state for state in OrderState if state is not OrderState.PAID])
def test_only_a_paid_order_is_delivered(state: OrderState) -> None:
    """Working keys never make an unpaid, cancelled or refunded order a delivered one."""
    assert order(state).deliver(LATER) == order(state)


def test_an_open_order_can_be_cancelled() -> None:
    """An unpaid order is cancelled."""
    assert order().cancel() == order(OrderState.CANCELLED)


@pytest.mark.parametrize("state", [state for state in OrderState if state is not OrderState.OPEN])
def test_cancelling_changes_nothing_that_was_paid(state: OrderState) -> None:
    """A paid order isn't cancelled, it is refunded: cancelling changes nothing."""
    assert order(state).cancel() == order(state)


@pytest.mark.parametrize("state", OrderState)
def test_only_an_open_order_waits_for_money(state: OrderState) -> None:
    """An order in any other state expects no money."""
    assert order(state).is_open is (state is OrderState.OPEN)


@pytest.mark.parametrize("step", [lambda one: one.pay(LATER), lambda one: one.pay(LATER).deliver(LATER), Order.cancel])
def test_an_order_keeps_the_terms_it_was_made_with(step) -> None:
    """Price, days and traffic stay those of the order's creation, through every later change."""
    kept = step(order())
    assert (kept.price, kept.terms.code, kept.terms.days) == (rub(12_900), "sub_1m", 30)
    assert (kept.id, kept.tg_id, kept.nonce, kept.created_at) == (UUID(int=1), 42, "n1", NOON)


@pytest.mark.parametrize(
    "refusal", [NoSuchOrder(OrderId(UUID(int=7))), OrderClosed(OrderId(UUID(int=7)), OrderState.PAID), TrialUsed(NOON)]
)
def test_refusals_carry_facts(refusal: Refusal) -> None:
    """A refusal holds the facts for the customer's message and for the log."""
    assert isinstance(refusal, Refusal)
    assert vars(refusal)
    assert type(refusal).__name__ in str(refusal)
