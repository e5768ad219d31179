"""Where a new key could live now."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.node.eligibility import why_out
from orbit_domain.use_cases.read_fleet import ReadFleet


@dataclass(frozen=True, slots=True)
class ListRegions:
    """The regions of the nodes that can take a key now, by name. None when the panels don't answer within `limit`."""

    read_fleet: ReadFleet
    limit: timedelta = timedelta(seconds=5)

    async def __call__(self) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(self.limit.total_seconds()):
                fleet = await self.read_fleet()
        except TimeoutError:
            return ()
        usable = (node.reading.region for node in fleet if why_out(node, None, node.active_users) is None)
        return tuple(sorted({region for region in usable if region}))
