"""Many journeys over many crash points, on several databases at once, and what was found."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.integration.faults.crash_points.journey import Journey
from tests.integration.faults.crash_points.plan import Lengths, Plan, Share, plans
from tests.integration.faults.crash_points.seeded_bugs import SeededBug, no_bug
from tests.integration.faults.crash_points.shop_database import ShopDatabase, open_shop_database
from tests.support.servers.databases import Databases

PARALLEL = 2
CUSTOMERS = 200
SEED = 20261121

Planned = Callable[[Lengths, int], Iterator[Plan]]
"""The plans of a seed, in the order in which they are tried."""


@dataclass
class Tally:
    """What was tried so far. `hits` counts the crashes by step and number of the call in it."""

    journeys: int = 0
    meetings: int = 0
    databases: int = 0
    hits: Counter[tuple[str, int]] = field(default_factory=Counter)

    @property
    def points(self) -> int:
        """How many crash points were passed."""
        return self.hits.total()

    def by_step(self) -> dict[str, int]:
        """How many of them in each step."""
        steps: Counter[str] = Counter()
        for (step, _), crashes in self.hits.items():
            steps[step] += crashes
        return dict(steps)

    def add(self, journey: Journey) -> None:
        """Count one more journey, finished or not."""
        self.journeys += 1
        self.meetings += journey.meetings
        self.hits += journey.hits


class Campaign:
    """A *share* of the journeys planned from *seed*, on several databases at once.

    A database serves 200 customers, then its whole ledger is checked. With a *bug* the shop isn't the one we ship.
    *planned* gives the plans: `plans`, or only the random ones.
    `progressed` is called after every journey.
    """

    def __init__(
        self,
        databases: Databases,
        template: str,
        *,
        seed: int = SEED,
        share: Share = Share(),  # noqa: B008 - it is frozen
        bug: SeededBug = no_bug,
        planned: Planned = plans,
        progressed: Callable[[Tally], None] = lambda tally: None,
    ) -> None:
        self.tally = Tally()
        self._databases = databases
        self._template = template
        self._seed = seed
        self._share = share
        self._bug = bug
        self._planned = planned
        self._progressed = progressed

    async def rehearse(self) -> Lengths:
        """How many calls each step has when nothing happens. Raises JourneyFailed when that alone fails."""
        lengths = {}
        async with self._open_database() as shop_database:
            for hasty in (False, True):
                calm = Journey(shop_database, Plan(0, hasty=hasty))
                await calm.run()
                lengths[hasty] = calm.lengths
            await shop_database.check_all()
        return lengths

    async def run(self, lengths: Lengths, points: int, parallel: int = PARALLEL) -> Tally:
        """Go on until there are *points*. Raises JourneyFailed at the first loss, double, refusal or leftover."""
        ahead = self._share.pick(self._planned(lengths, self._seed))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(parallel):
                    group.create_task(self._run_plans(ahead, points))
        except* AssertionError as errors:
            raise errors.exceptions[0] from None
        return self.tally

    async def repeat(self, lengths: Lengths, number: int) -> Tally:
        """Journey *number* alone. Raises JourneyFailed."""
        plan = next(plan for plan in self._planned(lengths, self._seed) if plan.number == number)
        async with self._open_database() as shop_database:
            self.tally.databases += 1
            await self._run_journey(Journey(shop_database, plan))
            await shop_database.check_all()
        return self.tally

    async def _run_plans(self, ahead: Iterator[Plan], points: int) -> None:
        while self.tally.points < points:
            async with self._open_database() as shop_database:
                self.tally.databases += 1
                while self.tally.points < points and len(shop_database.customers) < CUSTOMERS:
                    await self._run_journey(Journey(shop_database, next(ahead)))
                await shop_database.check_all()

    async def _run_journey(self, journey: Journey) -> None:
        try:
            await journey.run()
        finally:
            self.tally.add(journey)
        self._progressed(self.tally)

    @asynccontextmanager
    async def _open_database(self) -> AsyncIterator[ShopDatabase]:
        async with (
            self._databases.fresh(self._template) as url,
            open_shop_database(url, self._bug) as shop_database,
        ):
            yield shop_database
