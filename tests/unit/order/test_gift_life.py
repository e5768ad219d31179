"""The life of a gift: one pays, one takes it, and its price goes back at most once."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from orbit_domain.errors import Refusal
from orbit_domain.gift.gift import (
    CODE_BITS,
    MESSAGE_CHARS,
    GiftTaken,
    GiftWithdrawn,
    NoSuchGift,
    NotAGiftMessage,
    gift_hash,
    new_gift_code,
    read_gift_message,
    read_person_name,
)
from orbit_domain.ids import Nonce, OrderId, PlanCode, TelegramId
from orbit_domain.order.order import Order, OrderState, gift_nonce, plan_nonce
from orbit_testing.samples import SEEDED_PLANS

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
GIVER = TelegramId(42)
people = st.integers(42, 45).map(TelegramId)


class GiftLife(RuleBasedStateMachine):
    """Whatever people, workers and refunds do in any order: one taker, who never changes, and no time before money."""

    @initialize()
    def a_gift_is_chosen(self) -> None:
        plan = SEEDED_PLANS[1]
        self.now = NOON
        self.order = Order(
            OrderId(UUID(int=1)), GIVER, Nonce("n"), plan.terms, plan.price, OrderState.OPEN, NOON, is_gift=True
        )
        self.taker: TelegramId | None = None
        self.debits = self.refunds = self.takings = 0

    @rule(seconds=st.integers(1, 100_000))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(step=st.sampled_from(["pay", "refund"]))
    def money_moves(self, step: str) -> None:
        act: Callable[[], Order] = self.order.refund if step == "refund" else lambda: self.order.pay(self.now)
        with suppress(Refusal):
            self.order = act()
            self.debits += step == "pay"
            self.refunds += step == "refund"

    @rule(who=people)
    def somebody_takes_it(self, who: TelegramId) -> None:
        before, could = self.order, self.order.is_to_take
        try:
            self.order = before.take(who, self.now)
        except GiftTaken:
            assert self.taker not in (None, who)
        except GiftWithdrawn:
            assert before.state is OrderState.REFUNDED
        except NoSuchGift:
            assert before.state in (OrderState.OPEN, OrderState.CANCELLED)
        else:
            self.takings += self.order != before
            assert could == (self.order != before)
            self.taker = who

    @rule()
    def every_key_is_confirmed(self) -> None:
        self.order = self.order.deliver(self.now)

    @rule()
    def the_giver_cancels(self) -> None:
        self.order = self.order.cancel()

    @invariant()
    def one_gift_is_one_gift(self) -> None:
        """Money moves once each way, time once; what is delivered was paid and taken, and belongs to the taker."""
        order = self.order
        assert self.refunds <= self.debits <= 1
        assert self.takings <= self.debits
        assert (order.taken.by if order.taken else None) == self.taker
        assert order.holder == (self.taker or GIVER)
        assert (order.delivered_at is not None) <= (order.taken is not None)
        assert order.due_since == (order.taken.at if order.taken else None)
        assert order.awaits_taker == (self.taker is None)


TestGiftLife = GiftLife.TestCase


def test_an_ordinary_order_is_nobodys_gift() -> None:
    """It can't be taken, and it is its payer's, due since it was paid."""
    plan = SEEDED_PLANS[1]
    order = Order(OrderId(UUID(int=1)), GIVER, Nonce("n"), plan.terms, plan.price, OrderState.OPEN, NOON).pay(NOON)
    with pytest.raises(NoSuchGift):
        order.take(GIVER, NOON)
    assert (order.holder, order.due_since, order.awaits_taker, order.is_to_take) == (GIVER, NOON, False, False)


@given(plan=st.from_regex(r"\A[A-Za-z0-9_.-]{1,32}\Z"), other=st.from_regex(r"\A[A-Za-z0-9_.-]{1,32}\Z"))
def test_the_same_list_sells_and_gives_a_plan(plan: str, other: str) -> None:
    """One list of plans makes one order and one gift of each: no plan's code makes the one the other."""
    assert gift_nonce(PlanCode(plan), Nonce("a1")) != plan_nonce(PlanCode(other), Nonce("a1"))


@given(bits=st.integers(0, 2**CODE_BITS - 1), others=st.integers(0, 2**CODE_BITS - 1))
def test_each_code_is_another_link(bits: int, others: int) -> None:
    """Every code fits into a link of Telegram's, and different bits are different codes with different hashes."""
    code, other = new_gift_code(bits), new_gift_code(others)
    assert len(code) == 32
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    assert (code == other) == (bits == others) == (gift_hash(code) == gift_hash(other))


@given(typed=st.text(max_size=3 * MESSAGE_CHARS))
def test_a_message_is_one_line_or_refused(typed: str) -> None:
    """What is kept has something to read, no control characters, no doubled blanks, and isn't too long."""
    with suppress(NotAGiftMessage):
        message = read_gift_message(typed)
        assert 0 < len(message) <= MESSAGE_CHARS
        assert message == " ".join(message.split())
        assert message == read_gift_message(message)
    assert len(read_person_name(typed)) <= 64
