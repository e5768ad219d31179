"""A customer doesn't want to wait for a place in the region that was chosen."""

from dataclasses import dataclass

from orbit_domain.access.own_keys import NoSuchKey
from orbit_domain.clock import Clock
from orbit_domain.ids import KeyId, TelegramId
from orbit_domain.storage import Storage, Transaction, transact


@dataclass(frozen=True, slots=True)
class PlaceAnywhere:
    """Let the key live in any region from now on; where it works already it stays. Raises NoSuchKey."""

    storage: Storage
    clock: Clock

    async def __call__(self, tg_id: TelegramId, key_id: KeyId) -> None:
        async def place(tx: Transaction) -> None:
            key = await tx.keys.lock(key_id)
            if key is None or key.tg_id != tg_id or key.deleted:
                raise NoSuchKey(key_id)
            await tx.keys.save(key.place_anywhere(self.clock.now()))

        await transact(self.storage, place)
