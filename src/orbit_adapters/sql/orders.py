"""Plans and orders in SQL."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, literal_column, or_, select, true, tuple_, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_PAID, IS_PENDING, IS_TAKEN, IS_UNFINISHED
from orbit_adapters.sql.money_columns import base_code, base_money
from orbit_adapters.sql.promos import promo_from, waiting_codes
from orbit_adapters.sql.query import Row, dialect_insert, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.tables import orders, payments, plans
from orbit_domain.ids import Nonce, OrderId, PlanCode, PromoCode, TelegramId
from orbit_domain.order.order import NoSuchOrder, Order, OrderState, Taken
from orbit_domain.plan.plan import Plan, PlanTerms
from orbit_domain.promo.promo import Discount, Promo

_OF_CODE = "promo_"
_DUE_SINCE = case((orders.c.is_gift, orders.c.taken_at), else_=orders.c.paid_at)
_IS_OPEN = orders.c.state == literal_column("'open'")


class SqlPlans:
    """The port `Plans`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def active(self) -> tuple[Plan, ...]:
        """What is sold now, by position and code."""
        statement = select(plans).where(plans.c.active).order_by(plans.c.position, plans.c.code)
        return tuple(_plan_from(row) for row in await fetch_all(self._connection, statement))

    async def all(self) -> tuple[Plan, ...]:
        """Every plan, by position and code."""
        statement = select(plans).order_by(plans.c.position, plans.c.code)
        return tuple(_plan_from(row) for row in await fetch_all(self._connection, statement))

    async def active_with_codes(self, tg_id: TelegramId) -> tuple[tuple[Plan, ...], tuple[Promo, ...]]:
        """What is sold now, each plan once for every code of the user, or once without any."""
        codes = waiting_codes(tg_id).subquery()
        named = (column.label(f"{_OF_CODE}{column.name}") for column in codes.c)
        statement = select(plans, *named).select_from(plans.outerjoin(codes, true())).where(plans.c.active)
        ordered = statement.order_by(plans.c.position, plans.c.code, codes.c.code)
        rows = await fetch_all(self._connection, ordered)
        sold = {row["code"]: _plan_from(row) for row in rows}
        entered = {row[f"{_OF_CODE}code"]: promo_from(row, _OF_CODE) for row in rows if row[f"{_OF_CODE}code"]}
        return tuple(sold.values()), tuple(entered.values())

    async def get(self, code: PlanCode) -> Plan | None:
        """The plan *code*."""
        row = await fetch_one(self._connection, select(plans).where(plans.c.code == code))
        return _plan_from(row) if row is not None else None

    async def lock(self, code: PlanCode) -> Plan | None:
        """The plan *code*, held until the transaction ends."""
        row = await fetch_one(self._connection, select(plans).where(plans.c.code == code).with_for_update())
        return _plan_from(row) if row is not None else None

    async def put(self, plan: Plan) -> None:
        """Sell the plan as it is now. Raises LookupError if its code isn't known."""
        statement = update(plans).where(plans.c.code == plan.code).values(**_plan_row(plan))
        if not await rowcount(self._connection, statement):
            raise LookupError(f"there is no plan {plan.code}")

    async def add_if_absent(self, plan: Plan) -> bool:
        """Offer *plan* unless its code is known."""
        insert = dialect_insert(self._connection, plans).values(code=plan.code, **_plan_row(plan))
        insert = insert.on_conflict_do_nothing(index_elements=["code"]).returning(plans.c.code)
        return await fetch_one(self._connection, insert) is not None


