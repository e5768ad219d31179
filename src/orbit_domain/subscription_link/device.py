"""Devices that a customer's link is used on, by the identifier that some apps send.

It is easily changed, so the limit is soft.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from orbit_domain.ids import TelegramId

DeviceStamp = NewType("DeviceStamp", str)
"""A short name of a device: what the button that removes it carries."""

FORGOTTEN_AFTER = timedelta(days=30)
"""A device that wasn't seen for so long counts no more."""
SEEN_ANEW_AFTER = timedelta(hours=1)
"""How old the last visit may look: not every refresh is worth a write."""
_IDENTIFIER = re.compile(r"[a-z0-9=_.:]{6,64}")
_NAME_CHARS = 60


@dataclass(frozen=True, slots=True)
class DeviceSign:
    """What an app says of its device. `identifier` is personal: it is never stored."""

    identifier: str
    name: str


def device_sign(identifier: str, model: str, system: str) -> DeviceSign | None:
    """What the headers of a request say; None when they name no device. Case and hyphens differ between apps."""
    plain = identifier.strip().casefold().replace("-", "")
    if _IDENTIFIER.fullmatch(plain) is None:
        return None
    words = " · ".join(part.strip() for part in (model, system) if part.strip())
    return DeviceSign(plain, "".join(char for char in words if char.isprintable())[:_NAME_CHARS])


@dataclass(frozen=True, slots=True)
class LinkDevice:
    """A device of a customer. `hash` is keyed with the link's token, which isn't stored: nobody can guess it back."""

    tg_id: TelegramId
    hash: str
    name: str
    first_seen_at: datetime
    last_seen_at: datetime

    @property
    def stamp(self) -> DeviceStamp:
        """The name of this device: twelve hexadecimal digits."""
        return DeviceStamp(self.hash[:12])

    def counts(self, now: datetime) -> bool:
        """Whether it was seen lately."""
        return now - self.last_seen_at < FORGOTTEN_AFTER


def device_hash(sign: DeviceSign, token: str) -> str:
    """What a device is found by, under one link: a new link has no devices."""
    return hmac.digest(token.encode(errors="replace"), sign.identifier.encode(), hashlib.sha256).hex()


@dataclass(frozen=True, slots=True)
class DeviceLimit:
    """How many devices a customer may use. None: they aren't counted."""

    devices: int | None

    def admits(self, known: Sequence[LinkDevice], wanted: str, now: datetime) -> bool:
        """Whether the device with the hash *wanted* may have content: a known one always may."""
        counted = [one.hash for one in known if one.counts(now)]
        return self.devices is None or wanted in counted or len(counted) < self.devices
