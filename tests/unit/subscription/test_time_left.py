"""What time is left after a change of plan or a refund, at moments where a second more or less would be money."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.subscription.subscription import (
    Grant,
    conversion_cause,
    is_taken_back,
    order_cause,
    refund_cause,
    reversal_cause,
    trial_cause,
)
from orbit_domain.subscription.worth import Conversion, convert, worth

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA = TelegramId(42)
FIRST, SECOND, THIRD = (OrderId(UUID(int=number)) for number in (1, 2, 3))
DAY_S = 86_400


def grant(cause: str, seconds: int, at: datetime = NOON) -> Grant:
    return Grant(cause, ANNA, seconds, at)


def test_a_part_of_a_second_stays_a_part_of_a_second() -> None:
    """A second of the new plan costs a thousand times as much: what is left below one isn't rounded up to one."""
    now = NOON + timedelta(milliseconds=950)
    grants = [grant(order_cause(FIRST), 101), grant("gift:1", 30 * DAY_S)]
    rates = {FIRST: Fraction(1), SECOND: Fraction(1_000)}
    assert worth(grants, rates, now) == Fraction("100.05")
    changed = convert(grants, rates, rates[SECOND], now)
    assert changed == Conversion(-100, 50)
    after = [*grants, grant(conversion_cause(SECOND), changed.seconds, now)]
    assert worth(after, rates, now) == 50


def test_an_hour_behind_ten_days_stays_an_hour() -> None:
    """An order is refunded: the days and the hour that others gave keep their length, turn and worth."""
    grants = [
        grant(order_cause(FIRST), 10 * DAY_S),
        grant(order_cause(SECOND), 3_600),
        grant(order_cause(THIRD), 30 * DAY_S),
        grant(refund_cause(THIRD), -30 * DAY_S),
    ]
    rates = {FIRST: Fraction(1), SECOND: Fraction(100), THIRD: Fraction(7)}
    assert worth(grants, rates, NOON) == 10 * DAY_S + 360_000
    assert worth(grants, rates, NOON + timedelta(days=10)) == 360_000


def test_refunds_and_reversals_take_time_back() -> None:
    """And nothing else does: neither an order, nor its conversion, nor a trial."""
    assert is_taken_back(refund_cause(FIRST))
    assert is_taken_back(reversal_cause("chain|1"))
    assert not any(is_taken_back(cause) for cause in (order_cause(FIRST), conversion_cause(FIRST), trial_cause(ANNA)))
