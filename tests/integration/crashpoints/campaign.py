"""Many journeys over many crash points, on several streets at once, and what came of them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.integration.crashpoints.journey import Journey
from tests.integration.crashpoints.plan import Plan, plans
from tests.integration.crashpoints.street import open_street
from tests.servers.databases import Databases

STREETS = 3
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

    def add(self, journey: Journey) -> None:
        """One journey more that ended well."""
        self.journeys += 1
        self.meetings += journey.meetings
        self.hits += journey.hits


class Campaign:
    """Journeys planned from *seed* until so many *points* are passed, each street on databases of its own.

    A database serves 200 customers, then its whole books are checked. `progressed` hears of every journey.
    """

    def __init__(
        self,
        databases: Databases,
        template: str,
        *,
        seed: int = SEED,
        progressed: Callable[[Tally], None] | None = None,
    ) -> None:
        self.tally = Tally()
        self._databases = databases
        self._template = template
        self._seed = seed
        self._progressed = progressed

    async def run(self, points: int, streets: int = STREETS) -> Tally:
        """Go on until there are *points*. Raises Broken, or AssertionError when whole books are wrong."""
        ahead = plans(await self.rehearse(), self._seed)
        async with asyncio.TaskGroup() as group:
            for _ in range(streets):
                group.create_task(self._walk(ahead, points))
        return self.tally

    async def rehearse(self) -> Mapping[str, int]:
        """How many calls each step has when nothing happens."""
        lengths: dict[str, int] = {}
        async with self._databases.fresh(self._template) as url, open_street(url) as street:
            for hasty in (False, True):
                calm = Journey(street, Plan(0, hasty=hasty))
                await calm.run()
                lengths = {step: max(length, lengths.get(step, 0)) for step, length in calm.lengths.items()} | {
                    step: length for step, length in lengths.items() if step not in calm.lengths
                }
            await street.check_all()
        return lengths

    async def _walk(self, ahead: Iterator[Plan], points: int) -> None:
        while self.tally.points < points:
            async with self._databases.fresh(self._template) as url, open_street(url) as street:
                self.tally.databases += 1
                while self.tally.points < points and len(street.customers) < CUSTOMERS:
                    journey = Journey(street, next(ahead))
                    await journey.run()
                    self.tally.add(journey)
                    if self._progressed is not None:
                        self._progressed(self.tally)
                await street.check_all()
