"""The life of an order."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from orbit_domain.ids import Nonce, OrderId, TelegramId
from orbit_domain.order.order import Order, OrderClosed, OrderState
from orbit_testing.samples import SEEDED_PLANS

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
FOLLOWS = {
    OrderState.OPEN: {OrderState.OPEN, OrderState.PAID, OrderState.CANCELLED},
    OrderState.PAID: {OrderState.PAID, OrderState.DELIVERED},
    OrderState.DELIVERED: {OrderState.DELIVERED},
    OrderState.CANCELLED: {OrderState.CANCELLED},
}


class OrderLife(RuleBasedStateMachine):
    """With taps, payments and deliveries in any order, an order is paid once and delivered only when paid."""

    @initialize(plan=st.integers(0, len(SEEDED_PLANS) - 1))
    def a_plan_is_chosen(self, plan: int) -> None:
        chosen = SEEDED_PLANS[plan]
        self.now = NOON
        self.first = Order(
            OrderId(UUID(int=1)), TelegramId(42), Nonce("n"), chosen.terms, chosen.price, OrderState.OPEN, NOON
        )
        self.order = self.before = self.first
        self.debits = 0
        self.deliveries = 0

    def becomes(self, order: Order) -> None:
        """Set the order to *order* and keep the previous one."""
        self.before, self.order = self.order, order

    @rule(seconds=st.integers(1, 100_000))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.becomes(self.order)

    @rule()
    def the_balance_pays(self) -> None:
        before = self.order
        with suppress(OrderClosed):
            self.becomes(self.order.pay(self.now))
            self.debits += 1
        assert (self.order is before) == (not before.is_open), "only an open order takes money"

    @rule()
    def every_key_is_confirmed(self) -> None:
        delivered = self.order.deliver(self.now)
        self.deliveries += delivered is not self.order
        self.becomes(delivered)

    @rule()
    def the_customer_cancels(self) -> None:
        self.becomes(self.order.cancel())

    @invariant()
    def invariants_hold(self) -> None:
        """All invariants in one method: the example then has one line for each step."""
        self.states_only_move_forward()
        self.paid_for_exactly_once_and_delivered_at_most_once()
        self.times_say_what_happened()
        self.the_terms_never_change()

    def states_only_move_forward(self) -> None:
        assert self.order.state in FOLLOWS[self.before.state]

    def paid_for_exactly_once_and_delivered_at_most_once(self) -> None:
        assert self.debits == (self.order.state in {OrderState.PAID, OrderState.DELIVERED})
        assert self.deliveries == (self.order.state is OrderState.DELIVERED)

    def times_say_what_happened(self) -> None:
        assert (self.order.paid_at is not None) == (self.debits == 1)
        assert (self.order.delivered_at is not None) == (self.deliveries == 1)
        known = [at for at in (self.order.created_at, self.order.paid_at, self.order.delivered_at) if at is not None]
        assert known == sorted(known)

    def the_terms_never_change(self) -> None:
        for name in ("id", "tg_id", "nonce", "terms", "price", "created_at"):
            assert getattr(self.order, name) == getattr(self.first, name)


TestOrderLife = OrderLife.TestCase
