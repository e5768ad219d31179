"""After a rotation of the sealing keys: every stored link needs the newest key alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage, Transaction, transact
from orbit_domain.subscription_link.link import SubscriptionLink, token_purpose
from orbit_domain.subscription_link.ports import Seal, Unopenable


@dataclass(slots=True)
class ResealedLinks:
    """How many links were sealed anew, and how many can't be opened with the keys that are there."""

    done: int = 0
    unopenable: int = 0


@dataclass(frozen=True, slots=True)
class ResealLinks:
    """Seal the token of each customer's link with the first key. Safe to stop and to repeat.

    Copies of subscriptions aren't sealed anew: those of an older key are as good as absent, and are fetched again.
    """

    storage: Storage
    seal: Seal
    page_size: int = 200

    async def __call__(self) -> ResealedLinks:
        resealed = ResealedLinks()
        after: TelegramId | None = None
        while page := await self._page(after):
            for link in page:
                if not self.seal.is_current(link.sealed_token):
                    await self._reseal(link, resealed)
            after = page[-1].tg_id
        return resealed

    async def _page(self, after: TelegramId | None) -> Sequence[SubscriptionLink]:
        return await transact(self.storage, lambda tx: tx.subscription_links.page(after, self.page_size))

    async def _reseal(self, link: SubscriptionLink, resealed: ResealedLinks) -> None:
        purpose = token_purpose(link.tg_id)
        try:
            token = self.seal.open(link.sealed_token, purpose)
        except Unopenable:
            resealed.unopenable += 1
            return

        async def put(tx: Transaction) -> None:
            await tx.users.lock(link.tg_id)
            # A link that was replaced meanwhile is sealed with the first key already.
            if await tx.subscription_links.get(link.tg_id) == link:
                await tx.subscription_links.put(replace(link, sealed_token=self.seal.seal(token, purpose)))

        await transact(self.storage, put)
        resealed.done += 1
