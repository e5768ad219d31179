"""How many keys live on each node, without counting a large shop again for every key."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Place
from orbit_domain.storage import Storage

_Node = tuple[PanelId, str]


@dataclass(slots=True)
class CountKeys:
    """Count the keys that haven't expired, by the node of their home.

    The counts only rank nodes, and what this process places is added to them. So whoever places a key takes counts that
    have served one key in `serves_one_in` of those that were counted, or are `kept_for` old: a count costs as much as
    there are keys, and a placed key a fixed part of that, in a busy shop and in a quiet one. What others have placed
    meanwhile is unknown to as few keys. Who only looks gets counts that are `fresh_for` old at most; a `small` shop is
    counted for every look.
    """

    storage: Storage
    clock: Clock
    small: int = 2_500
    fresh_for: timedelta = timedelta(minutes=1)
    kept_for: timedelta = timedelta(hours=3)
    serves_one_in: int = 100
    _counts: Counter[_Node] = field(default_factory=Counter)
    _counted: int = 0
    _served: int = 0
    _counted_at: datetime | None = None

    async def __call__(self, placing: int = 0) -> Mapping[_Node, int]:
        """The keys of each node, to place so many; 0: to look at them."""
        now = self.clock.now()
        if self._counted_at is None or not self._may_serve(now - self._counted_at, placing):
            # A snapshot: a count takes a while in a large shop, and nobody waits for it.
            async with self.storage.snapshot() as tx:
                self._counts = Counter(await tx.keys.count_by_node(now))
            self._counted, self._served, self._counted_at = self._counts.total(), 0, now
        self._served += placing
        return self._counts

    def placed(self, place: Place, left: Place | None = None) -> None:
        """A key has its home there from now on, perhaps in place of another."""
        self._counts[place.panel_id, place.node] += 1
        if left is not None:
            self._counts[left.panel_id, left.node] -= 1

    def _may_serve(self, age: timedelta, placing: int) -> bool:
        """Whether the counts are good enough. A clock that was set back makes none good for ever."""
        if placing:
            return timedelta(0) <= age < self.kept_for and self._served * self.serves_one_in < self._counted
        return timedelta(0) <= age < self.fresh_for and self._counted > self.small
