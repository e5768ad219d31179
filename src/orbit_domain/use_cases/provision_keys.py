"""Bring every key that isn't confirmed to its wanted state on its panel."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.access.account import AccountState
from orbit_domain.access.key import Key
from orbit_domain.access.ports import PanelError, Panels, UsernameTaken
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.node.choice import NoNode, PlacementRequest, choose_node
from orbit_domain.notice.notice import KeyReady
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction, retry_on_busy
from orbit_domain.subscription.subscription import GRACE
from orbit_domain.use_cases.read_fleet import ReadFleet


@dataclass(frozen=True, slots=True)
class ProvisionKeys:
    """Claim what is due, call the panels, record what they confirmed; an error postpones, for ever.

    A paid order becomes delivered in the transaction that confirms the last key of its user.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    panels: Panels
    read_fleet: ReadFleet
    batch: int = 20
    lease: timedelta = timedelta(seconds=90)

    async def __call__(self) -> int:
        """How many keys were confirmed. Raises the first unexpected error, after all keys are done."""
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            claimed = await tx.keys.claim_due(now, now + self.lease, self.batch)
        ends = await asyncio.gather(*(self._bring(key) for key in claimed), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return ends.count(True)

    async def _bring(self, claimed: Key) -> bool:
        key = claimed if claimed.panel_id else await retry_on_busy(lambda: self._place(claimed))
        panel = self.panels.get(key.panel_id) if key.panel_id else None
        if panel is None:
            await retry_on_busy(lambda: self._postpone(key, "no node can take this key now"))
            return False
        try:
            state = await panel.ensure(key.account())
        except UsernameTaken:
            await retry_on_busy(lambda: self._rename(key))
            return False
        except PanelError as error:
            reason = repr(error)
            await retry_on_busy(lambda: self._postpone(key, reason))
            return False
        return await retry_on_busy(lambda: self._confirm(key, state))

    async def _place(self, key: Key) -> Key:
        """Choose and store the place before any panel is called, so that a crash leaves no unknown account."""
        choice = choose_node(await self.read_fleet(), PlacementRequest(), self.clock.now())
        if isinstance(choice, NoNode):
            return key
        placed = key.place(choice.panel_id, choice.node, choice.placement)
        async with self.storage.transaction() as tx:
            current = await tx.keys.lock(key.id)
            if current is None or current.fence != key.fence:
                return key
            await tx.keys.save(current.place(choice.panel_id, choice.node, choice.placement))
        return placed

    async def _confirm(self, key: Key, state: AccountState) -> bool:
        async with self.storage.transaction() as tx:
            await tx.users.lock(key.tg_id)
            orders = await tx.orders.undelivered(key.tg_id)
            current = await tx.keys.lock(key.id)
            if current is None or current.fence != key.fence:
                if current is not None and current.desired_revision != key.desired_revision:
                    await tx.keys.save(current.reapply(self.clock.now()))  # Our call may have reached the panel last.
                return False  # A newer claim exists; its result counts.
            confirmed = current.confirm(key.desired_revision, state)
            await tx.keys.save(confirmed)
            keys = await tx.keys.of_user(key.tg_id)
            if orders and all(one.is_confirmed for one in keys):
                now = self.clock.now()
                for order in orders:
                    await tx.orders.save(order.deliver(now))
                await self._tell(tx, keys, is_new=current.applied_revision == 0)
        return True

    async def _tell(self, tx: Transaction, keys: tuple[Key, ...], *, is_new: bool) -> None:
        for key in keys:
            notice = KeyReady(
                key_id=key.id,
                name=key.name,
                subscription_url=key.subscription_url or "",
                ends_at=key.expires_at - GRACE,
                is_new=is_new,
                revision=key.desired_revision,
            )
            await notify(tx, self.ids, key.tg_id, notice, self.clock.now())

    async def _rename(self, key: Key) -> None:
        async with self.storage.transaction() as tx:
            current = await tx.keys.lock(key.id)
            if current is not None and current.fence == key.fence:
                await tx.keys.save(current.rename(key.number + 1, self.clock.now()))

    async def _postpone(self, key: Key, reason: str) -> None:
        async with self.storage.transaction() as tx:
            current = await tx.keys.lock(key.id)
            if current is not None and (current.fence, current.attempts) == (key.fence, key.attempts):
                await tx.keys.save(current.postpone(reason, self.clock.now()))
