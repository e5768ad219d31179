"""What a delivered purchase, and its refund, mean for whoever has invited the customer."""

from collections.abc import Iterable
from datetime import datetime

from orbit_domain.order.order import Order
from orbit_domain.referral.referral import Referral
from orbit_domain.storage import Transaction
from orbit_domain.user.user import User


async def owe_reward(tx: Transaction, user: User, delivered: Iterable[Order], now: datetime) -> None:
    """Record that the first of the *delivered* orders that cost something may earn a reward. Nothing is paid here.

    A gift earns nothing: its taker paid nothing, and its giver has bought nothing for himself.
    """
    paid = [order for order in delivered if not order.price.is_zero and not order.is_gift]
    if user.referrer_id is not None and paid:
        await tx.referrals.owe(Referral(user.tg_id, user.referrer_id, paid[0].id, now))


async def take_back_reward(tx: Transaction, order: Order) -> None:
    """Record that what *order* has earned goes back, if it has. The caller has locked its user."""
    referral = await tx.referrals.lock(order.tg_id)
    if referral is not None and referral.order_id == order.id:
        await tx.referrals.save(referral.take_back())
