"""A giver's own words for whoever opens the link."""

from dataclasses import dataclass, replace

from orbit_domain.gift.gift import GiftTaken, GiftWithdrawn, NoSuchGift, read_gift_message
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.order.order import OrderState
from orbit_domain.steps.find_gift import GivenGift, gift_of_giver
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class WriteGiftMessage:
    """Put *typed* beside the gift, in place of what was there, until somebody takes it. None: no message.

    Raises NoSuchGift, NotAGiftMessage, GiftTaken, GiftWithdrawn.
    """

    storage: Storage

    async def __call__(self, tg_id: TelegramId, order_id: OrderId, typed: str | None) -> GivenGift:
        message = "" if typed is None else read_gift_message(typed)
        async with self.storage.transaction() as tx:
            await gift_of_giver(tx, tg_id, order_id)
            await tx.orders.lock(order_id)
            given = await gift_of_giver(tx, tg_id, order_id)
            if given.order.taken is not None:
                raise GiftTaken(given.order.taken.at)
            if given.order.state is OrderState.REFUNDED:
                raise GiftWithdrawn
            if given.order.state is OrderState.CANCELLED:
                raise NoSuchGift
            gift = replace(given.gift, message=message)
            await tx.gifts.save(gift)
        return GivenGift(given.order, gift)
