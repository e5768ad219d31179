"""What the shop promises about delivery: of the paid orders so many within so long."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from orbit_domain.order.order import Order, OrderState

DELIVERED_WITHIN = timedelta(seconds=60)
GOAL = Fraction(999, 1000)
"""This part of the paid orders is delivered within that time."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How long one paid order has waited for its delivery, and whether it got it."""

    order: Order
    waited: timedelta
    is_delivered: bool

    @property
    def is_late(self) -> bool:
        """Whether it took longer than was promised, or takes longer already."""
        return self.waited > DELIVERED_WITHIN

    @property
    def is_decided(self) -> bool:
        """Whether it is known to be in time or late."""
        return self.is_delivered or self.is_late


def delivery_of(order: Order, now: datetime) -> Delivery | None:
    """The delivery of *order* as it stands at *now*. None: it cost nothing, or its delivery hasn't begun.

    A gift's begins when it is taken. One that was refunded before it was delivered never got it.
    """
    if order.price.is_zero or order.due_since is None:
        return None
    if order.delivered_at is not None:
        return Delivery(order, order.delivered_at - order.due_since, is_delivered=True)
    if order.state is OrderState.REFUNDED:
        return Delivery(order, max(now - order.due_since, DELIVERED_WITHIN + timedelta(seconds=1)), is_delivered=False)
    return Delivery(order, now - order.due_since, is_delivered=False)


def unproven(late: Iterable[Delivery], delivered: Sequence[datetime]) -> int:
    """How many of the *late* ones may have waited for a panel. *delivered*: when anything was, in order.

    The tables don't say when a panel was down. They prove that one was up: something was delivered to somebody then. An
    order that came more than a minute after such a moment of its wait is late while a panel was up.
    """
    count = 0
    for one in late:
        due, is_returned = one.order.due_since, one.order.state is OrderState.REFUNDED and not one.is_delivered
        if due is None or is_returned:  # When it was refunded isn't known here: it stays late.
            continue
        first = bisect_right(delivered, due)
        count += first == len(delivered) or delivered[first] >= due + one.waited - DELIVERED_WITHIN
    return count


@dataclass(frozen=True, slots=True)
class DeliveryLevel:
    """The deliveries of the orders that were paid since `since`, as they stood at `until`.

    `waits` are the seconds of what was delivered, in order. `open` orders may still be in time. `latest` are the newest
    of the `late` ones, and of so many of them nobody knows whether a panel was up: `unproven`.
    """

    since: datetime
    until: datetime
    in_time: int
    late: int
    open: int
    waits: Sequence[int]
    latest: tuple[Delivery, ...]
    unproven: int = 0

    @property
    def part_in_time(self) -> Fraction | None:
        """At least this part of the decided orders was delivered in time, whatever was down. None: there were none."""
        decided = self.in_time + self.late
        return Fraction(self.in_time, decided) if decided else None

    @property
    def part_at_most(self) -> Fraction | None:
        """At most this part was, while a panel was up: those that may have waited for one left out. None: no others."""
        decided = self.in_time + self.late - self.unproven
        return Fraction(self.in_time, decided) if decided else None

    @property
    def is_kept(self) -> bool:
        """Whether the goal is reached; it is while nothing was sold."""
        part = self.part_in_time
        return part is None or part >= GOAL

    def within(self, part: Fraction) -> int | None:
        """The seconds within which that part of the delivered orders was. None: nothing was delivered."""
        if not self.waits:
            return None
        return self.waits[max(0, -(-len(self.waits) * part.numerator // part.denominator) - 1)]
