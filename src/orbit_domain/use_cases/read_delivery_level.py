"""Whether the shop delivers what was paid as soon as it promises."""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.clock import Clock
from orbit_domain.order.delivery_level import Delivery, DeliveryLevel, delivery_of
from orbit_domain.order.order import Order
from orbit_domain.storage import Storage

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ReadDeliveryLevel:
    """Judge every order that was paid in the last *days*, page by page, as one moment has left them.

    The tables don't say when a panel was down, so what came late because of that is late, too.
    """

    storage: Storage
    clock: Clock
    page: int = 1_000

    async def __call__(self, days: int) -> DeliveryLevel:
        now = self.clock.now()
        since = now - timedelta(days=days)
        in_time = undecided = late = 0
        waits: list[int] = []
        latest: deque[Delivery] = deque(maxlen=_SHOWN)
        last: Order | None = None
        async with self.storage.snapshot() as tx:
            while page := await tx.orders.paid_since(since, last, self.page):
                for one in (found for order in page if (found := delivery_of(order, now)) is not None):
                    if one.is_delivered:
                        waits.append(int(one.waited.total_seconds()))
                    in_time += one.is_decided and not one.is_late
                    undecided += not one.is_decided
                    late += one.is_late
                    if one.is_late:
                        latest.append(one)
                last = page[-1]
        return DeliveryLevel(since, now, in_time, late, undecided, sorted(waits), tuple(reversed(latest)))
