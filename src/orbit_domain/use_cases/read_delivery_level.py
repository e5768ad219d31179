"""Whether the shop delivers what was paid as soon as it promises."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.order.delivery_level import Delivery, DeliveryLevel, delivery_of, unproven
from orbit_domain.order.order import Order
from orbit_domain.storage import Storage

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ReadDeliveryLevel:
    """Judge every order that was paid in the last *days*, page by page, as one moment has left them.

    The tables don't say when a panel was down, so what came late because of that is late, too. How many those may have
    been follows from what was delivered to others meanwhile.
    """

    storage: Storage
    clock: Clock
    page: int = 1_000

    async def __call__(self, days: int) -> DeliveryLevel:
        now = self.clock.now()
        since = now - timedelta(days=days)
        in_time = undecided = 0
        waits: list[int] = []
        late: list[Delivery] = []
        delivered: list[datetime] = []
        last: Order | None = None
        async with self.storage.snapshot() as tx:
            while page := await tx.orders.paid_since(since, last, self.page):
                delivered += [order.delivered_at for order in page if order.delivered_at is not None]
                for one in (found for order in page if (found := delivery_of(order, now)) is not None):
                    if one.is_delivered:
                        waits.append(int(one.waited.total_seconds()))
                    in_time += one.is_decided and not one.is_late
                    undecided += not one.is_decided
                    if one.is_late:
                        late.append(one)
                last = page[-1]
        latest = tuple(reversed(late[-_SHOWN:]))
        maybe = unproven(late, sorted(delivered))
        return DeliveryLevel(since, now, in_time, len(late), undecided, sorted(waits), latest, maybe)
