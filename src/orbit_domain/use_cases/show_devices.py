"""On which devices a customer uses the link."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage
from orbit_domain.subscription_link.device import DeviceLimit, DeviceStamp, LinkDevice
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class DevicesView:
    """The devices that count, the newest first, and how many there may be; None: they aren't counted."""

    user: User
    devices: tuple[LinkDevice, ...]
    limit: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class ShowDevices:
    """Read the devices. Raises NoSuchUser."""

    storage: Storage
    clock: Clock
    get_cached_customer: GetCachedCustomer
    limit: DeviceLimit

    async def __call__(self, tg_id: TelegramId) -> DevicesView:
        customer, now = await self.get_cached_customer(tg_id), self.clock.now()
        async with self.storage.transaction() as tx:
            known = await tx.link_devices.of_user(tg_id)
        counted = [one for one in known if one.counts(now)]
        newest = sorted(counted, key=lambda one: (one.last_seen_at, one.hash), reverse=True)
        return DevicesView(customer.user, tuple(newest), self.limit.devices, now)


@dataclass(frozen=True, slots=True)
class RemoveDevice:
    """Free the place of a device. It may come again while there is a place. A second tap changes nothing."""

    storage: Storage

    async def __call__(self, tg_id: TelegramId, stamp: DeviceStamp) -> None:
        async with self.storage.transaction() as tx:
            for one in await tx.link_devices.of_user(tg_id):
                if one.stamp == stamp:
                    await tx.link_devices.remove(tg_id, one.hash)
