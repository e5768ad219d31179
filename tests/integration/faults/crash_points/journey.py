"""A customer who buys a month and renews it, in a shop whose process dies where the plan says."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any

from orbit_domain.ids import Nonce, OrderId, PlanCode
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.transfer import Transfer
from orbit_domain.use_cases.show_payment import PaymentView
from tests.integration.faults.crash_points.crash_injection import CrashBudget
from tests.integration.faults.crash_points.facts import Facts
from tests.integration.faults.crash_points.invariants import Outside, liveness_violations, safety_violations
from tests.integration.faults.crash_points.plan import Attempt, Plan
from tests.integration.faults.crash_points.shop_database import ShopDatabase
from tests.support.shop import Shop
from tests.support.world import COIN
from tests.unit.use_cases.crash_journey import LEASES_OVER_MIN

PLAN = PlanCode("sub_1m")
Act = Callable[[Shop], Coroutine[Any, Any, object]]


class Broken(AssertionError):
    """Something was lost, doubled, refused or left undone. The message says where, and the plan repeats it."""

    def __init__(self, plan: Plan, what: str) -> None:
        super().__init__(f"{what}\nin {plan}")
        self.plan = plan


@dataclass(frozen=True, slots=True)
class Step:
    """What one process does for the customer, and what another does meanwhile when the plan lets the two meet.

    `skips`: what somebody else holds is left for the next turn, instead of being waited for.
    """

    name: str
    act: Act
    other: Act
    skips: bool = False


class Journey:
    """What the customer's phone shows survives every crash; the verbs are made anew after each."""

    def __init__(self, shop_database: ShopDatabase, plan: Plan) -> None:
        self.shop_database = shop_database
        self.plan = plan
        self.tg_id = shop_database.newcomer()
        self.lengths: dict[str, int] = {}
        self.hits: Counter[tuple[str, int]] = Counter()
        self.meetings = 0
        self._nonces: dict[int, Nonce] = {}
        self._orders: dict[int, OrderId] = {}
        self._shown: PaymentView | None = None
        self._sent: tuple[Transfer, ...] = ()
        self._tapped = False

    @property
    def crashes(self) -> int:
        """How often the process died."""
        return self.hits.total()

    async def run(self) -> None:
        """Every step, with its deaths, to the end. Raises Broken."""
        # A shop's loops never rest: nobody comes when the scanner is behind only because nobody came.
        await self.shop_database.shop().scan_transfers()
        for step in self._steps():
            for attempt in self.plan.attempts.get(step.name, ()):
                if not await self._spend(step, attempt):
                    break
                self.shop_database.world.clock.advance(minutes=LEASES_OVER_MIN)
            else:
                await self._spend(step, Attempt())
        await self._judge("the end", liveness_violations)

    def _steps(self) -> list[Step]:
        start = Step("start", self._start, self._start)
        choose = Step("choose", partial(self._choose, 0), partial(self._tap, 0))
        ask = Step("ask", self._ask, self._ask)
        check = Step("check", self._check, Shop.take_money)
        again = Step("choose again", partial(self._choose, 1), partial(self._tap, 1))
        renew = Step("renew", self._renew, _provision if self.plan.hasty else self._renew)
        if self.plan.hasty:
            return [start, choose, ask, check, again, renew, *_delivery(""), SWEEP]
        return [start, choose, ask, check, *_delivery(""), again, renew, *_delivery(" again"), SWEEP]

    async def _spend(self, step: Step, attempt: Attempt) -> bool:
        """One life on one step; whether it died, after which all that must always hold is looked at."""
        others: list[asyncio.Task[object]] = []
        nobodys = copy_context()

        def meet() -> None:
            others.append(asyncio.create_task(step.other(self.shop_database.shop()), context=nobodys))

        life = CrashBudget(attempt.fatal, attempt.meeting, meet)
        try:
            try:
                died = await life.live(lambda: step.act(self.shop_database.shop()))
            finally:
                ends = await asyncio.gather(*others, return_exceptions=True)
            for end in ends:
                if isinstance(end, BaseException):
                    raise end
        except Exception as error:
            raise Broken(self.plan, f"{step.name}, {attempt}: {error!r}") from error
        self.meetings += len(others)
        if died:
            self.hits[step.name, attempt.fatal] += 1
            if step.skips:
                # Minutes pass before the next turn, so it doesn't find rows that are held for the dead one still.
                await self.shop_database.buried(life.cut)
            await self._judge(f"{step.name}, {attempt}", safety_violations)
        else:
            self.lengths[step.name] = life.passed
        return died

    async def _judge(self, where: str, rules: Callable[[Facts, Outside], list[str]]) -> None:
        facts = await self.shop_database.facts(self.tg_id, self._sent)
        if facts is None:
            return  # Nothing of the first tap was recorded.
        found = rules(facts, self.shop_database.outside(self.tg_id, self._sent, self.crashes))
        if found:
            raise Broken(self.plan, f"{where}: " + "; ".join(found))

    async def _start(self, shop: Shop) -> None:
        await shop.register_user(self.tg_id, f"user{self.tg_id}", "ru")

    async def _choose(self, number: int, shop: Shop) -> None:
        if number not in self._nonces:
            self._nonces[number] = (await shop.list_plans(self.tg_id)).nonce
        await self._tap(number, shop)

    async def _tap(self, number: int, shop: Shop) -> None:
        """Tap the plan in the list that is on the screen, if one is there already."""
        if number in self._nonces:
            checkout = await shop.open_checkout(self.tg_id, PLAN, self._nonces[number])
            self._orders[number] = checkout.order.id

    async def _ask(self, shop: Shop) -> None:
        await shop.scan_transfers()  # Nobody is asked for money while the scanner is behind.
        self._shown = await shop.request_payment(self.tg_id, self._orders[0], TON_METHOD)

    async def _check(self, shop: Shop) -> None:
        assert self._shown is not None
        if not self._sent:
            self._sent = (self.shop_database.world.chain.deposit(2 * COIN, self._shown.invoice.comment),)
        if self._tapped and self.plan.patient:
            await shop.take_money()
            return
        self._tapped = True
        await shop.check_payment(self.tg_id, self._shown.payment.id)

    async def _renew(self, shop: Shop) -> None:
        await shop.pay_from_balance(self.tg_id, self._orders[1])


async def _provision(shop: Shop) -> None:
    await shop.provision_keys()


async def _tell(shop: Shop) -> None:
    while await shop.deliver_notices():
        """What is owed is told in batches."""


async def _sweep(shop: Shop) -> None:
    await shop.expire_payments()
    await shop.remind_expiring()
    await shop.alert_delayed_orders()
    await _tell(shop)


def _delivery(suffix: str) -> tuple[Step, Step]:
    provision = Step(f"provision{suffix}", _provision, _provision, skips=True)
    return provision, Step(f"tell{suffix}", _tell, _tell, skips=True)


SWEEP = Step("sweep", _sweep, Shop.take_money, skips=True)
