"""What was asked for lately, in memory."""

from datetime import datetime

from orbit_adapters.memory.tables import Session
from orbit_domain.order.order import Order
from orbit_domain.request_journal.requests import AskedOrder, IssuedKey, Requests


class MemoryRecentRequests:
    """The port `RecentRequests`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def since(self, at: datetime) -> Requests:
        tables = self._session.tables
        payments = sorted((one for one in tables.payments.values() if one.created_at >= at), key=lambda one: one.id)
        wanted = {one.order_id for one in payments}
        orders = [one for one in tables.orders.values() if one.id in wanted or (one.paid_at and one.paid_at >= at)]
        linked = {one.tg_id for one in tables.subscription_links.values() if one.issued_at >= at}
        keys = [one for one in tables.keys.values() if one.created_at >= at or one.tg_id in linked]
        return Requests(
            users=tuple(sorted((u for u in tables.users.values() if u.created_at >= at), key=lambda user: user.tg_id)),
            orders=tuple(self._asked(one) for one in sorted(orders, key=lambda order: order.id)),
            payments=tuple(payments),
            keys=tuple(
                IssuedKey(one, tables.subscription_links.get(one.tg_id)) for one in sorted(keys, key=lambda key: key.id)
            ),
        )

    def _asked(self, order: Order) -> AskedOrder:
        tables = self._session.tables
        promo = tables.promos.get(order.discount.code) if order.discount is not None else None
        return AskedOrder(order, tables.gifts.get(order.id), promo)
