"""A customer whose subscription in Stars was paid, and the Telegram that charges again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orbit_adapters.stars.gateway import StarsGateway
from orbit_adapters.stars.monthly_gateway import StarsMonthlyGateway
from orbit_domain.ids import TelegramId
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Payment
from orbit_domain.subscription.subscription import Grant
from orbit_sandbox.telegram.checkouts import Charge
from tests.integration.telegram.bot_harness import ChatUser
from tests.integration.telegram.stars_shop import DUE, StarsHarness, open_stars_shop

MONTH = timedelta(days=30)
MONTHLY_BUTTON = "каждый месяц"


@dataclass
class Subscriber:
    """A customer whose month in Stars was paid and delivered, and the Telegram that charges again."""

    stars: StarsHarness
    user: ChatUser

    @property
    def first(self) -> Charge:
        """The charge that named the subscription."""
        return self.stars.charges[0]

    async def renew(self) -> Charge:
        """Let the month pass, Telegram charge again, and the shop see it."""
        await self.wait(MONTH)
        return self.stars.charges[-1]

    async def wait(self, by: timedelta) -> None:
        """Let time pass, and Telegram and the shop do what is due."""
        self.stars.world.clock.advance(seconds=by.total_seconds())
        for _ in range(2):
            await self.stars.shop.work()
            await self.stars.process_updates()

    async def turn(self, *states: str) -> None:
        """Let Telegram say what has become of the subscription, and the bot handle it."""
        for state in states:
            self.stars.telegram.subscriptions.turn(self.first.id, state)
        await self.stars.process_updates()
        await self.stars.shop.work()

    async def refund(self, charge: Charge) -> None:
        """Let Telegram give *charge* back, and the shop see it."""
        self.stars.telegram.checkouts.refund(self.user.user_id, charge.id, self.stars.telegram.clock.now())
        await self.wait(timedelta(minutes=2))

    async def orders(self) -> list[Order]:
        """The customer's orders, oldest first, in a ledger that balances."""
        await self.stars.outcome(self.user)
        async with self.stars.world.storage.transaction() as tx:
            return list(reversed(await tx.orders.newest(TelegramId(self.user.user_id), 20)))

    async def grants(self) -> tuple[Grant, ...]:
        async with self.stars.world.storage.transaction() as tx:
            return await tx.grants.of_user(TelegramId(self.user.user_id))

    async def ends_at(self) -> datetime:
        async with self.stars.world.storage.transaction() as tx:
            ends_at = (await tx.subscriptions.get(TelegramId(self.user.user_id))).ends_at
        assert ends_at is not None
        return ends_at

    async def days_left(self) -> int:
        return (await self.ends_at() - self.stars.world.clock.now() + timedelta(hours=12)).days

    async def payments(self) -> list[Payment]:
        """The customer's payments, oldest first."""
        async with self.stars.world.storage.transaction() as tx:
            return list(reversed(await tx.payments.of_user(TelegramId(self.user.user_id), 20)))

    async def money(self) -> tuple[int, int]:
        """Kopecks on the balance, and owed."""
        tg_id = TelegramId(self.user.user_id)
        async with self.stars.world.storage.transaction() as tx:
            customer = await tx.users.get(tg_id)
            return (customer.balance.units if customer else -1), await tx.ledger.debt(tg_id)

    async def told(self, kind: str) -> list[Any]:
        """What the customer was sent of that *kind*."""
        async with self.stars.world.storage.transaction() as tx:
            sent = await tx.outbox.of_user(TelegramId(self.user.user_id), 100)
        kinds = [one for one in reversed(sent) if one.notice.kind == kind]
        return [one.notice for one in kinds if one.done_at is not None and one.dropped_reason is None]


async def subscribed() -> Subscriber:
    """A customer of a new shop who has just paid the first month."""
    stars = await open_stars_shop((StarsGateway, StarsMonthlyGateway))
    user = stars.new_user()
    await user.write("/start")
    await user.tap("plans")
    await user.tap("buy:sub_1m")
    await user.tap(MONTHLY_BUTTON)
    assert f"Telegram списывает {DUE}\xa0⭐ каждые 30 дней" in user.text
    await stars.pay(user, stars.link(user))
    await stars.shop.work()
    return Subscriber(stars, user)
