"""How many keys live on each node, without counting a large shop again for every key."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.node.fleet import Place
from orbit_domain.storage import Storage

_Node = tuple[PanelId, str]


@dataclass(slots=True)
class CountKeys:
    """Count the keys that haven't expired, by the node of their home.

    A shop of one page is counted each time. A larger one is counted page by page, each in a transaction of its own,
    at most once in `fresh_for`; in between, what this process places is added. The counts only rank nodes: one that
    is a minute old sends a key to the second best node at worst.
    """

    storage: Storage
    clock: Clock
    page_size: int = 2_500
    fresh_for: timedelta = timedelta(minutes=1)
    _counts: Counter[_Node] = field(default_factory=Counter)
    _counted_at: datetime | None = None

    async def __call__(self) -> Mapping[_Node, int]:
        now = self.clock.now()
        if self._counted_at is None or now - self._counted_at >= self.fresh_for:
            self._counts, is_large = await self._count(now)
            self._counted_at = now if is_large else None
        return self._counts

    def placed(self, place: Place, left: Place | None = None) -> None:
        """A key has its home there from now on, perhaps in place of another."""
        self._counts[place.panel_id, place.node] += 1
        if left is not None:
            self._counts[left.panel_id, left.node] -= 1

    async def _count(self, now: datetime) -> tuple[Counter[_Node], bool]:
        counts, is_large, after = Counter[_Node](), False, None
        while True:
            last = await self._add_page(counts, now, after)
            if last is None:
                return counts, is_large
            is_large, after = True, last

    async def _add_page(self, counts: Counter[_Node], now: datetime, after: KeyId | None) -> KeyId | None:
        async with self.storage.transaction() as tx:
            page = await tx.keys.count_by_node(now, after, self.page_size)
        counts.update(page.keys)
        return page.last
