"""A giver wants the price of a gift back that nobody has taken."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.gift.gift import GiftTaken, NoSuchGift
from orbit_domain.ids import Ids, OrderId, TelegramId
from orbit_domain.order.order import Order, OrderState
from orbit_domain.steps.find_gift import gift_of_giver
from orbit_domain.steps.take_back_order import GivenBack, lock_to_take_back, take_back_order
from orbit_domain.storage import Storage, telegram_actor
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class GivenUpGift:
    """The giver with the balance of now, and what was given up."""

    user: User
    order: Order


@dataclass(frozen=True, slots=True)
class GiveUpGift:
    """The price goes back to the giver's balance, and the link opens nothing any more. A second call changes nothing.

    Raises NoSuchUser, NoSuchGift, GiftTaken, OrderNotRefundable (it was free).
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, tg_id: TelegramId, order_id: OrderId) -> GivenUpGift:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            user = await tx.users.lock(tg_id)
            order = (await gift_of_giver(tx, tg_id, order_id)).order
            order = await lock_to_take_back(tx, order.id)
            if order.taken is not None:
                raise GiftTaken(order.taken.at)
            if order.state in (OrderState.OPEN, OrderState.CANCELLED):
                raise NoSuchGift
            if order.state is not OrderState.REFUNDED:
                given = GivenBack(order.price, telegram_actor(tg_id), "the gift was given up")
                await take_back_order(tx, order, given, self.ids, now)
            return GivenUpGift(await tx.users.get(tg_id) or user, order)
