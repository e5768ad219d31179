"""What the time left is worth, and what it becomes when the plan changes.

Time is used in the order in which it was given, and each second is worth what its own order cost. Seconds that cost
nothing are worth nothing, and stay as they are under every plan.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil, floor

from orbit_domain.ids import OrderId, PlanCode
from orbit_domain.subscription.subscription import (
    Grant,
    Subscription,
    conversion_cause,
    is_conversion,
    order_cause,
    order_of,
    refunded_order,
)

Rates = Mapping[OrderId, Fraction]
"""What one second of each order cost, in smallest units of the base currency."""

LONGEST = timedelta(days=36_500)
"""No conversion leaves more time: an almost free plan would move the end beyond any calendar."""

_MICROSECOND = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Conversion:
    """The time left gains (or loses) so many *seconds*; *units* of money bought none and belong to the balance."""

    seconds: int
    units: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Time at one rate; *order_id* gave it, unless it was converted since."""

    begins_at: datetime
    ends_at: datetime
    rate: Fraction
    order_id: OrderId | None = None

    def seconds_after(self, now: datetime) -> Fraction:
        """What of it is left at *now*."""
        left = self.ends_at - max(self.begins_at, now)
        return Fraction(max(0, left // _MICROSECOND), 1_000_000)


def worth(grants: Iterable[Grant], rates: Rates, now: datetime) -> Fraction:
    """The smallest base units that the time left at *now* has cost, exactly. *grants* are in the order of recording."""
    return sum((one.rate * one.seconds_after(now) for one in _stretches(grants, rates)), Fraction(0))


def seconds_worth(units: int, grants: Sequence[Grant], rates: Rates, now: datetime) -> int:
    """The fewest whole seconds at the end of the time left that have cost *units*, or all that are left."""
    stretches = _stretches(grants, rates)
    missing, seconds = Fraction(units), Fraction(0)
    for one in reversed(stretches):
        left = one.seconds_after(now)
        taken = min(left, missing / one.rate) if one.rate else left
        missing -= taken * one.rate
        seconds += taken
        if not missing:
            break
    # Less than a second may be left after the last whole one: it stays.
    return min(ceil(seconds), floor(sum(one.seconds_after(now) for one in stretches)))


def convert(grants: Sequence[Grant], rates: Rates, rate: Fraction, now: datetime) -> Conversion | None:
    """What becomes of the time left when a second costs *rate*; None when none of it was paid for.

    The seconds are rounded down, so the time is never worth more than before. At a rate of zero no number of seconds
    is worth the old ones, and no time grows beyond LONGEST: what that leaves is paid out.
    """
    value = worth(grants, rates, now)
    if not value:
        return None
    left = sum((one.seconds_after(now) for one in _stretches(grants, rates) if one.rate), Fraction(0))
    bought = min(value / rate, Fraction(LONGEST // _SECOND)) if rate else Fraction(left % 1)
    seconds = floor(bought - left)
    return Conversion(seconds, floor(value - max(Fraction(0), left + seconds) * rate))


def seconds_to_take_back(grants: Sequence[Grant], order_id: OrderId, now: datetime) -> int | None:
    """How many seconds the refund of an order takes back; None when its time was converted, or converted other time.

    All that it gave, and nothing when it never gave any; while others' time is left too, only what is left of its own,
    so that theirs stays whole.
    """
    causes = [grant.cause for grant in grants]
    if order_cause(order_id) not in causes:
        return 0
    own = causes.index(order_cause(order_id))
    if conversion_cause(order_id) in causes or any(is_conversion(cause) for cause in causes[own:]):
        return None
    left = [(one.order_id == order_id, one.seconds_after(now)) for one in _stretches(grants, {})]
    if not any(seconds for is_own, seconds in left if not is_own):
        return grants[own].seconds
    return floor(sum((seconds for is_own, seconds in left if is_own), Fraction(0)))


def unused_part(grants: Sequence[Grant], order_id: OrderId, now: datetime) -> Fraction | None:
    """Which part of an order's own time is left, a day that was begun for whole; None: it can't be told from others."""
    is_known = any(grant.cause == order_cause(order_id) for grant in grants)
    if not is_known or seconds_to_take_back(grants, order_id, now) is None:
        return None
    given = next(grant.seconds for grant in grants if grant.cause == order_cause(order_id))
    left = sum((one.seconds_after(now) for one in _stretches(grants, {}) if one.order_id == order_id), Fraction(0))
    days = ceil(left / _DAY_SECONDS) * _DAY_SECONDS
    return Fraction(min(days, given), given) if given else Fraction(0)


def _stretches(grants: Iterable[Grant], rates: Rates) -> list[_Stretch]:
    stretches: list[_Stretch] = []
    subscription: Subscription | None = None
    for grant in grants:
        order_id = order_of(grant.cause)
        rate = rates.get(order_id, Fraction(0)) if order_id else Fraction(0)
        subscription = (subscription or Subscription(grant.tg_id)).extend(grant, PlanCode(""))
        end = subscription.ends_at or grant.at
        if is_conversion(grant.cause):
            stretches = list(_converted(stretches, grant, rate, end))
        elif (refunded := refunded_order(grant.cause)) is not None:
            kept = [one for one in stretches if one.order_id != refunded]
            stretches = list(_ending(kept, grant.at, end))
        elif grant.seconds < 0:
            stretches = [replace(one, ends_at=min(one.ends_at, end)) for one in stretches if one.begins_at < end]
        else:
            stretches.append(_Stretch(end - timedelta(seconds=grant.seconds), end, rate, order_id))
    return stretches


def _ending(stretches: Sequence[_Stretch], now: datetime, end: datetime) -> list[_Stretch]:
    """What is left of *stretches* at *now*, one after the other, the last of them up to *end*."""
    laid: list[_Stretch] = []
    for one in reversed(stretches):
        begin = end - max(one.ends_at - max(one.begins_at, now), timedelta(0))
        laid.insert(0, replace(one, begins_at=begin, ends_at=end))
        end = begin
    return laid


def _converted(stretches: Iterable[_Stretch], grant: Grant, rate: Fraction, end: datetime) -> Iterator[_Stretch]:
    """What was free comes first, and all that was paid has one rate; both end at the new *end*."""
    left = [(one.rate, one.seconds_after(grant.at)) for one in stretches]
    free = sum((seconds for its_rate, seconds in left if not its_rate), Fraction(0))
    paid = sum((seconds for its_rate, seconds in left if its_rate), Fraction(0))
    # Whole seconds go, so less than one may go beyond what was paid for.
    paid = max(Fraction(0), paid + grant.seconds)
    border = end - _MICROSECOND * int(paid * 1_000_000)
    yield _Stretch(border - _MICROSECOND * int(free * 1_000_000), border, Fraction(0))
    yield _Stretch(border, end, rate)
