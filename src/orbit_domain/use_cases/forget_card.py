"""A customer doesn't want the subscription to renew by itself any more."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ForgetCard:
    """Forget every card of the customer, and charge none again; what was asked for already may still be taken.

    A second call changes nothing. Raises NoSuchUser.
    """

    storage: Storage

    async def __call__(self, tg_id: TelegramId) -> None:
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            await tx.kept_cards.forget(tg_id)
