"""A customer wants to give a plan to somebody: the order of a gift, and the code of its link."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.gift.gift import CODE_BITS, Gift, gift_hash, gift_purpose, new_gift_code, read_person_name
from orbit_domain.ids import Ids, Nonce, OrderId, PlanCode, TelegramId
from orbit_domain.order.order import NoSuchOrder, Order, OrderState, gift_nonce
from orbit_domain.plan.plan import NoSuchPlan
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription_link.ports import Seal
from orbit_domain.use_cases.open_checkout import Checkout, OpenCheckout
from orbit_domain.user.user import NoSuchUser


@dataclass(frozen=True, slots=True)
class OpenGift:
    """Make the gift of this button, or find it, and show how to pay it. *name* is how Telegram calls the giver.

    Raises NoSuchUser, CustomerBanned, NoSuchPlan, NoSuchOrder (the nonce is another user's).
    """

    storage: Storage
    clock: Clock
    ids: Ids
    seal: Seal
    open_checkout: OpenCheckout

    async def __call__(self, tg_id: TelegramId, name: str, plan_code: PlanCode, nonce: Nonce) -> Checkout:
        wish, now = gift_nonce(plan_code, nonce), self.clock.now()
        async with self.storage.transaction() as tx:
            if await tx.users.get(tg_id) is None:
                raise NoSuchUser(tg_id)
            order = await tx.orders.by_nonce(tg_id, wish)
            if order is None:
                order = await self._order(tx, tg_id, plan_code, wish, now)
                await self._gift(tx, order, name)
        return await self.open_checkout.look(order)

    async def _order(
        self, tx: Transaction, tg_id: TelegramId, plan_code: PlanCode, nonce: Nonce, now: datetime
    ) -> Order:
        plan = await tx.plans.get(plan_code)
        if plan is None or not plan.active or plan.terms.is_trial:
            raise NoSuchPlan(plan_code)
        order_id = OrderId(self.ids.uuid())
        wish = Order(order_id, tg_id, nonce, plan.terms, plan.price, OrderState.OPEN, now, is_gift=True)
        order = await tx.orders.add_if_absent(wish)
        if order.tg_id != tg_id:
            raise NoSuchOrder(order.id)
        return order

    async def _gift(self, tx: Transaction, order: Order, name: str) -> None:
        code = new_gift_code(self.ids.bits(CODE_BITS))
        sealed = self.seal.seal(code.encode(), gift_purpose(order.id))
        await tx.gifts.add(Gift(order.id, gift_hash(code), sealed, read_person_name(name), order.created_at))
