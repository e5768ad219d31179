"""Bring every placement to its wanted state on its panel."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from orbit_domain.access.account import AccountState
from orbit_domain.access.breaker import PanelBreakers
from orbit_domain.access.key import username_for
from orbit_domain.access.placement import PlacementState
from orbit_domain.access.ports import ForeignAccount, PanelError, Panels, PlacementGone, VpnPanel
from orbit_domain.access.repository import DuePlacement
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, KeyId, TelegramId
from orbit_domain.steps.record_key import (
    begin_periods,
    confirm_keys,
    confirm_removals,
    postpone_keys,
    refuse_place,
    rename_key,
)
from orbit_domain.steps.record_together import Recorder
from orbit_domain.storage import Storage, Transaction, transact
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.use_cases.place_keys import PlaceKeys

_NOBODY, _NO_KEY = TelegramId(0), KeyId(UUID(int=0))
_TOO_SLOW = "the panel didn't answer within this turn"
_Timeout = Callable[[], asyncio.Timeout]


@dataclass(frozen=True, slots=True)
class _Task:
    """A placement to bring. `reset_traffic`: a newly paid order waits for it, so what was used counts no more."""

    due: DuePlacement
    reset_traffic: bool


@dataclass(frozen=True, slots=True)
class _PanelTurn:
    """The turn of one panel: how long it may be called, by how many at once, and what is recorded of its answers."""

    panel: VpnPanel
    until_end: _Timeout
    slots: asyncio.Semaphore
    confirm: Recorder[tuple[DuePlacement, AccountState]]
    confirm_removal: Recorder[DuePlacement]
    postpone: Recorder[tuple[DuePlacement, str]]


@dataclass(frozen=True, slots=True)
class ProvisionKeys:
    """Claim what is due, call the panels, record what they confirmed; an error postpones, for ever.

    Each panel has a turn of its own, with its own claims, limit of calls at a time and deadline: a panel that hangs
    delays no other. `calls_limit` ends all calls of a turn before the lease ends, so that no other worker has the same
    placements meanwhile. `device_limit` is asked of panels that can keep it, unless the shop's own links count devices:
    then a panel sees one client alone, the shop.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    panels: Panels
    breakers: PanelBreakers
    place_keys: PlaceKeys
    address: PublicAddress
    batch: int = 20
    calls_at_once: int = 4
    lease: timedelta = timedelta(seconds=90)
    calls_limit: timedelta = timedelta(seconds=60)
    probe_limit: timedelta = timedelta(seconds=10)
    device_limit: int | None = None

    async def __call__(self) -> int:
        """Place keys and let every panel have its turn; what is refused is placed elsewhere and brought there.

        How many placements are as wanted now. Raises the first unexpected error, after everything is done.
        """
        await self.place_keys()
        done = await self._all_panels()
        return done + (await self._all_panels() if await self.place_keys() else 0)

    def turns(self) -> Mapping[str, Callable[[], Awaitable[int]]]:
        """The same work in parts that run side by side: the choice of places, and the turn of each panel."""
        turns = {f"panel {panel.panel_id}": partial(self.bring, panel) for panel in self.panels.all()}
        return {"places": self.place_keys, **turns}

    async def bring(self, panel: VpnPanel) -> int:
        """The turn of one panel: how many placements are as wanted now.

        A failing panel is only asked whether it answers; when it does, what waited for it is brought at once.
        """
        if self.breakers.is_failing(panel.panel_id) and not await self._answers(panel):
            await self._leave_if_failing(panel)
            return 0
        done = await self._turn(panel)
        await self._leave_if_failing(panel)
        return done

    async def _leave_if_failing(self, panel: VpnPanel) -> None:
        """What a panel that has begun to fail never served is placed elsewhere at once, whoever found it out."""
        if self.breakers.begins_to_fail(panel.panel_id):
            await self._wake(panel)

    async def _answers(self, panel: VpnPanel) -> bool:
        """Whether a failing panel answers again: asked for an account that nobody has, once in a while."""
        if not self.breakers.may_probe(panel.panel_id, self.clock.now()):
            return False
        try:
            async with asyncio.timeout(self.probe_limit.total_seconds()):
                await panel.get(username_for(_NOBODY, 1), _NO_KEY)
        except (PanelError, TimeoutError):
            self.breakers.failed(panel.panel_id, self.clock.now())
            return False
        await self._answered(panel)
        await self.place_keys()
        return True

    async def _answered(self, panel: VpnPanel) -> None:
        """It has answered. If it was failing, what waited for it is due at once, whatever back-off it had."""
        if self.breakers.is_failing(panel.panel_id):
            # First: if this fails, the panel still counts as failing, and is asked again.
            await self._wake(panel)
        self.breakers.answered(panel.panel_id)

    async def _wake(self, panel: VpnPanel) -> None:
        await transact(self.storage, lambda tx: tx.keys.wake(panel.panel_id, self.clock.now()))

    async def _all_panels(self) -> int:
        ends = await asyncio.gather(*(self.bring(panel) for panel in self.panels.all()), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return sum(end for end in ends if isinstance(end, int))

    async def _turn(self, panel: VpnPanel) -> int:
        now = self.clock.now()
        ends_at = asyncio.get_running_loop().time() + self.calls_limit.total_seconds()

        async def claim(tx: Transaction) -> list[_Task]:
            claimed = await tx.keys.claim_due(panel.panel_id, now, now + self.lease, self.batch)
            return list(map(_Task, claimed, await begin_periods(tx, claimed)))

        turn = self._begin(panel, partial(asyncio.timeout_at, ends_at))
        tasks = await transact(self.storage, claim)
        ends = await asyncio.gather(*(self._bring(turn, task) for task in tasks), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return ends.count(True)

    def _begin(self, panel: VpnPanel, until_end: _Timeout) -> _PanelTurn:
        confirm = partial(confirm_keys, gives_own_links=self.address.base is not None)
        return _PanelTurn(
            panel,
            until_end,
            slots=asyncio.Semaphore(self.calls_at_once),
            confirm=Recorder(self.storage, lambda tx, some: confirm(tx, self.ids, some, self.clock.now())),
            confirm_removal=Recorder(self.storage, lambda tx, some: confirm_removals(tx, some, self.clock.now())),
            postpone=Recorder(self.storage, lambda tx, some: postpone_keys(tx, some, self.clock.now())),
        )

    async def _bring(self, turn: _PanelTurn, task: _Task) -> bool:
        """Whether the panel has what is wanted at this placement. What it has answered is recorded at once."""
        due, panel = task.due, turn.panel
        try:
            async with turn.until_end(), turn.slots:
                state = await self._ask(panel, task)
        except ForeignAccount:
            await self._answered(panel)
            await transact(self.storage, lambda tx: rename_key(tx, due, self.clock.now()))
            return False
        except PlacementGone as error:
            reason = repr(error)
            await self._answered(panel)
            await transact(self.storage, lambda tx: refuse_place(tx, due, reason, self.clock.now()))
            return False
        except (PanelError, TimeoutError) as error:
            self.breakers.failed(panel.panel_id, self.clock.now())
            return await turn.postpone((due, repr(error) if isinstance(error, PanelError) else _TOO_SLOW))
        await self._answered(panel)
        return await (turn.confirm_removal(due) if state is None else turn.confirm((due, state)))

    async def _ask(self, panel: VpnPanel, task: _Task) -> AccountState | None:
        """The account as the panel has it now, None when it has none any more. Raises PanelError."""
        due, placement = task.due, task.due.placement
        if placement.state is PlacementState.REMOVING:
            await panel.delete(placement.username, due.key.id)
            return None
        limit = self.device_limit if panel.limits_devices and self.address.base is None else None
        return await panel.ensure(due.key.account(due.number, reset_traffic=task.reset_traffic, device_limit=limit))
