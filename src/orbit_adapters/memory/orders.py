"""Plans and orders in memory."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from orbit_adapters.memory.promos import waiting_codes
from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.ids import Nonce, OrderId, PlanCode, TelegramId
from orbit_domain.order.order import NoSuchOrder, Order, OrderState
from orbit_domain.plan.plan import Plan
from orbit_domain.promo.promo import Promo

_UNFINISHED = (OrderState.OPEN, OrderState.PAID)


class MemoryPlans:
    """The port `Plans`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def active(self) -> tuple[Plan, ...]:
        """What is sold now, by position and code."""
        plans = self._session.tables.plans.values()
        return tuple(sorted((plan for plan in plans if plan.active), key=lambda plan: (plan.position, plan.code)))

    async def all(self) -> tuple[Plan, ...]:
        """Every plan, by position and code."""
        plans = self._session.tables.plans.values()
        return tuple(sorted(plans, key=lambda plan: (plan.position, plan.code)))

    async def active_with_codes(self, tg_id: TelegramId) -> tuple[tuple[Plan, ...], tuple[Promo, ...]]:
        """What is sold now, and the user's waiting codes."""
        sold = await self.active()
        return sold, waiting_codes(self._session.tables, tg_id) if sold else ()

    async def get(self, code: PlanCode) -> Plan | None:
        """The plan *code*."""
        return self._session.tables.plans.get(PlanCode(storable(code)))

    async def lock(self, code: PlanCode) -> Plan | None:
        """The plan *code*; a transaction in memory holds everything."""
        return await self.get(code)

    async def put(self, plan: Plan) -> None:
        """Sell the plan as it is now. Raises LookupError if its code isn't known."""
        plans = self._session.tables.plans
        plan = sanitized(plan)
        if plan.code not in plans:
            raise LookupError(f"there is no plan {plan.code}")
        plans[plan.code] = plan

    async def add_if_absent(self, plan: Plan) -> bool:
        """Offer *plan* unless its code is known."""
        plans = self._session.tables.plans
        plan = sanitized(plan)
        if plan.code in plans:
            return False
        plans[plan.code] = plan
        return True


