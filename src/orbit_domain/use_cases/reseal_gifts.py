"""After a rotation of the sealing keys: the code of every gift needs the newest key alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orbit_domain.gift.gift import Gift, gift_purpose
from orbit_domain.ids import OrderId
from orbit_domain.storage import Storage, Transaction, transact
from orbit_domain.subscription_link.ports import Seal, Unopenable


@dataclass(slots=True)
class ResealedGifts:
    """How many codes were sealed anew, and how many can't be opened with the keys that are there."""

    done: int = 0
    unopenable: int = 0


@dataclass(frozen=True, slots=True)
class ResealGifts:
    """Seal the code of each gift with the first key. Safe to stop and to repeat."""

    storage: Storage
    seal: Seal
    page_size: int = 200

    async def __call__(self) -> ResealedGifts:
        resealed = ResealedGifts()
        after: OrderId | None = None
        while page := await self._page(after):
            for gift in page:
                if not self.seal.is_current(gift.sealed_code):
                    await self._reseal(gift, resealed)
            after = page[-1].order_id
        return resealed

    async def _page(self, after: OrderId | None) -> Sequence[Gift]:
        return await transact(self.storage, lambda tx: tx.gifts.page(after, self.page_size))

    async def _reseal(self, gift: Gift, resealed: ResealedGifts) -> None:
        purpose = gift_purpose(gift.order_id)
        try:
            code = self.seal.open(gift.sealed_code, purpose)
        except Unopenable:
            resealed.unopenable += 1
            return

        async def put(tx: Transaction) -> None:
            await tx.orders.lock(gift.order_id)
            current = await tx.gifts.get(gift.order_id)
            if current is not None:
                await tx.gifts.save(replace(current, sealed_code=self.seal.seal(code, purpose)))

        await transact(self.storage, put)
        resealed.done += 1
