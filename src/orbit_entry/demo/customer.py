"""A simulated customer: taps buttons, pays from the sandbox wallet, and reads the shop's database."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.ids import TelegramId
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import Payment
from orbit_domain.storage import Storage, transact
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.user.user import User
from orbit_sandbox.payer import PaymentScenario, WalletInvoice, pay
from orbit_sandbox.sandbox import Sandbox
from orbit_sandbox.telegram.chat_view import bot_texts, callback_buttons

_POLL_S = 0.05
_DAY = timedelta(days=1)
_MAX_SCAN_AGE = timedelta(minutes=1)


class NotSeenError(Exception):
    """An expected event did not happen within the customer's timeout."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One Telegram user with a wallet. Each wait ends with NotSeenError after `timeout_s` seconds.

    *storage* is the shop's database; it is only read.
    """

    sandbox: Sandbox
    storage: Storage
    id: int
    timeout_s: float = 30

    @property
    def tg_id(self) -> TelegramId:
        """The id the shop knows the customer by."""
        return TelegramId(self.id)

    async def tap(self, word: str) -> None:
        """Tap the newest button whose data begin with *word*, once it is there. Raises NotSeenError."""
        message, data = await self.button(word)
        self.sandbox.telegram.tap(self.id, message, data)

    async def button(self, word: str) -> tuple[int, str]:
        """The newest button whose data begin with *word*, as (message, data). Raises NotSeenError."""

        async def shown() -> bool:
            return next(callback_buttons(self.sandbox.telegram, self.id, word), None) is not None

        await self.until(f"a button {word}", shown)
        return next(callback_buttons(self.sandbox.telegram, self.id, word))

    async def request_invoice(self, plan: str = "sub_1m") -> Payment:
        """Go from the home screen to a TON invoice for *plan*. Raises NotSeenError."""
        known = len(await self.payments())
        await self.tap("plans")
        await self.tap(f"buy:{plan}")
        await self.tap("pay:")

        async def created() -> bool:
            return len(await self.payments()) > known

        await self.until("an invoice", created)
        return (await self.payments())[0]

    def pay(self, payment: Payment, scenario: PaymentScenario = PaymentScenario.EXACT) -> None:
        """Send coins or USDT for *payment* from the wallet."""
        open_for = payment.expires_at - self.sandbox.clock.now()
        pay(self.sandbox, self.id, WalletInvoice(payment.quote.due, payment.comment, open_for), scenario)

    async def until(self, what: str, condition: Callable[[], Awaitable[bool]], tick: timedelta | None = None) -> None:
        """Wait until *condition* holds. Each check advances the clock by *tick*. Raises NotSeenError with *what*."""
        deadline = asyncio.get_running_loop().time() + self.timeout_s
        while not await condition():
            if asyncio.get_running_loop().time() > deadline:
                raise NotSeenError(what)
            if tick is not None:
                self.sandbox.clock.advance(tick)
            await asyncio.sleep(_POLL_S)

    async def until_delivered(self, orders: int = 1) -> Order:
        """Wait until the newest of *orders* is delivered and its link is on the screen. Raises NotSeenError."""

        async def delivered() -> bool:
            known = await self.orders()
            return len(known) == orders and known[0].state is OrderState.DELIVERED and await self.sees_link()

        # Back-off after an error follows the sandbox's clock, so the clock runs a little faster here.
        await self.until("a delivered order", delivered, timedelta(seconds=0.2))
        return (await self.orders())[0]

    async def until_last_day(self) -> None:
        """Move the clock to one day before the subscription ends. Raises NotSeenError without a subscription."""
        subscription = await self.subscription()
        if subscription.ends_at is None:
            raise NotSeenError("a subscription")
        left = subscription.ends_at - _DAY + timedelta(minutes=1) - self.sandbox.clock.now()
        self.sandbox.clock.advance(max(timedelta(0), left))
        await self.until_scanned()

    async def until_scanned(self) -> None:
        """Wait until the scanner has read the chain up to now: before that the shop makes no invoice."""
        now = self.sandbox.clock.now()

        async def scanned() -> bool:
            cursor = await transact(self.storage, lambda tx: tx.cursors.get(self.sandbox.source))
            return cursor is not None and cursor.watermark is not None and now - cursor.watermark < _MAX_SCAN_AGE

        await self.until("a scan of the chain", scanned)

    async def sees_link(self) -> bool:
        """Whether the subscription link is on the screen."""
        url = await self.subscription_url()
        return bool(url) and any(url in text for text in self.messages())

    def messages(self) -> list[str]:
        """The texts of the bot, newest first."""
        return bot_texts(self.sandbox.telegram, self.id)

    async def orders(self) -> tuple[Order, ...]:
        """The customer's orders, newest first."""
        return await transact(self.storage, lambda tx: tx.orders.newest(self.tg_id, 100))

    async def payments(self) -> tuple[Payment, ...]:
        """The customer's payments, newest first."""
        return await transact(self.storage, lambda tx: tx.payments.of_user(self.tg_id, 100))

    async def user(self) -> User | None:
        """The customer as the shop knows them; None before /start."""
        return await transact(self.storage, lambda tx: tx.users.get(self.tg_id))

    async def subscription(self) -> Subscription:
        """The customer's subscription."""
        return await transact(self.storage, lambda tx: tx.subscriptions.get(self.tg_id))

    async def subscription_url(self) -> str:
        """The link of the first key that has one; empty before."""
        keys = await transact(self.storage, lambda tx: tx.keys.of_user(self.tg_id))
        return next((key.subscription_url for key in keys if key.subscription_url), "")
