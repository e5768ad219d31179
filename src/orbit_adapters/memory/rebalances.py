"""What a rebalance has moved and may move, in memory."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from orbit_adapters.memory.tables import Session
from orbit_domain.access.key import Key
from orbit_domain.access.placement import Placement
from orbit_domain.ids import KeyId
from orbit_domain.node.fleet import Place
from orbit_domain.node.rebalance import NodeName


class MemoryRebalances:
    """The port `Rebalances`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def moved_since(self, at: datetime) -> int:
        """How many homes were chosen by a rebalance at *at* or later."""
        return sum(_was_moved(one, at) for key in self._session.tables.keys.values() for one in key.placements)

    async def movable(self, now: datetime, rested_since: datetime) -> Mapping[NodeName, int]:
        """How many keys of each node may move."""
        return Counter(name for _, name in self._movable(now, rested_since))

    async def movable_on(self, place: Place, now: datetime, rested_since: datetime, limit: int) -> tuple[KeyId, ...]:
        """The first of those on the node of *place*, by id."""
        there = (place.panel_id, place.node)
        return tuple(sorted(key.id for key, name in self._movable(now, rested_since) if name == there)[:limit])

    def _movable(self, now: datetime, rested_since: datetime) -> Iterator[tuple[Key, NodeName]]:
        for key in self._session.tables.keys.values():
            home, was_moved = key.home, any(_was_moved(one, rested_since) for one in key.placements)
            if not key.enabled or key.expires_at <= now or not home.is_confirmed or was_moved:
                continue
            if home.panel_id is not None and home.node is not None:
                yield key, (home.panel_id, home.node)


def _was_moved(placement: Placement, since: datetime) -> bool:
    return placement.rebalanced_at is not None and placement.rebalanced_at >= since
