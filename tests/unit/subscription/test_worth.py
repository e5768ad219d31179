"""Changes of plan: value is never created, and less than a kopeck of it is ever lost."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orbit_domain.ids import OrderId, PlanCode, TelegramId
from orbit_domain.subscription.subscription import (
    Grant,
    Subscription,
    conversion_cause,
    fold,
    order_cause,
    order_of,
    refund_cause,
)
from orbit_domain.subscription.worth import LONGEST, Conversion, convert, seconds_worth, worth

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANNA = TelegramId(42)
DAY_S = 86_400
MONTH = PlanCode("sub_1m")
TOO_LONG_S = LONGEST.total_seconds() - 1
# Real prices, one of more than a kopeck a second, and nothing at all.
PRICES = st.sampled_from([0, 1, 5_000, 12_900, 34_900, 50_000, 92_900, 10_000_000])
DAYS = st.sampled_from([1, 3, 30, 90, 365])


def order(number: int) -> OrderId:
    """The *number*-th order."""
    return OrderId(UUID(int=number))


def bought(number: int, seconds: int, at: datetime = NOON) -> Grant:
    """The time of the *number*-th order."""
    return Grant(order_cause(order(number)), ANNA, seconds, at)


class PlanChanges(RuleBasedStateMachine):
    """Purchases of several services, gifts and refunds at any moment: the time left is always worth what it cost.

    The model is a queue of seconds with the price of each, of which time takes the first.
    """

    @initialize()
    def nothing_yet(self) -> None:
        self.now = NOON
        self.subscription = Subscription(ANNA)
        self.grants: list[Grant] = []
        self.rates: dict[OrderId, Fraction] = {}
        self.service: int | None = None
        self.queue: list[tuple[Fraction, Fraction]] = []

    @property
    def left(self) -> Fraction:
        """The seconds that the model has."""
        return sum((seconds for seconds, _ in self.queue), Fraction(0))

    @property
    def value(self) -> Fraction:
        """The kopecks that the model's seconds have cost."""
        return sum((seconds * rate for seconds, rate in self.queue), Fraction(0))

    def record(self, cause: str, seconds: int) -> None:
        """Record one grant."""
        grant = Grant(cause, ANNA, seconds, self.now)
        self.grants.append(grant)
        self.subscription = self.subscription.extend(grant, MONTH)

    @rule(days=st.integers(0, 40), microseconds=st.integers(0, DAY_S * 1_000_000))
    def time_passes(self, days: int, microseconds: int) -> None:
        self.now += timedelta(days=days, microseconds=microseconds)
        passed = Fraction(days * DAY_S) + Fraction(microseconds, 1_000_000)
        queue, self.queue = self.queue, []
        for seconds, rate in queue:
            used = min(seconds, passed)
            passed -= used
            if seconds > used:
                self.queue.append((seconds - used, rate))

    @rule(days=DAYS)
    def days_are_given(self, days: int) -> None:
        self.record(f"gift:{len(self.grants)}", days * DAY_S)
        self.queue.append((Fraction(days * DAY_S), Fraction(0)))

    @rule(kopecks=PRICES, days=DAYS, service=st.integers(1, 3))
    def a_plan_is_bought(self, kopecks: int, days: int, service: int) -> None:
        number, rate = len(self.grants) + 1, Fraction(kopecks, days * DAY_S)
        self.rates[order(number)] = rate
        if self.left and self.service not in (None, service):
            self._convert(number, rate)
        self.service = service
        self.record(order_cause(order(number)), days * DAY_S)
        self.queue.append((Fraction(days * DAY_S), rate))

    def _convert(self, number: int, rate: Fraction) -> None:
        before, free = self.value, sum((seconds for seconds, its_rate in self.queue if not its_rate), Fraction(0))
        changed = convert(self.grants, self.rates, rate, self.now)
        assert (changed is None) == (before == 0), "only what was paid for is converted"
        if changed is None:
            return
        self.record(conversion_cause(order(number)), changed.seconds)
        paid = self.left - free + changed.seconds
        assert paid > -1
        assert rate or paid < 1, "time that costs nothing is left, although its worth is paid out"
        self.queue = [(max(Fraction(0), free + min(Fraction(0), paid)), Fraction(0)), (max(Fraction(0), paid), rate)]
        lost = before - self.value - changed.units
        assert 0 <= lost < 1, "value is created, or a whole kopeck is lost"
        assert not rate or changed.units <= rate or paid > TOO_LONG_S, "what would buy a second is paid out"

    @precondition(lambda self: self.left >= 1)
    @rule(part=st.fractions(0, 1))
    def time_is_taken_back(self, part: Fraction) -> None:
        taken = int(self.left * part)
        self.record(f"refund:{len(self.grants)}", -taken)
        left, self.queue = self.left - taken, self.queue
        queue, self.queue = self.queue, []
        for seconds, rate in queue:
            self.queue.append((min(seconds, left), rate))
            left -= min(seconds, left)

    @invariant()
    def invariants_hold(self) -> None:
        """All invariants in one method: the example then has one line for each step."""
        assert self.subscription.ends_at == fold(ANNA, self.grants)
        assert worth(self.grants, self.rates, self.now) == self.value
        ends_at = self.subscription.ends_at or self.now
        assert max(timedelta(0), ends_at - self.now) == timedelta(microseconds=int(self.left * 1_000_000))


