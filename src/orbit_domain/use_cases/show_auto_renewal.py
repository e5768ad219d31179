"""A customer looks at how the subscription renews."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.steps.read_auto_renewal import AutoRenewal, read_auto_renewal
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ShowAutoRenewal:
    """Read the switch and what it takes. Raises NoSuchUser."""

    storage: Storage
    clock: Clock

    async def __call__(self, tg_id: TelegramId) -> AutoRenewal:
        async with self.storage.transaction() as tx:
            return await read_auto_renewal(tx, tg_id, self.clock.now())
