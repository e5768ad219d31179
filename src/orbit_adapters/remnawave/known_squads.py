"""The squads that the panel knows, asked for at most once a minute and whenever one is missing."""

from datetime import datetime, timedelta
from uuid import UUID

from orbit_adapters.remnawave.api import RemnawaveApi
from orbit_domain.clock import Clock

FRESH_FOR = timedelta(minutes=1)


class KnownSquads:
    """An unknown squad makes the panel answer 500, which says nothing. So it is looked for before."""

    def __init__(self, api: RemnawaveApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._squads: frozenset[UUID] = frozenset()
        self._read_at: datetime | None = None

    async def missing(self, wanted: tuple[UUID, ...], *, anew: bool = False) -> frozenset[UUID]:
        """Those of *wanted* that the panel doesn't have. Raises PanelError."""
        now = self._clock.now()
        is_stale = self._read_at is None or now - self._read_at >= FRESH_FOR
        if anew or is_stale or not self._squads.issuperset(wanted):
            self._squads = frozenset(squad.uuid for squad in await self._api.squads())
            self._read_at = now
        return frozenset(wanted) - self._squads
