"""Faults of OrbitVPN with orders: paid counted as delivered, and a double click undid a payment."""

import pytest

from orbit_domain.order.order import OrderClosed, OrderState
from tests.unit.order.test_order import LATER, order


def test_paid_while_the_panel_is_down_is_paid_and_waits() -> None:
    """A failing panel neither undoes the payment nor counts as delivery: the order stays paid until the keys work."""
    paid = order().pay(LATER)
    assert (paid.state, paid.delivered_at) == (OrderState.PAID, None)
    assert paid.deliver(LATER).state is OrderState.DELIVERED


def test_a_double_click_on_buy_pays_once() -> None:
    """The second of two taps finds the order paid and is refused: there is no second debit."""
    with pytest.raises(OrderClosed):
        order().pay(LATER).pay(LATER)


def test_a_double_click_on_cancel_takes_nothing_that_was_paid() -> None:
    """Repeated cancelling changes neither a paid order nor a delivered one."""
    for state in (OrderState.PAID, OrderState.DELIVERED):
        assert order(state).cancel().cancel() == order(state)
