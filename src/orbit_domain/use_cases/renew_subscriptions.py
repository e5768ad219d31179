"""Renew what ends soon from the balance, for customers who have switched that on."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.renewal_notices import NotRenewed
from orbit_domain.payment.payment import BALANCE
from orbit_domain.steps.collect_debt import missing_for
from orbit_domain.steps.notify import notify
from orbit_domain.steps.pay_order import pay_waiting_order
from orbit_domain.steps.recurring_payment import is_charged_again
from orbit_domain.steps.renew_by_itself import renewal_order
from orbit_domain.storage import Storage
from orbit_domain.subscription.reminders import renews_soon


@dataclass(frozen=True, slots=True)
class RenewSubscriptions:
    """Make the order of the reminder's button for each period that ends soon, and pay it from the balance.

    Whoever has too little is told once a period what is missing; the order waits, and is paid as soon as the balance
    covers it. Who keeps a card is left to `StartCardRenewals`, and who is charged again in the messenger to that.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    page: int = 500

    async def __call__(self) -> int:
        """How many periods were renewed."""
        renewed, last = 0, None
        while True:
            async with self.storage.transaction() as tx:
                found = await tx.subscriptions.renewable(self.clock.now(), last, self.page)
            renewed += sum([await self._renew(one.tg_id) for one in found])
            if len(found) < self.page:
                return renewed
            last = found[-1]

    async def _renew(self, tg_id: TelegramId) -> bool:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            user = await tx.users.lock(tg_id)
            subscription = await tx.subscriptions.get(tg_id)
            ends_at = subscription.ends_at
            # The page is older than the lock: since then everything may have changed.
            is_wanted = subscription.auto_renew and user.is_welcome
            if ends_at is None or not is_wanted or not renews_soon(subscription, now):
                return False
            if await tx.kept_cards.of_user(tg_id) is not None or await is_charged_again(tx, tg_id, now):
                return False
            order = await renewal_order(tx, tg_id, now, self.ids)
            if order is None:
                await notify(tx, self.ids, tg_id, NotRenewed(ends_at, None, 0, 0), now)
                return False
            order = await tx.orders.lock(order.id)
            if not order.is_open:
                return False
            missing = await missing_for(tx, order.price, user)
            if missing.is_zero:
                return (await pay_waiting_order(tx, order.id, BALANCE, now, self.ids)).paid
            notice = NotRenewed(ends_at, order.id, order.price.units, missing.units)
            await notify(tx, self.ids, tg_id, notice, now)
            return False
