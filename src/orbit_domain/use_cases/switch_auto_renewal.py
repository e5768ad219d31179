"""A customer lets the subscription renew from the balance, or lets it be."""

from dataclasses import dataclass, replace

from orbit_domain.clock import Clock
from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.steps.read_auto_renewal import AutoRenewal, read_auto_renewal
from orbit_domain.storage import Storage


@dataclass(eq=False)
class NothingToRenew(Refusal):
    """The customer has no plan that can be bought again: none at all, the trial, or one that isn't sold any more."""


@dataclass(frozen=True, slots=True)
class SwitchAutoRenewal:
    """Turn the switch; a second call changes nothing. Off is always possible. Raises NoSuchUser, NothingToRenew."""

    storage: Storage
    clock: Clock

    async def __call__(self, tg_id: TelegramId, *, on: bool) -> AutoRenewal:
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            before = await read_auto_renewal(tx, tg_id, self.clock.now())
            if on and before.plan is None:
                raise NothingToRenew
            subscription = replace(before.subscription, auto_renew=on)
            await tx.subscriptions.save(subscription)
            return replace(before, subscription=subscription)
