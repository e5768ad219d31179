"""A gift and its order, as the giver or the holder of its link finds them."""

from dataclasses import dataclass

from orbit_domain.gift.gift import Gift, NoSuchGift, gift_hash
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.order.order import Order
from orbit_domain.storage import Transaction


@dataclass(frozen=True, slots=True)
class GivenGift:
    """The order says what is given and what became of it, the gift with which words."""

    order: Order
    gift: Gift


async def gift_of_giver(tx: Transaction, tg_id: TelegramId, order_id: OrderId) -> GivenGift:
    """A gift that this user gives. Raises NoSuchGift."""
    order = await tx.orders.get(order_id)
    gift = await tx.gifts.get(order_id)
    if order is None or gift is None or order.tg_id != tg_id:
        raise NoSuchGift
    return GivenGift(order, gift)


async def gift_of_link(tx: Transaction, code: str) -> GivenGift:
    """The gift that the link with this *code*, which may be any text, leads to. Raises NoSuchGift."""
    gift = await tx.gifts.by_hash(gift_hash(code))
    order = await tx.orders.get(gift.order_id) if gift is not None else None
    if gift is None or order is None:
        raise NoSuchGift
    return GivenGift(order, gift)
