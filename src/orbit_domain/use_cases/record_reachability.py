"""The messenger says that a customer has blocked the bot, or lets it write again."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class RecordReachability:
    """Know whether the customer can be reached. What is paid goes on; somebody unknown stays unknown.

    A notice that arrives says the same (`DeliverNotices`), so an update that was lost does no harm.
    """

    storage: Storage
    clock: Clock

    async def __call__(self, tg_id: TelegramId, *, is_reachable: bool) -> None:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            if user is not None and is_reachable != (user.unreachable_at is None):
                await tx.users.set_unreachable(tg_id, None if is_reachable else self.clock.now())
