"""Answer a customer's app that asks for the subscription."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.access.key import Key
from orbit_domain.clock import Clock
from orbit_domain.steps.count_device import count_device, is_to_be_counted
from orbit_domain.steps.read_link import LinkView, read_link
from orbit_domain.storage import Storage, transact
from orbit_domain.subscription_link.content import Content, merged, signed
from orbit_domain.subscription_link.device import DeviceLimit, DeviceSign, LinkDevice, device_hash
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.good_copy import GoodCopy
from orbit_domain.use_cases.fetch_content import FetchContent

_SOON = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Nodes:
    """What the customer connects with."""

    view: LinkView
    content: Content


@dataclass(frozen=True, slots=True)
class Over:
    """The time is over or was taken back: the customer is to read that in the app, instead of dead nodes."""

    view: LinkView


@dataclass(frozen=True, slots=True)
class TooManyDevices:
    """As many others as allowed use the link: the customer is to read that in the app too."""

    view: LinkView
    limit: int


@dataclass(frozen=True, slots=True)
class NothingNow:
    """No panel answers and nothing was kept: the app keeps what it has and asks again."""

    retry_after: timedelta = _SOON


ServedSubscription = Nodes | Over | TooManyDevices | NothingNow


@dataclass(frozen=True, slots=True)
class ServeSubscription:
    """Decide by our own records, then ask the panels that hold the keys, each for itself. Safe to call again.

    An app that names no device isn't counted: most apps can't.
    """

    storage: Storage
    clock: Clock
    fetch_content: FetchContent
    limit: DeviceLimit

    async def __call__(
        self, token: str, wanted: SubscriptionFormat, sign: DeviceSign | None = None
    ) -> ServedSubscription | None:
        """None for a token that is malformed, forged or replaced."""
        async with self.storage.transaction() as tx:
            view = await read_link(tx, token, self.clock.now())
            if view is None:
                return None
            copies = await tx.good_copies.of_keys([key.id for key in view.keys], wanted)
            kept = {copy.key_id: copy for copy in copies}
            # What was taken back isn't kept either.
            revoked = [key.id for key in view.keys if not key.enabled and key.id in kept]
            if revoked:
                await tx.good_copies.drop(revoked)
            counted = sign is not None and self.limit.devices is not None
            known = await tx.link_devices.of_user(view.user.tg_id) if counted else ()
        if view.is_over:
            return Over(view)
        if sign is not None and not self.limit.admits(known, device_hash(sign, token), view.now):
            return TooManyDevices(view, self.limit.devices or 0)
        asked = (self._content(view, key, wanted, kept.get(key.id)) for key in view.working)
        content = merged([one for one in await asyncio.gather(*asked) if one is not None])
        if content is None:
            return NothingNow()
        if sign is not None and not await self._is_counted(view, token, sign, known):
            return TooManyDevices(view, self.limit.devices or 0)
        return Nodes(view, content)

    async def _content(
        self, view: LinkView, key: Key, wanted: SubscriptionFormat, copy: GoodCopy | None
    ) -> Content | None:
        """What *key* gives now. Of several keys, nodes say which one they are of: always, so that no name changes."""
        content = await self.fetch_content(key, wanted, copy)
        return signed(content, key.name) if content is not None and len(view.working) > 1 else content

    async def _is_counted(self, view: LinkView, token: str, sign: DeviceSign, known: tuple[LinkDevice, ...]) -> bool:
        """Whether the device has its place, counted only when it gets content."""
        limit, tg_id, now = self.limit, view.user.tg_id, view.now
        if limit.devices is None or not is_to_be_counted(known, device_hash(sign, token), now):
            return True
        return await transact(self.storage, lambda tx: count_device(tx, tg_id, sign, token, limit, now))
