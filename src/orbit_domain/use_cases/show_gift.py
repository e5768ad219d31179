"""A gift as its giver sees it, and the list of all gifts."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.gift.gift import Gift, gift_purpose
from orbit_domain.ids import GiftCode, OrderId, TelegramId
from orbit_domain.order.order import Order
from orbit_domain.steps.find_gift import GivenGift, gift_of_giver
from orbit_domain.storage import Storage
from orbit_domain.subscription_link.ports import Seal, Unopenable
from orbit_domain.user.user import NoSuchUser, User

_LISTED = 10


@dataclass(frozen=True, slots=True)
class GiftView:
    """*code* opens the gift's link. None: the gift is over or isn't paid, or the shop can't read the code any more."""

    user: User
    order: Order
    gift: Gift
    code: GiftCode | None
    now: datetime


@dataclass(frozen=True, slots=True)
class ShowGift:
    """Show a gift of this giver, and its link while somebody may take it. Raises NoSuchUser, NoSuchGift."""

    storage: Storage
    clock: Clock
    seal: Seal

    async def __call__(self, tg_id: TelegramId, order_id: OrderId) -> GiftView:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            if user is None:
                raise NoSuchUser(tg_id)
            given = await gift_of_giver(tx, tg_id, order_id)
        code = self._code(given.gift) if given.order.is_to_take else None
        return GiftView(user, given.order, given.gift, code, self.clock.now())

    def _code(self, gift: Gift) -> GiftCode | None:
        try:
            return GiftCode(self.seal.open(gift.sealed_code, gift_purpose(gift.order_id)).decode())
        except Unopenable:
            return None


@dataclass(frozen=True, slots=True)
class GiftList:
    """The gifts that the user has paid, newest first."""

    user: User
    gifts: tuple[GivenGift, ...]


@dataclass(frozen=True, slots=True)
class ListGifts:
    """What the user has given, and who has taken it. Raises NoSuchUser."""

    storage: Storage

    async def __call__(self, tg_id: TelegramId) -> GiftList:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            if user is None:
                raise NoSuchUser(tg_id)
            orders = await tx.orders.given(tg_id, _LISTED)
            found = [(order, await tx.gifts.get(order.id)) for order in orders]
        return GiftList(user, tuple(GivenGift(order, gift) for order, gift in found if gift is not None))