TestPlanChanges = PlanChanges.TestCase
TestPlanChanges.settings = settings(stateful_step_count=25)


@given(PRICES.filter(bool), DAYS, DAYS, st.integers(0, 400 * DAY_S * 1_000_000))
def test_the_same_price_a_second_changes_nothing(kopecks: int, days: int, more: int, passed: int) -> None:
    """A conversion at the price that was paid is a plain extension, at whatever moment."""
    now = NOON + timedelta(microseconds=passed)
    rate = Fraction(kopecks, days * DAY_S)
    grants = [bought(1, days * DAY_S), bought(2, more * DAY_S)]
    changed = convert(grants, {order(1): rate, order(2): rate}, rate, now)
    is_over = passed >= (days + more) * DAY_S * 1_000_000
    assert changed == (None if is_over else Conversion(0, 0))


@given(st.lists(st.tuples(st.integers(0, 30 * DAY_S), st.integers(1, 60 * DAY_S)), max_size=8), st.integers(0, DAY_S))
def test_clocks_that_disagree_lose_no_time(rows: list[tuple[int, int]], later: int) -> None:
    """Grants whose times aren't in the order of recording count each of their seconds, as the end does."""
    grants = [bought(number, length, NOON + timedelta(seconds=at)) for number, (at, length) in enumerate(rows)]
    now = max((grant.at for grant in grants), default=NOON) + timedelta(seconds=later)
    rates = {order(number): Fraction(1) for number in range(len(rows))}
    left = ((fold(ANNA, grants) or now) - now).total_seconds()
    assert worth(grants, rates, now) == max(0, left)


@given(st.lists(st.tuples(PRICES, DAYS), max_size=5), st.integers(1, 200_000), st.integers(0, 90 * DAY_S * 1_000_000))
def test_a_debt_takes_the_least_time_that_pays_it(rows: list[tuple[int, int]], units: int, passed: int) -> None:
    """From the end on, each second for what it cost: a second less wouldn't do, unless all the time is gone."""
    grants = [bought(number, days * DAY_S) for number, (_, days) in enumerate(rows)]
    rates = {order(number): Fraction(price, days * DAY_S) for number, (price, days) in enumerate(rows)}
    now = NOON + timedelta(microseconds=passed)
    left = (fold(ANNA, grants) or now) - now

    def taken(seconds: int) -> Fraction:
        shortened = [*grants, Grant("reversal:1", ANNA, -seconds, now)]
        return worth(grants, rates, now) - worth(shortened, rates, now)

    seconds = seconds_worth(units, grants, rates, now)
    assert taken(seconds) >= units or seconds == max(0, left // timedelta(seconds=1))
    assert not seconds or taken(seconds - 1) < units


def test_time_is_used_in_the_order_in_which_it_was_given() -> None:
    """Ten days after a dear month and a cheap one, twenty dear days and the cheap month are left."""
    grants = [bought(1, 30 * DAY_S), bought(2, 30 * DAY_S)]
    rates = {order(1): Fraction(50_000, 30 * DAY_S), order(2): Fraction(5_000, 30 * DAY_S)}
    now = NOON + timedelta(days=10)
    assert worth(grants, rates, now) == Fraction(50_000 * 20, 30) + 5_000
    assert convert(grants, rates, Fraction(1, 100), now) == Conversion(3_833_333 - 50 * DAY_S, 0)


def test_orders_keep_their_turn_when_others_are_refunded() -> None:
    """Of four months the first two are refunded: the third one is used first, and the dear fourth after it."""
    grants = [bought(number, 30 * DAY_S) for number in (1, 2, 3, 4)]
    grants += [Grant(refund_cause(order(number)), ANNA, -30 * DAY_S, NOON) for number in (2, 1)]
    rates = {order(3): Fraction(1), order(4): Fraction(1_000)}
    assert worth(grants, rates, NOON + timedelta(days=30)) == 1_000 * 30 * DAY_S


def test_free_time_stays_and_buys_nothing() -> None:
    """A gift, an import and an order whose price isn't known are worth nothing, and none of it is converted."""
    grants = [Grant("opening:42", ANNA, 30 * DAY_S, NOON), Grant("trial:42", ANNA, DAY_S, NOON), bought(7, DAY_S)]
    assert worth(grants, {}, NOON) == 0
    assert convert(grants, {}, Fraction(1), NOON) is None


@pytest.mark.parametrize(
    ("cause", "order_id"),
    [
        (order_cause(order(1)), order(1)),
        (conversion_cause(order(2)), order(2)),
        ("trial:42", None),
        ("order:x", None),
        ("refund:" + order_cause(order(1)), None),
        ("", None),
    ],
)
def test_a_cause_names_its_order(cause: str, order_id: OrderId | None) -> None:
    """Only the time of an order and its conversion have a price."""
    assert order_of(cause) == order_id