class MemoryOrders:
    """The port `Orders`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add_if_absent(self, order: Order) -> Order:
        """Record *order* unless its nonce is known; the order of that nonce."""
        order = sanitized(order)
        tables = self._session.tables
        known = tables.order_nonces.get(order.nonce)
        if known is not None:
            return tables.orders[known]
        if order.id in tables.orders:
            raise RecordConflict(f"there is an order {order.id} with another nonce")
        self._session.require_user(order.tg_id)
        tables.order_nonces[order.nonce] = order.id
        tables.orders_of.append(order.tg_id, order.id)
        self._put(order)
        return order

    async def get(self, order_id: OrderId) -> Order | None:
        """The order, if it exists."""
        return self._session.tables.orders.get(order_id)

    async def by_nonce(self, tg_id: TelegramId, nonce: Nonce) -> Order | None:
        """The order this user made with *nonce*."""
        tables = self._session.tables
        known = tables.order_nonces.get(Nonce(storable(nonce)))
        order = tables.orders[known] if known is not None else None
        return order if order is not None and order.tg_id == tg_id else None

    async def lock(self, order_id: OrderId) -> Order:
        """The order. Raises NoSuchOrder."""
        order = self._session.tables.orders.get(order_id)
        if order is None:
            raise NoSuchOrder(order_id)
        return order

    async def save(self, order: Order) -> None:
        """Record the order's new state and its times. Raises NoSuchOrder."""
        stored = await self.lock(order.id)
        changed = replace(stored, state=order.state, paid_at=order.paid_at, delivered_at=order.delivered_at)
        self._put(sanitized(replace(changed, taken=order.taken)))

    async def reprice(self, order: Order) -> bool:
        """Record the price and the discount of an open order."""
        stored = await self.get(order.id)
        if stored is None or not stored.is_open:
            return False
        self._put(sanitized(replace(stored, price=order.price, discount=order.discount)))
        return True

    async def undelivered(self, tg_id: TelegramId) -> tuple[Order, ...]:
        """The user's paid orders and taken gifts, oldest first."""
        return await self.undelivered_of([tg_id])

    async def undelivered_of(self, tg_ids: Collection[TelegramId]) -> tuple[Order, ...]:
        """The users' paid orders and taken gifts, oldest first."""
        users = set(tg_ids)
        own = [order for tg_id in users for order in self._of(tg_id) if not order.is_gift]
        taken = [order for tg_id in users for order in self._received(tg_id)]
        paid = (order for order in (*own, *taken) if order.state is OrderState.PAID)
        return tuple(sorted(paid, key=lambda order: (order.created_at, order.id)))

    async def newest(self, tg_id: TelegramId, limit: int) -> tuple[Order, ...]:
        """The user's newest orders."""
        newest = sorted(self._of(tg_id), key=lambda order: (order.created_at, order.id), reverse=True)
        return tuple(newest[:limit])

    async def given(self, tg_id: TelegramId, limit: int) -> tuple[Order, ...]:
        """The user's gifts that were paid, newest first."""
        gifts = [order for order in self._of(tg_id) if order.is_gift and order.paid_at is not None]
        return tuple(sorted(gifts, key=_age, reverse=True)[:limit])

    async def received(self, tg_id: TelegramId, limit: int) -> tuple[Order, ...]:
        """The gifts that the user has taken, the last taken first."""
        taken = [(order.taken.at, order.id, order) for order in self._received(tg_id) if order.taken is not None]
        return tuple(order for *_, order in sorted(taken, key=lambda one: one[:2], reverse=True)[:limit])

    async def waiting_since(self, paid_before: datetime, after: Order | None, limit: int) -> tuple[Order, ...]:
        """Paid orders and taken gifts whose delivery began before that and isn't done, by that time."""
        waiting = sorted(
            (order.due_since, order.id)
            for order in self._unfinished(OrderState.PAID)
            if order.due_since is not None and order.due_since < paid_before
        )
        if after is not None and after.due_since is not None:
            last = (after.due_since, after.id)
            waiting = [place for place in waiting if place > last]
        return tuple(self._session.tables.orders[order_id] for _, order_id in waiting[:limit])

    async def paid_since(self, at: datetime, after: Order | None, limit: int) -> tuple[Order, ...]:
        """Orders paid then or later."""
        orders = self._session.tables.orders.values()
        paid = [(one.paid_at, one.id, one) for one in orders if one.paid_at is not None and one.paid_at >= at]
        if after is not None and after.paid_at is not None:
            last = (after.paid_at, after.id)
            paid = [place for place in paid if place[:2] > last]
        return tuple(one for *_, one in sorted(paid, key=lambda place: place[:2])[:limit])

    async def open_since(self, created_before: datetime, after: Order | None, limit: int) -> tuple[Order, ...]:
        """Orders opened before that and not paid, oldest first, from the one behind *after* on."""
        old = [order for order in self._unfinished(OrderState.OPEN) if order.created_at < created_before]
        if after is not None:
            old = [order for order in old if _age(order) > _age(after)]
        return tuple(sorted((one for one in old if not self._is_being_paid(one, created_before)), key=_age)[:limit])

    def _is_being_paid(self, order: Order, since: datetime) -> bool:
        tables = self._session.tables
        payments = (tables.payments[payment_id] for payment_id in tables.payments_of_order.of(order.id))
        return any(one.is_open or one.created_at > since for one in payments)

    def _of(self, tg_id: TelegramId) -> list[Order]:
        tables = self._session.tables
        return [tables.orders[order_id] for order_id in tables.orders_of.of(tg_id)]

    def _received(self, tg_id: TelegramId) -> list[Order]:
        tables = self._session.tables
        return [tables.orders[order_id] for order_id in tables.received_orders.of(tg_id)]

    def _unfinished(self, state: OrderState) -> list[Order]:
        tables = self._session.tables
        orders = (tables.orders[order_id] for order_id in tables.unfinished_orders)
        return [order for order in orders if order.state is state]

    def _put(self, order: Order) -> None:
        tables = self._session.tables
        before = tables.orders.get(order.id)
        if order.taken is not None and (before is None or before.taken is None):
            tables.received_orders.append(order.taken.by, order.id)
        tables.orders[order.id] = order
        if order.state in _UNFINISHED:
            tables.unfinished_orders[order.id] = None
        else:
            tables.unfinished_orders.pop(order.id, None)


def _age(order: Order) -> tuple[datetime, OrderId]:
    return (order.created_at, order.id)
