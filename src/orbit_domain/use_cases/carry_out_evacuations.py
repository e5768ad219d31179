"""Give the keys of panels that are being emptied a home elsewhere, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from orbit_domain.access.key import Key
from orbit_domain.access.panel_connection import panel_subject
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, KeyId, PanelId
from orbit_domain.node.choice import Choice, PlacementRequest, choose_nodes
from orbit_domain.node.fleet import Place
from orbit_domain.storage import AdminAction, Storage, Transaction, retry_on_busy, transact
from orbit_domain.use_cases.read_fleet import ReadFleet
from orbit_domain.use_cases.start_evacuation import ENDED

_ACTOR = "worker"
_Move = tuple[KeyId, Place]


@dataclass(frozen=True, slots=True)
class CarryOutEvacuations:
    """Each key with time left moves as by `EvacuatePanel`: the old account serves until the new home has confirmed.

    Nothing is remembered between runs but the moves themselves, so one that was killed goes on in any other process.
    The panel is held while a few move: a stop takes effect before the next ones. Keys without a place elsewhere are
    tried again in the next run, and an evacuation ends when none with time left lives there.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    read_fleet: ReadFleet
    page_size: int = 50
    moved_at_once: int = 8

    async def __call__(self) -> int:
        """How many keys have begun to move."""
        panels = await transact(self.storage, _evacuating)
        return sum([await self._carry_out(panel_id) for panel_id in panels])

    async def _carry_out(self, panel_id: PanelId) -> int:
        moved = stayed = 0
        after: KeyId | None = None
        while page := await self._page(panel_id, after):
            living = [key for key in page if key.enabled and key.expires_at > self.clock.now()]
            moves = await self._choose(panel_id, living)
            stayed += len(living) - len(moves)
            # A few at a time: on SQLite nobody else writes meanwhile.
            for begin in range(0, len(moves), self.moved_at_once):
                some = moves[begin : begin + self.moved_at_once]
                done = await transact(self.storage, partial(self._move, panel_id, some))
                if done is None:
                    return moved  # Stopped meanwhile.
                for place in done:
                    self.read_fleet.count_keys.placed(place)
                moved += len(done)
            after = page[-1].id
        if not stayed:
            await transact(self.storage, partial(self._end, panel_id))
        return moved

    async def _page(self, panel_id: PanelId, after: KeyId | None) -> tuple[Key, ...]:
        return await transact(self.storage, lambda tx: tx.keys.on_panel(panel_id, after, self.page_size))

    async def _choose(self, panel_id: PanelId, keys: Sequence[Key]) -> list[_Move]:
        """Where each of *keys* goes; those that have no place now are left out."""
        if not keys:
            return []
        fleet = [node for node in await retry_on_busy(self.read_fleet) if node.panel_id != panel_id]
        choices = choose_nodes(fleet, [PlacementRequest(key.region) for key in keys], self.clock.now())
        chosen = zip(keys, choices, strict=True)
        return [(key.id, choice.place) for key, choice in chosen if isinstance(choice, Choice)]

    async def _move(self, panel_id: PanelId, moves: Sequence[_Move], tx: Transaction) -> list[Place] | None:
        """Where keys have begun to move to; None when the panel isn't being emptied any more."""
        record = await tx.panels.lock(panel_id)
        if record is None or not record.evacuating:
            return None
        moved, now = list[Place](), self.clock.now()
        for key_id, place in moves:
            key = await tx.keys.lock(key_id)
            if key is not None and key.panel_id == panel_id and not key.deleted:
                await tx.keys.save(key.place(place, now))
                moved.append(place)
        return moved

    async def _end(self, panel_id: PanelId, tx: Transaction) -> None:
        record = await tx.panels.lock(panel_id)
        if record is None or not record.evacuating:
            return
        await tx.panels.put(replace(record, evacuating=False))
        subject, now = panel_subject(panel_id), self.clock.now()
        await tx.admin_log.add(AdminAction(self.ids.uuid(), _ACTOR, ENDED, subject, "", now))


async def _evacuating(tx: Transaction) -> tuple[PanelId, ...]:
    return tuple(record.id for record in await tx.panels.all() if record.evacuating)
