"""Where links and the good copies behind them are kept."""

from collections.abc import Collection
from typing import Protocol

from orbit_domain.ids import KeyId, TelegramId
from orbit_domain.subscription_link.device import LinkDevice
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.good_copy import GoodCopy
from orbit_domain.subscription_link.link import SubscriptionLink


class SubscriptionLinks(Protocol):
    """One link a customer. Contract: `orbit_testing.contracts.storage`."""

    async def get(self, tg_id: TelegramId) -> SubscriptionLink | None:
        """The customer's link, if one was made."""

    async def by_hash(self, token_hash: str) -> SubscriptionLink | None:
        """The link whose token has this hash. A replaced token has none."""

    async def page(self, after: TelegramId | None, limit: int) -> tuple[SubscriptionLink, ...]:
        """The first links of customers whose ids are above *after*, by id; None begins the list."""

    async def put(self, link: SubscriptionLink) -> None:
        """Record the customer's link; the one before opens nothing from now on."""

    async def remove(self, tg_id: TelegramId) -> None:
        """Forget the customer's link, if there is one: it opens nothing from now on."""


class GoodCopies(Protocol):
    """The newest good content of each key and format. Contract: `orbit_testing.contracts.storage`."""

    async def of_keys(self, key_ids: Collection[KeyId], wanted: SubscriptionFormat) -> tuple[GoodCopy, ...]:
        """The copies of these keys in one format, by key."""

    async def put(self, copy: GoodCopy) -> None:
        """Record *copy* in place of the one of the same key and format."""

    async def drop(self, key_ids: Collection[KeyId]) -> None:
        """Delete every copy of these keys."""


class LinkDevices(Protocol):
    """The devices of each customer. Contract: `orbit_testing.contracts.storage`."""

    async def of_user(self, tg_id: TelegramId) -> tuple[LinkDevice, ...]:
        """The customer's devices, in the order in which they were first seen."""

    async def put(self, device: LinkDevice) -> None:
        """Record the device as it was seen now."""

    async def remove(self, tg_id: TelegramId, device_hash: str) -> None:
        """Forget one device of the customer, if it is known."""

    async def remove_all(self, tg_id: TelegramId) -> None:
        """Forget every device of the customer."""
