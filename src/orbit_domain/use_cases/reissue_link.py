"""A customer's link got into wrong hands."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.steps.issue_link import issue_link
from orbit_domain.storage import Storage
from orbit_domain.subscription_link.link import LinkStamp
from orbit_domain.subscription_link.ports import Seal


@dataclass(frozen=True, slots=True)
class ReissueLink:
    """Replace the link with the *stamp*: it opens nothing from now on. A second tap on it changes nothing.

    Whoever has used it also has the secrets of the keys. So they get new ones, and are being prepared until their
    panels have taken them: an app that got the old secrets now would keep them for hours. Raises NoSuchUser.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    seal: Seal

    async def __call__(self, tg_id: TelegramId, stamp: LinkStamp) -> None:
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            there = await tx.subscription_links.get(tg_id)
            if there is None or there.stamp != stamp:
                return
            now = self.clock.now()
            await issue_link(tx, self.ids, self.seal, tg_id, now, instead_of=stamp)
            keys = await tx.keys.of_user(tg_id)
            await tx.good_copies.drop([key.id for key in keys])
            await tx.link_devices.remove_all(tg_id)
            for listed in keys:
                key = await tx.keys.lock(listed.id)
                if key is not None:
                    await tx.keys.save(key.renew_secret(self.ids.secret(), now))
