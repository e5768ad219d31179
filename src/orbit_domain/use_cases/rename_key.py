"""A customer calls a key by a name of their own."""

from dataclasses import dataclass, replace

from orbit_domain.access.own_keys import NoSuchKey, key_name
from orbit_domain.ids import KeyId, TelegramId
from orbit_domain.storage import Storage, Transaction, transact


@dataclass(frozen=True, slots=True)
class RenameKey:
    """Give the key another name, which is shown to its customer alone. Raises NotAKeyName, NoSuchKey."""

    storage: Storage

    async def __call__(self, tg_id: TelegramId, key_id: KeyId, typed: str) -> None:
        name = key_name(typed)

        async def rename(tx: Transaction) -> None:
            key = await tx.keys.lock(key_id)
            if key is None or key.tg_id != tg_id or key.deleted:
                raise NoSuchKey(key_id)
            await tx.keys.save(replace(key, name=name))

        await transact(self.storage, rename)
