"""What an order does to the time and the keys that its user has: an extension, or a change of plan by value."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from orbit_domain.ids import OrderId
from orbit_domain.order.order import Order
from orbit_domain.plan.plan import PlanTerms
from orbit_domain.steps.current_terms import keys_allowed
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import (
    Grant,
    Subscription,
    conversion_cause,
    order_cause,
    order_of,
    trial_cause,
)
from orbit_domain.subscription.worth import Conversion, Rates, convert


@dataclass(frozen=True, slots=True)
class Extension:
    """The subscription with the order, the grants that lead there, and the base units that bought no second."""

    subscription: Subscription
    grants: tuple[Grant, ...]
    units: int = 0


async def extension_by(tx: Transaction, subscription: Subscription, order: Order, now: datetime) -> Extension:
    """What paying *order*, or taking it as a gift, at *now* leads to. Records nothing, so that a screen shows
    just what will be.

    Time of the same service is extended. Time of another one is converted first, so that cheap time doesn't become
    dear time, nor dear time cheap.
    """
    conversion = await _conversion(tx, subscription, order, now)
    cause = trial_cause(order.holder) if order.terms.is_trial else order_cause(order.id)
    grants = [Grant(cause, order.holder, order.terms.seconds, now)]
    if conversion is not None:
        grants.insert(0, Grant(conversion_cause(order.id), order.holder, conversion.seconds, now))
    for grant in grants:
        subscription = subscription.extend(grant, order.terms.code)
    return Extension(subscription, tuple(grants), conversion.units if conversion else 0)


async def end_with(tx: Transaction, subscription: Subscription, order: Order, now: datetime) -> datetime:
    """When the customer's time would end with the order, which a paid order is part of already, and a gift never is."""
    if order.is_open and not order.is_gift:
        subscription = (await extension_by(tx, subscription, order, now)).subscription
    return subscription.ends_at or now


async def _conversion(tx: Transaction, subscription: Subscription, order: Order, now: datetime) -> Conversion | None:
    if subscription.ends_at is None or subscription.ends_at <= now:
        return None
    grants = await tx.grants.of_user(order.holder)
    ids = _orders_of(grants)
    newest = await tx.orders.get(ids[-1]) if ids else None
    if newest is None or newest.terms.is_same_service(order.terms):
        return None
    rates = await rates_of(tx, grants)
    # A discount makes the new time cheaper, not the old time dearer: that becomes what it would at the full price.
    return convert(grants, rates, order.terms.units_per_second(order.full_price), now)


async def rates_of(tx: Transaction, grants: Iterable[Grant]) -> Rates:
    """What a second of each order that gave time has cost."""
    return {order_id: await _rate(tx, order_id) for order_id in _orders_of(grants)}


def _orders_of(grants: Iterable[Grant]) -> tuple[OrderId, ...]:
    """The orders that gave time, the newest last."""
    found = (order_of(grant.cause) for grant in grants)
    return tuple(dict.fromkeys(order_id for order_id in found if order_id is not None))


async def _rate(tx: Transaction, order_id: OrderId) -> Fraction:
    order = await tx.orders.get(order_id)
    return order.terms.units_per_second(order.price) if order else Fraction(0)


async def names_beyond(tx: Transaction, subscription: Subscription, order: Order) -> tuple[str, ...]:
    """The names of the customer's keys that would be off with an open *order*: the newest, beyond what it gives."""
    if not order.is_open or order.is_gift:
        return ()
    return await names_without_room(tx, subscription, order.terms)


async def names_without_room(tx: Transaction, subscription: Subscription, terms: PlanTerms) -> tuple[str, ...]:
    """The names of the newest keys, beyond what *terms* give."""
    if subscription.ends_at is None:
        return ()
    keys = await tx.keys.of_user(subscription.tg_id)
    return tuple(key.name for key in keys[keys_allowed(terms) :])
