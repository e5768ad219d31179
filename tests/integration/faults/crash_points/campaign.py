"""Many journeys over many crash points, on several streets at once, and what came of them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.integration.faults.crash_points.journey import Journey
from tests.integration.faults.crash_points.plan import Lengths, Plan, Share, plans
from tests.integration.faults.crash_points.seeded_bugs import Sabotage, honest
from tests.integration.faults.crash_points.shop_database import ShopDatabase, open_shop_database
from tests.support.servers.databases import Databases

STREETS = 2
CUSTOMERS = 200
SEED = 20261121


@dataclass
class Tally:
    """What was tried so far. `hits` counts the deaths by step and number of the call in it."""

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
        for (step, _), deaths in self.hits.items():
            steps[step] += deaths
        return dict(steps)

    def add(self, journey: Journey) -> None:
        """One journey more, to wherever it came."""
        self.journeys += 1
        self.meetings += journey.meetings
        self.hits += journey.hits


class Campaign:
    """A *share* of the journeys planned from *seed*, each street on databases of its own.

    A database serves 200 customers, then its whole books are checked. With a *sabotage* the shop isn't the one we
    ship. `progressed` hears of every journey.
    """

    def __init__(
        self,
        databases: Databases,
        template: str,
        *,
        seed: int = SEED,
        share: Share = Share(),  # noqa: B008 - it is frozen
        sabotage: Sabotage = honest,
        progressed: Callable[[Tally], None] = lambda tally: None,
    ) -> None:
        self.tally = Tally()
        self._databases = databases
        self._template = template
        self._seed = seed
        self._share = share
        self._sabotage = sabotage
        self._progressed = progressed

    async def rehearse(self) -> Lengths:
        """How many calls each step has when nothing happens. Raises Broken when that alone goes wrong."""
        lengths = {}
        async with self._street() as shop_database:
            for hasty in (False, True):
                calm = Journey(shop_database, Plan(0, hasty=hasty))
                await calm.run()
                lengths[hasty] = calm.lengths
            await shop_database.check_all()
        return lengths

    async def run(self, lengths: Lengths, points: int, streets: int = STREETS) -> Tally:
        """Go on until there are *points*. Raises Broken at the first thing that is lost, doubled, refused or left."""
        ahead = self._share.pick(plans(lengths, self._seed))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(streets):
                    group.create_task(self._walk(ahead, points))
        except* AssertionError as wrong:
            raise wrong.exceptions[0] from None
        return self.tally

    async def repeat(self, lengths: Lengths, number: int) -> Tally:
        """Journey *number* alone. Raises Broken."""
        plan = next(plan for plan in plans(lengths, self._seed) if plan.number == number)
        async with self._street() as shop_database:
            self.tally.databases += 1
            await self._accompany(Journey(shop_database, plan))
            await shop_database.check_all()
        return self.tally

    async def _walk(self, ahead: Iterator[Plan], points: int) -> None:
        while self.tally.points < points:
            async with self._street() as shop_database:
                self.tally.databases += 1
                while self.tally.points < points and len(shop_database.customers) < CUSTOMERS:
                    await self._accompany(Journey(shop_database, next(ahead)))
                await shop_database.check_all()

    async def _accompany(self, journey: Journey) -> None:
        try:
            await journey.run()
        finally:
            self.tally.add(journey)
        self._progressed(self.tally)

    @asynccontextmanager
    async def _street(self) -> AsyncIterator[ShopDatabase]:
        async with (
            self._databases.fresh(self._template) as url,
            open_shop_database(url, self._sabotage) as shop_database,
        ):
            yield shop_database