class SqlOrders:
    """The port `Orders`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_if_absent(self, order: Order) -> Order:
        """Record *order* unless its nonce is known; the order of that nonce."""
        insert = dialect_insert(self._connection, orders).values(
            id=order.id,
            tg_id=order.tg_id,
            nonce=order.nonce,
            plan=_terms_document(order.terms),
            price=order.price.units,
            currency=base_code(order.price),
            state=order.state,
            created_at=order.created_at,
            paid_at=order.paid_at,
            delivered_at=order.delivered_at,
            is_gift=order.is_gift,
            **_taken_columns(order),
            **discount_columns(order),
        )
        insert = insert.on_conflict_do_nothing(index_elements=["nonce"]).returning(orders)
        row = await fetch_one(self._connection, insert)
        if row is None:
            row = await fetch_one(self._connection, select(orders).where(orders.c.nonce == order.nonce))
        if row is None:
            raise NoSuchOrder(order.id)
        return order_from(row)

    async def get(self, order_id: OrderId) -> Order | None:
        """The order, if it exists."""
        row = await fetch_one(self._connection, select(orders).where(orders.c.id == order_id))
        return order_from(row) if row is not None else None

    async def by_nonce(self, tg_id: TelegramId, nonce: Nonce) -> Order | None:
        """The order this user made with *nonce*."""
        mine = select(orders).where(orders.c.nonce == nonce, orders.c.tg_id == tg_id)
        row = await fetch_one(self._connection, mine)
        return order_from(row) if row is not None else None

    async def lock(self, order_id: OrderId) -> Order:
        """The order, held until the transaction ends. Raises NoSuchOrder."""
        row = await fetch_one(self._connection, select(orders).where(orders.c.id == order_id).with_for_update())
        if row is None:
            raise NoSuchOrder(order_id)
        return order_from(row)

    async def save(self, order: Order) -> None:
        """Record the order's new state and its times. Raises NoSuchOrder."""
        statement = update(orders).where(orders.c.id == order.id).values(state_columns(order))
        if not await rowcount(self._connection, statement):
            raise NoSuchOrder(order.id)

    async def reprice(self, order: Order) -> bool:
        """Record the price and the discount of an open order."""
        still_open = update(orders).where(orders.c.id == order.id, _IS_OPEN)
        changed = still_open.values(price=order.price.units, **discount_columns(order))
        return bool(await rowcount(self._connection, changed))

    async def undelivered(self, tg_id: TelegramId) -> tuple[Order, ...]:
        """The user's paid orders and taken gifts, oldest first."""
        return await self.undelivered_of([tg_id])

    async def undelivered_of(self, tg_ids: Collection[TelegramId]) -> tuple[Order, ...]:
        """The users' paid orders and taken gifts, oldest first: one statement."""
        users = sorted(set(tg_ids))
        # Two questions: with OR between them SQLite would use neither index.
        own = select(orders).where(orders.c.tg_id.in_(users), IS_UNFINISHED, IS_PAID, ~orders.c.is_gift)
        taken = select(orders).where(orders.c.taken_by.in_(users), IS_TAKEN, IS_PAID)
        both = union_all(own, taken).subquery()
        return await self._listed(select(both).order_by(both.c.created_at, both.c.id))

    async def newest(self, tg_id: TelegramId, limit: int) -> tuple[Order, ...]:
        """The user's newest orders."""
        newest = select(orders).where(orders.c.tg_id == tg_id).order_by(orders.c.created_at.desc(), orders.c.id.desc())
        return await self._listed(newest.limit(limit))

    async def given(self, tg_id: TelegramId, limit: int) -> tuple[Order, ...]:
        """The user's gifts that were paid, newest first."""
        paid = select(orders).where(orders.c.tg_id == tg_id, orders.c.is_gift, orders.c.paid_at.is_not(None))
        return await self._listed(paid.order_by(orders.c.created_at.desc(), orders.c.id.desc()).limit(limit))

    async def received(self, tg_id: TelegramId, limit: int) -> tuple[Order, ...]:
        """The gifts that the user has taken, the last taken first."""
        taken = select(orders).where(orders.c.taken_by == tg_id, IS_TAKEN)
        return await self._listed(taken.order_by(orders.c.taken_at.desc(), orders.c.id.desc()).limit(limit))

    async def waiting_since(self, paid_before: datetime, after: Order | None, limit: int) -> tuple[Order, ...]:
        """Paid orders and taken gifts whose delivery began before that and isn't done, by that time."""
        # A gift is taken after it was paid: the second condition follows from the third, and an index serves it.
        waiting = select(orders).where(IS_PAID, orders.c.paid_at < paid_before, paid_before > _DUE_SINCE)
        if after is not None:
            waiting = waiting.where(tuple_(_DUE_SINCE, orders.c.id) > (after.due_since, after.id))
        return await self._listed(waiting.order_by(_DUE_SINCE, orders.c.id).limit(limit))

    async def paid_since(self, at: datetime, after: Order | None, limit: int) -> tuple[Order, ...]:
        """Orders paid then or later."""
        paid = select(orders).where(orders.c.paid_at.is_not(None), orders.c.paid_at >= at)
        if after is not None:
            paid = paid.where(tuple_(orders.c.paid_at, orders.c.id) > (after.paid_at, after.id))
        return await self._listed(paid.order_by(orders.c.paid_at, orders.c.id).limit(limit))

    async def open_since(self, created_before: datetime, after: Order | None, limit: int) -> tuple[Order, ...]:
        """Orders opened before that and not paid, oldest first, from the one behind *after* on."""
        is_recent = or_(IS_PENDING, payments.c.created_at > created_before)
        is_being_paid = exists().where(payments.c.order_id == orders.c.id, is_recent)
        old = select(orders).where(IS_UNFINISHED, _IS_OPEN, orders.c.created_at < created_before, ~is_being_paid)
        if after is not None:
            old = old.where(tuple_(orders.c.created_at, orders.c.id) > (after.created_at, after.id))
        return await self._listed(old.order_by(orders.c.created_at, orders.c.id).limit(limit))

    async def _listed(self, statement: Any) -> tuple[Order, ...]:
        return tuple(order_from(row) for row in await fetch_all(self._connection, statement))


