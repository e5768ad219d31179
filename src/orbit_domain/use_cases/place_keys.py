"""Choose a place for every key that needs one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.access.breaker import PanelBreakers
from orbit_domain.access.placement import Placement
from orbit_domain.access.ports import Panels
from orbit_domain.access.repository import DuePlacement
from orbit_domain.clock import Clock
from orbit_domain.node.choice import Choice, NoNode, PlacementRequest, choose_nodes
from orbit_domain.node.fleet import Place
from orbit_domain.steps.record_key import place_keys, postpone_keys
from orbit_domain.steps.record_together import record_together
from orbit_domain.storage import Storage, retry_on_busy, transact
from orbit_domain.use_cases.read_fleet import ReadFleet

_NO_NODE = "no node can take this key now"


@dataclass(frozen=True, slots=True)
class PlaceKeys:
    """New keys, keys whose place was refused, keys of a panel that the shop doesn't have, and keys that a failing panel
    has never served. The place is stored before its panel is called, so that a crash leaves no account unknown.
    """

    storage: Storage
    clock: Clock
    panels: Panels
    breakers: PanelBreakers
    read_fleet: ReadFleet
    batch: int = 20
    lease: timedelta = timedelta(seconds=90)

    async def __call__(self) -> int:
        """How many keys have a place now that had none. Those without one are tried again later, for ever."""
        now = self.clock.now()
        known = frozenset(panel.panel_id for panel in self.panels.all())
        failing, lease_until = self.breakers.failing(), now + self.lease
        claimed = await transact(
            self.storage, lambda tx: tx.keys.claim_homeless(known, failing, now, lease_until, self.batch)
        )
        if not claimed:
            return 0
        requests = [PlacementRequest(due.key.region, due.placement.place) for due in claimed]
        fleet = await retry_on_busy(lambda: self.read_fleet(len(requests)))
        choices = choose_nodes(fleet, requests, self.clock.now())
        chosen = list(zip(claimed, choices, strict=True))
        await self._postpone([due for due, choice in chosen if isinstance(choice, NoNode)])
        return await self._place([(due, choice.place) for due, choice in chosen if isinstance(choice, Choice)])

    async def _place(self, chosen: Sequence[tuple[DuePlacement, Place]]) -> int:
        """Record the places, all of them at once; one that can't be recorded stops no other."""
        if not chosen:
            return 0
        ends = await record_together(self.storage, lambda tx, some: place_keys(tx, some, self.clock.now()), chosen)
        for (_, place), end in zip(chosen, ends, strict=True):
            if end is True:
                self.read_fleet.count_keys.placed(place)
        for end in ends:
            if isinstance(end, Exception):
                raise end
        return ends.count(True)

    async def _postpone(self, without_node: Sequence[DuePlacement]) -> None:
        if without_node:
            failures = [(due, _reason(due.placement)) for due in without_node]
            await transact(self.storage, lambda tx: postpone_keys(tx, failures, self.clock.now()))


def _reason(placement: Placement) -> str:
    """Why its place was refused, if it was: that there is no other follows from it."""
    return (placement.last_error if placement.is_refused else None) or _NO_NODE
