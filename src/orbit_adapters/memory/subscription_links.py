"""Subscription links and the good copies behind them, in memory."""

from collections.abc import Collection

from orbit_adapters.memory.storable_text import sanitized
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.ids import KeyId, TelegramId
from orbit_domain.subscription_link.device import LinkDevice
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.good_copy import GoodCopy
from orbit_domain.subscription_link.link import SubscriptionLink


class MemorySubscriptionLinks:
    """The port `SubscriptionLinks`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, tg_id: TelegramId) -> SubscriptionLink | None:
        """The customer's link."""
        return self._session.tables.subscription_links.get(tg_id)

    async def by_hash(self, token_hash: str) -> SubscriptionLink | None:
        """The link whose token has this hash."""
        tables = self._session.tables
        tg_id = tables.subscription_tokens.get(token_hash)
        return tables.subscription_links[tg_id] if tg_id is not None else None

    async def page(self, after: TelegramId | None, limit: int) -> tuple[SubscriptionLink, ...]:
        """The first links of customers whose ids are above *after*, by id."""
        links = self._session.tables.subscription_links.values()
        above = [link for link in links if after is None or link.tg_id > after]
        return tuple(sorted(above, key=lambda link: link.tg_id)[:limit])

    async def put(self, link: SubscriptionLink) -> None:
        """Record the customer's link in place of the one before."""
        self._session.require_user(link.tg_id)
        tables = self._session.tables
        if tables.subscription_tokens.get(link.token_hash, link.tg_id) != link.tg_id:
            raise RecordConflict("another customer's link has this token")
        before = tables.subscription_links.get(link.tg_id)
        if before is not None:
            del tables.subscription_tokens[before.token_hash]
        tables.subscription_links[link.tg_id] = sanitized(link)
        tables.subscription_tokens[link.token_hash] = link.tg_id

    async def remove(self, tg_id: TelegramId) -> None:
        """Forget the customer's link."""
        tables = self._session.tables
        link = tables.subscription_links.pop(tg_id, None)
        if link is not None:
            del tables.subscription_tokens[link.token_hash]


class MemoryGoodCopies:
    """The port `GoodCopies`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def of_keys(self, key_ids: Collection[KeyId], wanted: SubscriptionFormat) -> tuple[GoodCopy, ...]:
        """The copies of these keys in one format, by key."""
        copies = self._session.tables.good_copies
        found = (copies.get((key_id, wanted)) for key_id in sorted(set(key_ids)))
        return tuple(copy for copy in found if copy is not None)

    async def put(self, copy: GoodCopy) -> None:
        """Record *copy* in place of the one of the same key and format."""
        tables = self._session.tables
        if copy.key_id not in tables.keys:
            raise RecordConflict(f"there is no key {copy.key_id}")
        tables.good_copies[copy.key_id, copy.format] = sanitized(copy)

    async def drop(self, key_ids: Collection[KeyId]) -> None:
        """Delete every copy of these keys."""
        copies = self._session.tables.good_copies
        for place in [place for place in copies if place[0] in set(key_ids)]:
            del copies[place]


class MemoryLinkDevices:
    """The port `LinkDevices`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def of_user(self, tg_id: TelegramId) -> tuple[LinkDevice, ...]:
        """The customer's devices, in the order in which they were first seen."""
        mine = [one for one in self._session.tables.link_devices.values() if one.tg_id == tg_id]
        return tuple(sorted(mine, key=lambda one: (one.first_seen_at, one.hash)))

    async def put(self, device: LinkDevice) -> None:
        """Record the device as it was seen now."""
        self._session.require_user(device.tg_id)
        self._session.tables.link_devices[device.tg_id, device.hash] = sanitized(device)

    async def remove(self, tg_id: TelegramId, device_hash: str) -> None:
        """Forget one device of the customer, if it is known."""
        self._session.tables.link_devices.pop((tg_id, device_hash), None)

    async def remove_all(self, tg_id: TelegramId) -> None:
        """Forget every device of the customer."""
        for device in await self.of_user(tg_id):
            await self.remove(tg_id, device.hash)
