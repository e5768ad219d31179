"""Move the keys of one panel elsewhere: it is to be switched off, or it is dead."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from orbit_domain.access.key import Key
from orbit_domain.access.panel_changes import NoSuchPanel
from orbit_domain.access.panel_connection import panel_subject
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, KeyId, PanelId
from orbit_domain.node.choice import Choice, NoNode, PlacementRequest, choose_nodes
from orbit_domain.storage import AdminAction, Storage, Transaction, transact
from orbit_domain.use_cases.read_fleet import ReadFleet

OnProgress = Callable[[int], None]
"""Called with how many keys of the panel were looked at."""


@dataclass(slots=True)
class Evacuation:
    """How many keys go to each panel, how many have no place elsewhere, and how many have no time left and stay."""

    moved: Counter[PanelId] = field(default_factory=Counter)
    without_place: int = 0
    without_time: int = 0


@dataclass(frozen=True, slots=True)
class EvacuatePanel:
    """Drain the panel, and give every key with time left a home elsewhere.

    The account on the old panel serves until the new one is confirmed, and is removed then, however long the old panel
    is away. Asking twice moves only what has come back or found no place before.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    read_fleet: ReadFleet
    page_size: int = 100

    async def __call__(
        self,
        panel_id: PanelId,
        actor: str,
        reason: str = "",
        *,
        dry_run: bool = False,
        on_progress: OnProgress = lambda _seen: None,
    ) -> Evacuation:
        """Move them, or with *dry_run* only say what would move. Raises NoSuchPanel."""
        await transact(self.storage, lambda tx: self._drain(tx, panel_id, actor, reason, dry_run=dry_run))
        evacuation = Evacuation()
        after: KeyId | None = None
        while page := await self._page(panel_id, after):
            living = [key for key in page if key.enabled and key.expires_at > self.clock.now()]
            evacuation.without_time += len(page) - len(living)
            for key, choice in zip(living, await self._choose(panel_id, living), strict=True):
                await self._move(panel_id, key, choice, evacuation, dry_run=dry_run)
            after = page[-1].id
            on_progress(len(page))
        return evacuation

    async def _drain(self, tx: Transaction, panel_id: PanelId, actor: str, reason: str, *, dry_run: bool) -> None:
        record = await tx.panels.lock(panel_id)
        if record is None:
            raise NoSuchPanel(panel_id)
        if not dry_run:
            await tx.panels.put(replace(record, draining=True))
            subject, now = panel_subject(panel_id), self.clock.now()
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, "evacuate_panel", subject, reason, now))

    async def _page(self, panel_id: PanelId, after: KeyId | None) -> tuple[Key, ...]:
        return await transact(self.storage, lambda tx: tx.keys.on_panel(panel_id, after, self.page_size))

    async def _choose(self, panel_id: PanelId, keys: Sequence[Key]) -> tuple[Choice | NoNode, ...]:
        if not keys:
            return ()
        fleet = [node for node in await self.read_fleet() if node.panel_id != panel_id]
        return choose_nodes(fleet, [PlacementRequest(key.region) for key in keys], self.clock.now())

    async def _move(
        self, panel_id: PanelId, key: Key, choice: Choice | NoNode, evacuation: Evacuation, *, dry_run: bool
    ) -> None:
        if isinstance(choice, NoNode):
            evacuation.without_place += 1
            return

        async def move(tx: Transaction) -> None:
            current = await tx.keys.lock(key.id)
            if current is not None and current.panel_id == panel_id:
                await tx.keys.save(current.place(choice.place, self.clock.now()))

        if not dry_run:
            await transact(self.storage, move)
            self.read_fleet.count_keys.placed(choice.place)
        evacuation.moved[choice.panel_id] += 1
