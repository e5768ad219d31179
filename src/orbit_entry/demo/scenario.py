"""The purchase that `orbit demo --headless` plays: buy, receive, be reminded, renew."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.order.order import OrderState
from orbit_entry.demo.customer import Customer, NotSeen

BREAKS = {"panel": "panel.down", "chain": "chain.hole"}
_BROKEN_FOR = timedelta(minutes=3)
_BROKEN_FOR_REAL_S = 1.5


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the purchase and what was seen."""

    name: str
    seen: str


@dataclass(slots=True)
class Scenario:
    """Plays one customer. Every step waits until its effect is seen, or ends the play by raising NotSeen."""

    customer: Customer
    broken: str | None = None
    steps: list[Step] = field(default_factory=list)

    async def play(self) -> None:
        """Start, choose, pay, receive, be reminded, renew. Raises NotSeen."""
        self.customer.sandbox.telegram.press_start(self.customer.id)
        await self.customer.button("plans")
        await self.customer.until_watched()
        self._note("start", "the home screen")
        await self._buy("delivered", 1)
        await self.customer.until_last_day()
        self._note("last day", f"the clock is at {self.customer.sandbox.clock.now():%Y-%m-%d %H:%M} UTC")
        await self.customer.until("a reminder", self._reminded)
        self._note("reminder", "one day left")
        await self._buy("renewed", 2)

    async def _buy(self, name: str, orders: int) -> None:
        payment = await self.customer.ask_for_bill()
        self._note("bill", f"{payment.quote.due.units} nanotons with {payment.comment}")
        self._break()
        self.customer.pay(payment)
        self._note("paid", "from the sandbox wallet")
        await self._heal()
        order = await self.customer.until_delivered(orders)
        self._note(name, f"order {order.id}, {await self.customer.subscription_url()}")

    def _break(self) -> None:
        if self.broken is None:
            return
        if self.broken == "chain":
            # A hole has something on either side: strangers pay before the customer, and a row between is hidden.
            sandbox = self.customer.sandbox
            stranger = sandbox.chain.wallet("stranger", 10**12)
            for _ in range(3):
                sandbox.chain.pay(stranger, sandbox.shop_wallet, 10**9, "hello")
        self.customer.sandbox.faults.turn_on(BREAKS[self.broken])

    async def _heal(self) -> None:
        """While something is broken, nothing may be delivered; after some minutes of sandbox time it heals."""
        if self.broken is None:
            return
        await asyncio.sleep(_BROKEN_FOR_REAL_S)
        state = (await self.customer.orders())[0].state
        if state is OrderState.DELIVERED:
            raise NotSeen(f"any effect of a broken {self.broken}")
        self._note("broken", f"the {self.broken} fails; the order is {state}")
        self.customer.sandbox.clock.advance(_BROKEN_FOR)
        self.customer.sandbox.faults.heal()
        self._note("healed", f"after {_BROKEN_FOR} of sandbox time")
        self.broken = None

    async def _reminded(self) -> bool:
        async with self.customer.storage.transaction() as tx:
            promises = await tx.outbox.of_user(self.customer.tg_id, 20)
        return any(isinstance(one.notice, PeriodEnding) and one.done_at for one in promises)

    def _note(self, name: str, seen: str) -> None:
        self.steps.append(Step(name, seen))
