"""The scenario of `orbit demo --headless`: a purchase, a delivery, a reminder, a renewal."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.order.order import OrderState
from orbit_entry.demo.customer import Customer, NotSeenError

BREAKS = {"panel": "panel.down", "chain": "chain.hole"}
_FAULT_LASTS = timedelta(minutes=3)
_FAULT_REAL_S = 1.5


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the scenario and its result."""

    name: str
    seen: str


@dataclass(slots=True)
class Scenario:
    """The actions of one customer. Each step waits for its effect and raises NotSeenError without it."""

    customer: Customer
    broken: str | None = None
    steps: list[Step] = field(default_factory=list)

    async def run(self) -> None:
        """Press Start, buy, receive the key, get the reminder, renew. Raises NotSeenError."""
        self.customer.sandbox.telegram.press_start(self.customer.id)
        await self.customer.button("plans")
        await self.customer.until_scanned()
        self._note("start", "the home screen")
        await self._buy("delivered", 1)
        await self.customer.until_last_day()
        self._note("last day", f"the clock is at {self.customer.sandbox.clock.now():%Y-%m-%d %H:%M} UTC")
        await self.customer.until("a reminder", self._reminded)
        self._note("reminder", "one day left")
        await self._buy("renewed", 2)

    async def _buy(self, name: str, orders: int) -> None:
        payment = await self.customer.request_invoice()
        self._note("invoice", f"{payment.quote.due.units} nanotons with {payment.comment}")
        self._start_fault()
        self.customer.pay(payment)
        self._note("paid", "from the sandbox wallet")
        await self._recover()
        order = await self.customer.until_delivered(orders)
        self._note(name, f"order {order.id}, {await self.customer.subscription_url()}")

    def _start_fault(self) -> None:
        if self.broken is None:
            return
        if self.broken == "chain":
            # A hole needs rows on both sides: a stranger pays first, and a row in between is hidden.
            sandbox = self.customer.sandbox
            stranger = sandbox.chain.wallet("stranger", 10**12)
            for _ in range(3):
                sandbox.chain.pay(stranger, sandbox.shop_wallet, 10**9, "hello")
        self.customer.sandbox.faults.turn_on(BREAKS[self.broken])

    async def _recover(self) -> None:
        """Check that nothing is delivered during the fault. Then let some minutes pass and end the fault."""
        if self.broken is None:
            return
        await asyncio.sleep(_FAULT_REAL_S)
        state = (await self.customer.orders())[0].state
        if state is OrderState.DELIVERED:
            raise NotSeenError(f"any effect of the {self.broken} fault")
        self._note("broken", f"the {self.broken} fails; the order is {state}")
        self.customer.sandbox.clock.advance(_FAULT_LASTS)
        self.customer.sandbox.faults.clear()
        self._note("recovered", f"after {_FAULT_LASTS} of sandbox time")
        self.broken = None

    async def _reminded(self) -> bool:
        async with self.customer.storage.transaction() as tx:
            messages = await tx.outbox.of_user(self.customer.tg_id, 20)
        told = [one for one in messages if one.done_at and one.dropped_reason is None]
        return any(isinstance(one.notice, PeriodEnding) for one in told)

    def _note(self, name: str, seen: str) -> None:
        self.steps.append(Step(name, seen))
