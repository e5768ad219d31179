"""Choose a place for every key that needs one."""

from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.access.breaker import PanelBreakers
from orbit_domain.access.ports import Panels
from orbit_domain.access.repository import DuePlacement
from orbit_domain.clock import Clock
from orbit_domain.node.choice import Choice, NoNode, PlacementRequest, choose_nodes
from orbit_domain.steps.record_key import place_key, postpone_key
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
        choices = choose_nodes(await retry_on_busy(self.read_fleet), requests, self.clock.now())
        placed = [await self._record(due, choice) for due, choice in zip(claimed, choices, strict=True)]
        return sum(placed)

    async def _record(self, due: DuePlacement, choice: Choice | NoNode) -> bool:
        now = self.clock.now()
        if isinstance(choice, Choice):
            is_placed = await transact(self.storage, lambda tx: place_key(tx, due, choice.place, now))
            if is_placed:
                self.read_fleet.count_keys.placed(choice.place)
            return is_placed
        reason = (due.placement.last_error if due.placement.is_refused else None) or _NO_NODE
        await transact(self.storage, lambda tx: postpone_key(tx, due, reason, now))
        return False
