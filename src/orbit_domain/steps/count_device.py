"""A device that got content is counted."""

from dataclasses import replace
from datetime import datetime

from orbit_domain.ids import TelegramId
from orbit_domain.storage import Transaction
from orbit_domain.subscription_link.device import SEEN_ANEW_AFTER, DeviceLimit, DeviceSign, LinkDevice, device_hash


def is_to_be_counted(known: tuple[LinkDevice, ...], wanted: str, now: datetime) -> bool:
    """Whether a visit of the device *wanted* has to be recorded."""
    seen = next((one for one in known if one.hash == wanted), None)
    return seen is None or now - seen.last_seen_at >= SEEN_ANEW_AFTER


async def count_device(
    tx: Transaction, tg_id: TelegramId, sign: DeviceSign, token: str, limit: DeviceLimit, now: datetime
) -> bool:
    """Record that the device was seen. False when others took the last places meanwhile, and nothing is recorded."""
    await tx.users.lock(tg_id)
    known = await tx.link_devices.of_user(tg_id)
    wanted = device_hash(sign, token)
    if not limit.admits(known, wanted, now):
        return False
    seen = next((one for one in known if one.hash == wanted), LinkDevice(tg_id, wanted, "", now, now))
    await tx.link_devices.put(replace(seen, name=sign.name or seen.name, last_seen_at=now))
    for old in known:
        if not old.counts(now) and old.hash != wanted:
            await tx.link_devices.remove(tg_id, old.hash)
    return True
