"""A rebalance of panels: how fast it goes, what it may move, and that one runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Protocol

from orbit_domain.ids import KeyId
from orbit_domain.node.fleet import Place
from orbit_domain.node.rebalance import TOLERANCE, NodeName

REBALANCE = "rebalance"
"""The subject of admin actions that begin and end a rebalance. The newest one says whether one runs."""

BEGUN, STOPPED, ENDED = "start_rebalance", "stop_rebalance", "end_rebalance"
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RebalancePace:
    """At most so many moves in any hour, in runs that are *period* apart; a key that was moved stays for *rest*.

    It ends when no two panels of a region differ by more than *tolerance* of the heavier one.
    """

    moves_per_hour: int = 60
    tolerance: Fraction = TOLERANCE
    rest: timedelta = timedelta(days=7)
    period: timedelta = timedelta(minutes=1)

    def counted_since(self, now: datetime) -> datetime:
        """Since when moves count against the limit."""
        return now - _HOUR

    def rested_since(self, now: datetime) -> datetime:
        """Who was moved at this time or later stays."""
        return now - self.rest

    def moves_now(self, moved: int) -> int:
        """How many moves this run may make when *moved* were made within the hour: an hour's are spread evenly."""
        share = -(-self.moves_per_hour * self.period // _HOUR)
        return max(0, min(share, self.moves_per_hour - moved))


class Rebalances(Protocol):
    """What a rebalance has moved, and may move: keys with time left that are where they are wanted, and at rest."""

    async def moved_since(self, at: datetime) -> int:
        """How many homes were chosen by a rebalance at *at* or later, wherever their keys live now."""

    async def movable(self, now: datetime, rested_since: datetime) -> Mapping[NodeName, int]:
        """How many keys of each node may move: none that was moved at *rested_since* or later."""

    async def movable_on(self, place: Place, now: datetime, rested_since: datetime, limit: int) -> tuple[KeyId, ...]:
        """The first of those on the node of *place*, by id."""
