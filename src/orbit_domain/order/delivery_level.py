"""What the shop promises about delivery: of the paid orders so many within so long."""

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class DeliveryLevel:
    """The deliveries of the orders that were paid since `since`, as they stood at `until`.

    `waits` are the seconds of what was delivered, in order. `open` orders may still be in time. `latest` are the newest
    of the `late` ones.
    """

    since: datetime
    until: datetime
    in_time: int
    late: int
    open: int
    waits: Sequence[int]
    latest: tuple[Delivery, ...]

    @property
    def part_in_time(self) -> Fraction | None:
        """Which part of the decided orders was delivered in time. None: there were none."""
        decided = self.in_time + self.late
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
