"""A customer who buys, waits, is reminded and renews: the purchase that `orbit demo --headless` plays."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from orbit_adapters.sandbox.messages_shown import buttons, messages_of
from orbit_adapters.sandbox.payer import Bill, How, pay
from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import Payment
from orbit_entry.demo.stage import Stage

_PATIENCE_S = 30
_LOOK_EVERY_S = 0.05
_DAY = timedelta(days=1)


class StepFailed(Exception):
    """Something that should have been seen was not."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the purchase and what was seen."""

    name: str
    seen: str


@dataclass(slots=True)
class Player:
    """One customer at the stage. Every step waits until its effect is seen, or fails by name."""

    stage: Stage
    customer: int
    broken: str | None = None
    steps: list[Step] = field(default_factory=list)
    heal_after: timedelta = timedelta(minutes=3)

    async def play(self) -> None:
        """Start, choose a plan, pay with TON, get the key, be reminded, renew. Raises StepFailed."""
        world = self.stage.sandbox.telegram
        world.press_start(self.customer)
        await self._see("start", self._shows("plans"))
        await self._buy("", OrderState.DELIVERED)
        await self._come_to_last_day()
        await self._see("reminder", self._reminded)
        await self._buy(" again", OrderState.DELIVERED)

    async def orders(self) -> tuple[Order, ...]:
        """The customer's orders, newest first."""
        async with self.stage.storage.transaction() as tx:
            return await tx.orders.newest(TelegramId(self.customer), 10)

    async def subscription_url(self) -> str:
        """What the customer connects with; empty before the first key."""
        async with self.stage.storage.transaction() as tx:
            keys = await tx.keys.of_user(TelegramId(self.customer))
        return next((key.subscription_url for key in keys if key.subscription_url), "")

    async def _buy(self, again: str, wanted: OrderState) -> None:
        before = len(await self.orders())
        self._tap("plans")
        await self._see(f"plans{again}", self._shows("buy:sub_1m"))
        self._tap("buy:sub_1m")
        await self._see(f"checkout{again}", self._shows("pay:"))
        self._tap("pay:")
        await self._see(f"bill{again}", self._shows("check:"))
        self._break()
        pay(self.stage.sandbox, self.customer, await self._bill(), How.EXACT)
        self._note(f"paid{again}", "from the sandbox wallet")
        await self._wait_for_order(f"delivered{again}", before + 1, wanted)

    def _break(self) -> None:
        faults = self.stage.sandbox.faults
        if self.broken == "panel":
            faults.turn_on("panel.down")
        if self.broken == "chain":
            faults.turn_on("chain.hole")

    async def _wait_for_order(self, name: str, count: int, wanted: OrderState) -> None:
        """While something is broken time passes in the sandbox; then it heals, and the order must still arrive."""
        if self.broken is not None:
            await asyncio.sleep(1)
            orders = await self.orders()
            if orders[0].state is OrderState.DELIVERED:
                raise StepFailed(f"{name}: delivered although the {self.broken} was broken")
            self._note(f"{self.broken} broken", f"the order waits, {orders[0].state}")
            self.stage.sandbox.clock.advance(self.heal_after)
            self.stage.sandbox.faults.heal()
            self.broken = None
            self._note("healed", f"after {self.heal_after} of sandbox time")
        deadline = asyncio.get_running_loop().time() + _PATIENCE_S
        while asyncio.get_running_loop().time() < deadline:
            orders = await self.orders()
            if len(orders) == count and orders[0].state is wanted and self._link_shown(await self.subscription_url()):
                self._note(name, f"order {orders[0].id}")
                return
            # Back-off after a failure is counted on the sandbox's clock.
            self.stage.sandbox.clock.advance(timedelta(seconds=1))
            await asyncio.sleep(_LOOK_EVERY_S * 4)
        raise StepFailed(name)

    async def _come_to_last_day(self) -> None:
        async with self.stage.storage.transaction() as tx:
            subscription = await tx.subscriptions.get(TelegramId(self.customer))
        if subscription.ends_at is None:
            raise StepFailed("no subscription")
        left = subscription.ends_at - _DAY + timedelta(minutes=1) - self.stage.sandbox.clock.now()
        self.stage.sandbox.clock.advance(left)
        self._note("last day", f"the clock is at {self.stage.sandbox.clock.now():%Y-%m-%d %H:%M} UTC")
        await asyncio.sleep(1)  # The scanner looks at the chain after the jump before anybody is asked to pay.

    async def _bill(self) -> Bill:
        async with self.stage.storage.transaction() as tx:
            payments: tuple[Payment, ...] = await tx.payments.of_user(TelegramId(self.customer), 1)
        if not payments:
            raise StepFailed("no payment to pay")
        newest = payments[0]
        return Bill(newest.quote.due.units, newest.comment, newest.expires_at - self.stage.sandbox.clock.now())

    async def _see(self, name: str, look: Callable[[], Awaitable[bool]]) -> None:
        deadline = asyncio.get_running_loop().time() + _PATIENCE_S
        while asyncio.get_running_loop().time() < deadline:
            if await look():
                self._note(name, "seen")
                return
            await asyncio.sleep(_LOOK_EVERY_S)
        raise StepFailed(name)

    def _tap(self, word: str) -> None:
        found = self._button(word)
        if found is None:
            raise StepFailed(f"no button {word}")
        self.stage.sandbox.telegram.tap(self.customer, *found)

    def _button(self, word: str) -> tuple[int, str] | None:
        """The newest button whose data begin with *word*, and its message."""
        return next(buttons(self.stage.sandbox.telegram, self.customer, word), None)

    def _shows(self, word: str) -> Callable[[], Awaitable[bool]]:
        async def look() -> bool:
            return self._button(word) is not None

        return look

    def _link_shown(self, url: str) -> bool:
        shown = messages_of(self.stage.sandbox.telegram, self.customer)
        return bool(url) and any(url in text for text in shown)

    async def _reminded(self) -> bool:
        async with self.stage.storage.transaction() as tx:
            promises = await tx.outbox.of_user(TelegramId(self.customer), 20)
        return any(isinstance(one.notice, PeriodEnding) and one.done_at for one in promises)

    def _note(self, name: str, seen: str) -> None:
        self.steps.append(Step(name, seen))