def _plan_row(plan: Plan) -> dict[str, Any]:
    return {
        "titles": dict(plan.terms.titles),
        "days": plan.terms.days,
        "price": plan.price.units,
        "currency": base_code(plan.price),
        "traffic_bytes": plan.terms.traffic_bytes,
        "keys": plan.terms.keys,
        "active": plan.active,
        "position": plan.position,
        "price_before": plan.price_before.units if plan.price_before else None,
        "raised_at": plan.raised_at,
    }


def _plan_from(row: Row) -> Plan:
    terms = PlanTerms(PlanCode(row["code"]), dict(row["titles"]), row["days"], row["traffic_bytes"], row["keys"])
    price, before = base_money(row["price"], row["currency"]), row["price_before"]
    price_before = None if before is None else base_money(before, row["currency"])
    return Plan(terms, price, row["position"], row["active"], price_before, row["raised_at"])


def order_from(row: Row) -> Order:
    """A row of `orders`."""
    return Order(
        id=OrderId(row["id"]),
        tg_id=TelegramId(row["tg_id"]),
        nonce=Nonce(row["nonce"]),
        terms=terms_from(row["plan"]),
        price=base_money(row["price"], row["currency"]),
        state=OrderState(row["state"]),
        created_at=row["created_at"],
        paid_at=row["paid_at"],
        delivered_at=row["delivered_at"],
        discount=_discount_from(row),
        is_gift=row["is_gift"],
        taken=_taken_from(row),
    )


def _taken_columns(order: Order) -> dict[str, Any]:
    taken = order.taken
    return {"taken_by": taken.by if taken else None, "taken_at": taken.at if taken else None}


def _taken_from(row: Row) -> Taken | None:
    return None if row["taken_by"] is None else Taken(TelegramId(row["taken_by"]), row["taken_at"])


def state_columns(order: Order) -> dict[str, Any]:
    """What `Orders.save` records."""
    times = {"paid_at": order.paid_at, "delivered_at": order.delivered_at}
    return {"state": order.state, **times, **_taken_columns(order)}


def discount_columns(order: Order) -> dict[str, Any]:
    """What of the price a code has taken off."""
    if order.discount is None:
        return {"discount": 0, "promo_code": None}
    return {"discount": order.discount.amount.units, "promo_code": order.discount.code}


def _discount_from(row: Row) -> Discount | None:
    if row["promo_code"] is None:
        return None
    return Discount(PromoCode(row["promo_code"]), base_money(row["discount"], row["currency"]))


def _terms_document(terms: PlanTerms) -> dict[str, Any]:
    return {
        "code": terms.code,
        "titles": dict(terms.titles),
        "days": terms.days,
        "traffic_bytes": terms.traffic_bytes,
        "keys": terms.keys,
    }


def terms_from(value: Mapping[str, Any]) -> PlanTerms:
    """What an order keeps of its plan."""
    return PlanTerms(PlanCode(value["code"]), value["titles"], value["days"], value["traffic_bytes"], value["keys"])
