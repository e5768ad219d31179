"""What an open order costs: the plan's price when it was made, less the best discount of now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.ids import PromoCode
from orbit_domain.order.order import Order
from orbit_domain.promo.promo import Discount, Promo, PromoProblem, best_discount
from orbit_domain.storage import Transaction


@dataclass(frozen=True, slots=True)
class PricedOrder:
    """The order at the price of now. *lost* is a code that it was shown with and that has ended since."""

    order: Order
    lost: PromoCode | None = None


async def price_order(tx: Transaction, order: Order, now: datetime) -> PricedOrder:
    """*order*, re-priced under its lock when its best discount is another one now. A closed one stays as it is."""
    if not order.is_open:
        return PricedOrder(order)
    entered = await tx.promos.waiting(order.tg_id)
    if _best(entered, order, now) == order.discount:
        return PricedOrder(order)
    order = await tx.orders.lock(order.id)
    if not order.is_open:
        return PricedOrder(order)
    best = _best(entered, order, now)
    if best == order.discount:
        return PricedOrder(order)
    repriced = order.reprice(best)
    await tx.orders.reprice(repriced)
    is_dearer = repriced.price.units > order.price.units
    return PricedOrder(repriced, order.discount.code if order.discount and is_dearer else None)


def _best(entered: Sequence[Promo], order: Order, now: datetime) -> Discount | None:
    """The best of the codes that are valid, and of the order's own while it is honoured."""
    own = order.discount.code if order.discount else None
    valid = [one for one in entered if _problem(one, own, now) is None]
    return best_discount(valid, order.terms.code, order.full_price)


def _problem(promo: Promo, own: PromoCode | None, now: datetime) -> PromoProblem | None:
    return promo.problem_when_paid(now) if promo.code == own else promo.problem(now)
