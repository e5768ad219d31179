"""Bring every key that isn't confirmed to its wanted state on its panel."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from orbit_domain.access.key import Key
from orbit_domain.access.ports import PanelError, Panels, PlacementRefused, UsernameTaken, VpnPanel
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, KeyId
from orbit_domain.node.choice import Choice, NoNode, PlacementRequest, choose_nodes
from orbit_domain.steps.record_key import begins_period, confirm_key, place_key, postpone_key, rename_key
from orbit_domain.storage import Storage, retry_on_busy, transact
from orbit_domain.use_cases.read_fleet import ReadFleet

Result = TypeVar("Result")
_NO_NODE = "no node can take this key now"
_TOO_SLOW = "the panel didn't answer within this turn"


@dataclass(frozen=True, slots=True)
class _Task:
    """A key to bring. `refusal` is why its place can't serve it: it needs another one.

    `reset_traffic`: a newly paid order waits for it, so what was used of its traffic counts no more.
    """

    key: Key
    reset_traffic: bool = False
    refusal: str | None = None


_Timeout = Callable[[], asyncio.Timeout]
_Choices = asyncio.Future[dict[KeyId, Choice | NoNode]]


@dataclass(frozen=True, slots=True)
class ProvisionKeys:
    """Claim what is due, call the panels, record what they confirmed; an error postpones, for ever.

    A place that refuses its key, or whose panel is unknown, is given up for another one in the same turn.
    `calls_limit` ends all calls to panels before the lease ends, so that no other worker has the same keys meanwhile.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    panels: Panels
    read_fleet: ReadFleet
    batch: int = 20
    lease: timedelta = timedelta(seconds=90)
    calls_limit: timedelta = timedelta(seconds=60)

    async def __call__(self) -> int:
        """How many keys were confirmed. Raises the first unexpected error, after all keys are done."""
        now = self.clock.now()
        ends_at = asyncio.get_running_loop().time() + self.calls_limit.total_seconds()
        until_end = partial(asyncio.timeout_at, ends_at)
        async with self.storage.transaction() as tx:
            claimed = await tx.keys.claim_due(now, now + self.lease, self.batch)
            tasks = [_Task(key, await begins_period(tx, key)) for key in claimed]
        ends = await self._bring_all(tasks, until_end)
        ends += await self._bring_all([end for end in ends if isinstance(end, _Task)], until_end)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return ends.count(True)

    async def _bring_all(self, tasks: list[_Task], until_end: _Timeout) -> list[bool | _Task | BaseException]:
        """Bring all at once. Those that need a place wait until places are chosen, the others don't."""
        homeless = [task.key for task in tasks if self._needs_place(task)]
        choices = asyncio.ensure_future(self._choose(homeless))
        bringing = [self._bring(task, choices, until_end) for task in tasks]
        ends = await asyncio.gather(*bringing, choices, return_exceptions=True)
        return [end for end in ends if not isinstance(end, dict)]

    def _needs_place(self, task: _Task) -> bool:
        return task.refusal is not None or self._panel_of(task.key) is None

    def _panel_of(self, key: Key) -> VpnPanel | None:
        return self.panels.get(key.panel_id) if key.panel_id else None

    async def _choose(self, keys: Sequence[Key]) -> dict[KeyId, Choice | NoNode]:
        """A place for each of *keys*, so that all of them fit in together."""
        if not keys:
            return {}
        requests = [PlacementRequest(instead_of=key.place_now) for key in keys]
        choices = choose_nodes(await retry_on_busy(self.read_fleet), requests, self.clock.now())
        return {key.id: choice for key, choice in zip(keys, choices, strict=True)}

    async def _bring(self, task: _Task, choices: _Choices, until_end: _Timeout) -> bool | _Task:
        """Whether the panel has confirmed the key. A task when its place refused it for the first time."""
        key: Key | None = task.key
        if self._needs_place(task):
            key = await self._move(task.key, (await choices)[task.key.id], until_end)
        panel = self._panel_of(key) if key else None
        if key is None or panel is None:
            return await self._postpone(task.key, task.refusal or _NO_NODE)
        try:
            async with until_end():
                state = await panel.ensure(key.account(reset_traffic=task.reset_traffic))
        except UsernameTaken:
            await transact(self.storage, lambda tx: rename_key(tx, key, self.clock.now()))
            return False
        except PlacementRefused as error:
            elsewhere = replace(task, key=key, refusal=repr(error))
            return await self._postpone(key, repr(error)) if task.refusal else elsewhere
        except PanelError as error:
            return await self._postpone(key, repr(error))
        except TimeoutError:
            return await self._postpone(key, _TOO_SLOW)
        return await transact(self.storage, lambda tx: confirm_key(tx, self.ids, key, state, self.clock.now()))

    async def _move(self, key: Key, choice: Choice | NoNode, until_end: _Timeout) -> Key | None:
        """The key at its place, stored before any panel is called, so that a crash leaves no unknown account.

        None when there is no place, or when the panel that it leaves doesn't let its account go.
        """
        if isinstance(choice, NoNode):
            return None
        left = self._panel_of(key)
        if left is not None and left.panel_id != choice.panel_id:
            try:
                async with until_end():
                    await left.remove(key.username, key.id)
            except (PanelError, TimeoutError):
                return None
        return await transact(self.storage, lambda tx: place_key(tx, key, choice.place))

    async def _postpone(self, key: Key, reason: str) -> bool:
        await transact(self.storage, lambda tx: postpone_key(tx, key, reason, self.clock.now()))
        return False
