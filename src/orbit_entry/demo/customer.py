"""A customer at the stage: presses what is shown, pays from the sandbox wallet, and looks at the books to be sure."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.ids import TelegramId
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import Payment
from orbit_domain.storage import Storage
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.user.user import User
from orbit_sandbox.messages_shown import buttons, messages_of
from orbit_sandbox.payer import Bill, PaymentScenario, pay
from orbit_sandbox.sandbox import Sandbox

_LOOK_EVERY_S = 0.05
_DAY = timedelta(days=1)
_FRESH = timedelta(minutes=1)


class NotSeen(Exception):
    """Something that should have happened did not, in the time a patient customer gives it."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One Telegram user with a wallet. What doesn't happen within `patience_s` counts as not happening.

    *storage* is only read, to know what the shop believes.
    """

    sandbox: Sandbox
    storage: Storage
    id: int
    patience_s: float = 30

    @property
    def tg_id(self) -> TelegramId:
        """The id the shop knows the customer by."""
        return TelegramId(self.id)

    async def tap(self, word: str) -> None:
        """Tap the newest button whose data begin with *word*, once it is there. Raises NotSeen."""
        message, data = await self.button(word)
        self.sandbox.telegram.tap(self.id, message, data)

    async def button(self, word: str) -> tuple[int, str]:
        """The newest button whose data begin with *word*, as (message, data). Raises NotSeen."""

        async def shown() -> bool:
            return next(buttons(self.sandbox.telegram, self.id, word), None) is not None

        await self.until(f"a button {word}", shown)
        return next(buttons(self.sandbox.telegram, self.id, word))

    async def ask_for_bill(self, plan: str = "sub_1m") -> Payment:
        """From the home screen to a payment by TON for *plan*."""
        known = len(await self.payments())
        await self.tap("plans")
        await self.tap(f"buy:{plan}")
        await self.tap("pay:")

        async def asked() -> bool:
            return len(await self.payments()) > known

        await self.until("a bill", asked)
        return (await self.payments())[0]

    def pay(self, payment: Payment, how: PaymentScenario = PaymentScenario.EXACT) -> None:
        """Send coins for *payment* from the wallet."""
        open_for = payment.expires_at - self.sandbox.clock.now()
        pay(self.sandbox, self.id, Bill(payment.quote.due.units, payment.comment, open_for), how)

    async def until(self, what: str, look: Callable[[], Awaitable[bool]], tick: timedelta | None = None) -> None:
        """Wait until *look* says yes; meanwhile the sandbox's clock may *tick*. Raises NotSeen, naming *what*."""
        deadline = asyncio.get_running_loop().time() + self.patience_s
        while not await look():
            if asyncio.get_running_loop().time() > deadline:
                raise NotSeen(what)
            if tick is not None:
                self.sandbox.clock.advance(tick)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def until_delivered(self, orders: int = 1) -> Order:
        """Wait until the newest of *orders* is delivered and its link is on the screen. Raises NotSeen."""

        async def delivered() -> bool:
            known = await self.orders()
            return len(known) == orders and known[0].state is OrderState.DELIVERED and await self.sees_link()

        # Back-off after trouble is counted on the sandbox's clock, so time goes a little faster here.
        await self.until("a delivered order", delivered, timedelta(seconds=0.2))
        return (await self.orders())[0]

    async def until_last_day(self) -> None:
        """Let the clock go to a day before the end. Raises NotSeen when there is no subscription."""
        subscription = await self.subscription()
        if subscription.ends_at is None:
            raise NotSeen("a subscription")
        left = subscription.ends_at - _DAY + timedelta(minutes=1) - self.sandbox.clock.now()
        self.sandbox.clock.advance(max(timedelta(0), left))
        await self.until_watched()

    async def until_watched(self) -> None:
        """Wait until the scanner has looked at the chain as it is now; before that nobody is asked to pay."""
        now = self.sandbox.clock.now()

        async def watched() -> bool:
            async with self.storage.transaction() as tx:
                cursor = await tx.cursors.get(self.sandbox.source)
            return cursor is not None and cursor.watermark is not None and now - cursor.watermark < _FRESH

        await self.until("a look at the chain", watched)

    async def sees_link(self) -> bool:
        """Whether the subscription link is on the screen."""
        url = await self.subscription_url()
        return bool(url) and any(url in text for text in self.messages())

    def messages(self) -> list[str]:
        """What the bot has written, newest first."""
        return messages_of(self.sandbox.telegram, self.id)

    async def orders(self) -> tuple[Order, ...]:
        """The customer's orders, newest first."""
        async with self.storage.transaction() as tx:
            return await tx.orders.newest(self.tg_id, 100)

    async def payments(self) -> tuple[Payment, ...]:
        """The customer's payments, newest first."""
        async with self.storage.transaction() as tx:
            return await tx.payments.of_user(self.tg_id, 100)

    async def user(self) -> User | None:
        """What the shop knows of the customer."""
        async with self.storage.transaction() as tx:
            return await tx.users.get(self.tg_id)

    async def subscription(self) -> Subscription:
        """What time the customer has."""
        async with self.storage.transaction() as tx:
            return await tx.subscriptions.get(self.tg_id)

    async def subscription_url(self) -> str:
        """What the customer connects with; empty before the first key."""
        async with self.storage.transaction() as tx:
            keys = await tx.keys.of_user(self.tg_id)
        return next((key.subscription_url for key in keys if key.subscription_url), "")
