"""The shop's own link for a customer to copy."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.steps.issue_link import issue_link
from orbit_domain.storage import Storage, Transaction, transact
from orbit_domain.subscription_link.device import DeviceLimit
from orbit_domain.subscription_link.link import LinkStamp, PublicAddress, SubscriptionLink, token_purpose
from orbit_domain.subscription_link.ports import Seal, Unopenable


@dataclass(frozen=True, slots=True)
class OwnLink:
    """The address, the stamp that `ReissueLink` asks for, and whether its devices are counted."""

    url: str
    stamp: LinkStamp
    counts_devices: bool = False


@dataclass(frozen=True, slots=True)
class GiveLink:
    """Show the customer's link; the first time it is made. Raises NoSuchUser."""

    storage: Storage
    clock: Clock
    ids: Ids
    seal: Seal
    address: PublicAddress
    limit: DeviceLimit

    async def __call__(self, tg_id: TelegramId) -> OwnLink | None:
        """None when the shop has no public address, or can't read the token any more: the panel's link is left."""
        if self.address.base is None:
            return None
        async with self.storage.transaction() as tx:
            link = await tx.subscription_links.get(tg_id)
        if link is None:
            link = await transact(self.storage, lambda tx: self._issue(tx, tg_id))
        try:
            token = self.seal.open(link.sealed_token, token_purpose(tg_id)).decode()
        except Unopenable:
            return None  # It still works in the apps that have it, so it isn't replaced behind the customer's back.
        return OwnLink(self.address.link(token), link.stamp, self.limit.devices is not None)

    async def _issue(self, tx: Transaction, tg_id: TelegramId) -> SubscriptionLink:
        return await issue_link(tx, self.ids, self.seal, tg_id, self.clock.now())
