"""Somebody opens the link of a gift, and takes it."""

from dataclasses import dataclass, replace
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.gift.gift import Gift, read_person_name
from orbit_domain.ids import GiftCode, Ids, TelegramId
from orbit_domain.notice.gift_notices import GiftAccepted
from orbit_domain.order.order import Order
from orbit_domain.steps.extend_subscription import extension_by, names_without_room
from orbit_domain.steps.find_gift import gift_of_link
from orbit_domain.steps.give_time import give_time
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage
from orbit_domain.subscription.repository import Customer
from orbit_domain.user.user import NoSuchUser


@dataclass(frozen=True, slots=True)
class OfferedGift:
    """What somebody is given, and until when all the time would last with it.

    `keys_off` are the names of the keys for which the plan has no room. `is_taken`: the reader has taken it already.
    """

    customer: Customer
    order: Order
    gift: Gift
    code: GiftCode
    new_end: datetime
    now: datetime
    keys_off: tuple[str, ...] = ()
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class LookAtGift:
    """Show a gift to whoever has its link. Nothing is recorded.

    Raises NoSuchUser, CustomerBanned, NoSuchGift, GiftTaken, GiftWithdrawn.
    """

    storage: Storage
    clock: Clock

    async def __call__(self, tg_id: TelegramId, code: str) -> OfferedGift:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            customer = await tx.subscriptions.customer(tg_id)
            if customer is None:
                raise NoSuchUser(tg_id)
            customer.user.require_welcome()
            given = await gift_of_link(tx, code)
            subscription = customer.subscription
            taken = given.order.take(tg_id, now)
            if taken == given.order:
                end = subscription.ends_at or now
                return OfferedGift(customer, taken, given.gift, GiftCode(code), end, now, is_taken=True)
            after = (await extension_by(tx, subscription, taken, now)).subscription
            off = await names_without_room(tx, subscription, taken.terms)
        return OfferedGift(customer, given.order, given.gift, GiftCode(code), after.ends_at or now, now, off)


@dataclass(frozen=True, slots=True)
class TakeGift:
    """Give the time of a paid gift to whoever taps first, and tell the giver. The taker's second tap changes nothing.

    It extends the taker's time as a purchase does: other plans are converted by value. Raises NoSuchUser,
    CustomerBanned, NoSuchGift, GiftTaken (by somebody else), GiftWithdrawn.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, tg_id: TelegramId, name: str, code: str) -> OfferedGift:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            (await tx.users.lock(tg_id)).require_welcome()
            found = await gift_of_link(tx, code)
            order = await tx.orders.lock(found.order.id)
            taken = order.take(tg_id, now)
            customer = await tx.subscriptions.customer(tg_id)
            if customer is None:
                raise NoSuchUser(tg_id)
            gift, end = found.gift, customer.subscription.ends_at
            if taken != order:
                await tx.orders.save(taken)
                # The message may have been changed until the order was locked.
                gift = replace(await tx.gifts.get(order.id) or gift, taker_name=read_person_name(name))
                await tx.gifts.save(gift)
                end = (await give_time(tx, taken, customer.subscription, now, self.ids)).ends_at
                if order.tg_id != tg_id:
                    notice = GiftAccepted(order.id, order.terms.code, dict(order.terms.titles), gift.taker_name)
                    await notify(tx, self.ids, order.tg_id, notice, now)
        return OfferedGift(customer, taken, gift, GiftCode(code), end or now, now, is_taken=True)
