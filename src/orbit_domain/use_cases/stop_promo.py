"""The owner ends a code at once."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PromoCode
from orbit_domain.promo.promo import NoSuchPromo, Promo
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.storage import AdminAction, Storage, promo_subject
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class StopPromo:
    """Nobody gets anything by it any more, also not for an order that was shown with it. What was given stays.

    The same again changes nothing. Raises NotPermitted, NoSuchPromo.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, code: PromoCode, actor: Actor, reason: str) -> Promo:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.EDIT_OFFERS)
            if await tx.promos.stop(code, now):
                action = AdminAction(self.ids.uuid(), name, "stop_promo", promo_subject(code), reason, now)
                await tx.admin_log.add(action)
            promo = await tx.promos.get(code)
        if promo is None:
            raise NoSuchPromo
        return promo
