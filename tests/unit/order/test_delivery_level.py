"""Which deliveries were as quick as the shop promises, and what becomes of those that aren't decided."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from orbit_domain.ids import Nonce, OrderId, TelegramId
from orbit_domain.money import rub
from orbit_domain.order.delivery_level import DeliveryLevel, delivery_of, unproven
from orbit_domain.order.order import Order, OrderState, Taken
from orbit_testing.samples import SEEDED_PLANS

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(seconds=60)
INSTANT = timedelta(microseconds=1)
PLAN = SEEDED_PLANS[1]
PAID = Order(OrderId(UUID(int=1)), TelegramId(42), Nonce("n"), PLAN.terms, PLAN.price, OrderState.PAID, NOON, NOON)


def delivered(after: timedelta) -> Order:
    return PAID.deliver(NOON + after)


@pytest.mark.parametrize(
    ("order", "waited", "verdict"),
    [
        (delivered(MINUTE), timedelta(days=1), "in time"),
        (delivered(MINUTE + INSTANT), timedelta(days=1), "late"),
        (replace(delivered(MINUTE), state=OrderState.REFUNDED), timedelta(days=1), "in time"),
        (PAID, MINUTE, "open"),
        (PAID, MINUTE + INSTANT, "late"),
        (PAID.refund(), timedelta(0), "late"),
        (replace(PAID, price=rub(0)), timedelta(days=1), None),
        (replace(PAID, is_gift=True), timedelta(days=1), None),
        (replace(PAID, is_gift=True, taken=Taken(TelegramId(43), NOON + 5 * MINUTE)), 6 * MINUTE, "open"),
        (replace(PAID, is_gift=True, taken=Taken(TelegramId(43), NOON)), 6 * MINUTE, "late"),
    ],
)
def test_a_delivery_is_judged(order: Order, waited: timedelta, verdict: str | None) -> None:
    """A minute is in time. What waits longer is late already; what was refunded never came; a gift waits for nobody
    until it is taken; what was free was no promise.
    """
    found = delivery_of(order, NOON + waited)
    if found is None:
        assert verdict is None
    else:
        assert ("late" if found.is_late else "in time" if found.is_decided else "open") == verdict


def test_the_goal_is_kept_to_the_last_order() -> None:
    """999 of 1000 keep it, 998 don't, and nothing sold breaks no promise. Quantiles are waits that happened."""
    level = DeliveryLevel(NOON, NOON, 999, 1, 0, (1, 2, 3, 90), ())
    assert (level.part_in_time, level.is_kept) == (Fraction(999, 1000), True)
    assert not replace(level, in_time=998, late=2).is_kept
    assert replace(level, in_time=998, late=2, unproven=1).part_at_most == Fraction(998, 999)
    empty = replace(level, in_time=0, late=0, waits=())
    assert (empty.part_in_time, empty.is_kept, empty.within(Fraction(1))) == (None, True, None)
    assert [level.within(Fraction(part)) for part in ("1/2", "3/4", "99/100", "1", "0")] == [2, 3, 90, 90, 1]


@pytest.mark.parametrize(
    ("waited", "others", "is_unproven"),
    [
        (30, [], True),
        (30, [-5], True),  # Before it was paid a panel was up, and then perhaps no more.
        (30, [29.5], True),  # The panel has come back, and brought this one within a minute.
        (30, [28], False),
        (30, [-5, 2, 29.5], False),
    ],
)
def test_who_waits_for_a_panel_is_told_from_who_waits_for_us(
    waited: float, others: list[float], is_unproven: bool
) -> None:
    """What others got more than a minute before this one proves that it waited while a panel was up. Minutes."""
    late = [found for order in (delivered(waited * MINUTE),) if (found := delivery_of(order, NOON)) is not None]
    moments = sorted(NOON + minutes * MINUTE for minutes in (*others, waited))
    assert unproven(late, moments) == is_unproven
    never = delivery_of(PAID, NOON + waited * MINUTE)
    assert never is not None
    assert unproven([never], moments[:-1]) == is_unproven
    refunded = delivery_of(PAID.refund(), NOON + waited * MINUTE)
    assert refunded is not None
    assert unproven([refunded], []) == 0
