"""A customer who buys a month and renews it, in a shop whose process crashes where the plan says."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.integration.faults.crash_points.plan import Attempt, Plan
from tests.integration.faults.crash_points.shop_database import ShopDatabase
from tests.support.buyer import ResumingBuyer
from tests.support.crash_injection import LEASES_OVER_MIN, CrashBudget
from tests.support.facts import Facts
from tests.support.invariants import liveness_violations, safety_violations
from tests.support.shop import Shop

Act = Callable[[Shop], Coroutine[Any, Any, object]]


class JourneyFailed(AssertionError):
    """Something was lost, doubled, refused or left undone. The message says where, and the plan repeats it."""

    def __init__(self, plan: Plan, what: str) -> None:
        super().__init__(f"{what}\nin {plan}")
        self.plan = plan


@dataclass(frozen=True, slots=True)
class Step:
    """What one process does for the customer, and what another does meanwhile when the plan lets the two meet.

    `skips`: a row that another process has locked is left for the next run instead of being waited for.
    """

    name: str
    act: Act
    other: Act
    skips: bool = False


class Journey:
    """What the customer's phone shows survives every crash; the use cases are made anew after each."""

    def __init__(self, shop_database: ShopDatabase, plan: Plan) -> None:
        self.shop_database = shop_database
        self.plan = plan
        self.buyer = ResumingBuyer(shop_database.world, shop_database.new_customer())
        self.lengths: dict[str, int] = {}
        self.hits: Counter[tuple[str, int]] = Counter()
        self.meetings = 0
        self._has_checked = False

    @property
    def crashes(self) -> int:
        """How often the process crashed."""
        return self.hits.total()

    async def run(self) -> None:
        """Every step, with its crashes, to the end. Raises JourneyFailed."""
        # A shop's scanner never rests. Here it would be behind only because no customer came.
        await self.shop_database.shop().read_receipts()
        for step in self._steps():
            for attempt in self.plan.attempts.get(step.name, ()):
                if not await self._crashes_in(step, attempt):
                    break
                self.shop_database.world.clock.advance(minutes=LEASES_OVER_MIN)
            else:
                await self._crashes_in(step, Attempt())
        await self._check("the end", liveness_violations)

    def _steps(self) -> list[Step]:
        buyer = self.buyer
        start = Step("start", buyer.start, buyer.start)
        choose = Step("choose", partial(buyer.choose, 0), partial(buyer.tap_plan, 0))
        request = Step("request", self._request_payment, self._request_payment)
        check = Step("check", self._check_payment, Shop.scan_and_settle)
        again = Step("choose again", partial(buyer.choose, 1), partial(buyer.tap_plan, 1))
        renew = Step("renew", buyer.renew, _provision if self.plan.hasty else buyer.renew)
        if self.plan.hasty:
            return [start, choose, request, check, again, renew, *_delivery(""), SWEEP]
        return [start, choose, request, check, *_delivery(""), again, renew, *_delivery(" again"), SWEEP]

    async def _crashes_in(self, step: Step, attempt: Attempt) -> bool:
        """One process works on one step; whether it crashed, after which all that must always hold is checked."""
        others: list[asyncio.Task[object]] = []
        no_budget = copy_context()

        def meet() -> None:
            others.append(asyncio.create_task(step.other(self.shop_database.shop()), context=no_budget))

        process = CrashBudget(attempt.fatal, attempt.meeting, meet)
        try:
            try:
                crashed = await process.live(lambda: step.act(self.shop_database.shop()))
            finally:
                ends = await asyncio.gather(*others, return_exceptions=True)
            for end in ends:
                if isinstance(end, BaseException):
                    raise end
        except Exception as error:
            raise JourneyFailed(self.plan, f"{step.name}, {attempt}: {error!r}") from error
        self.meetings += len(others)
        if crashed:
            self.hits[step.name, attempt.fatal] += 1
            if step.skips:
                # Minutes pass before the next run, so it doesn't find rows that are still locked for the dead process.
                await self.shop_database.until_ended(process.cut_pids)
            await self._check(f"{step.name}, {attempt}", safety_violations)
        else:
            self.lengths[step.name] = process.passed
        return crashed

    async def _check(self, where: str, rules: Callable[[Facts], list[str]]) -> None:
        facts = await self.shop_database.facts(self.buyer.tg_id, self.buyer.sent, self.crashes)
        if facts is None:
            return  # Nothing of the first tap was recorded.
        found = rules(facts)
        if found:
            raise JourneyFailed(self.plan, f"{where}: " + "; ".join(found))

    async def _request_payment(self, shop: Shop) -> None:
        await shop.read_receipts()  # While the scanner is behind, no payment is requested.
        await self.buyer.request_payment(shop)

    async def _check_payment(self, shop: Shop) -> None:
        if not self.buyer.sent:
            # A worker records a rate each minute. Here the last one is as old as the crashes of earlier steps took.
            await shop.record_rates()
        self.buyer.send_once()
        if self._has_checked and self.plan.patient:
            await shop.scan_and_settle()
            return
        self._has_checked = True
        await self.buyer.check_payment(shop)


async def _provision(shop: Shop) -> None:
    await shop.provision_keys()


async def _deliver_notices(shop: Shop) -> None:
    while await shop.deliver_notices():
        """Notices are delivered in batches."""


async def _sweep(shop: Shop) -> None:
    await shop.expire_payments()
    await shop.remind_expiring()
    await shop.alert_delayed_orders()
    await _deliver_notices(shop)


def _delivery(suffix: str) -> tuple[Step, Step]:
    provision = Step(f"provision{suffix}", _provision, _provision, skips=True)
    return provision, Step(f"notify{suffix}", _deliver_notices, _deliver_notices, skips=True)


SWEEP = Step("sweep", _sweep, Shop.scan_and_settle, skips=True)
