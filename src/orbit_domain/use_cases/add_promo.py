"""The owner offers a code."""

from dataclasses import dataclass, replace

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.promo.new_promo import PromoExists, check_promo
from orbit_domain.promo.promo import Promo
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.storage import AdminAction, Storage, promo_subject
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class AddPromo:
    """Record a new code with who added it. Its `created_at` is the time of this call.

    Raises NotPermitted, BadPromo, PromoExists.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, promo: Promo, actor: Actor, reason: str = "") -> Promo:
        now = self.clock.now()
        new = replace(promo, created_at=now, uses=0, stopped_at=None)
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.EDIT_OFFERS)
            unknown = [code for code in new.plans if await tx.plans.get(code) is None]
            check_promo(new, [code for code in new.plans if code not in unknown])
            if not await tx.promos.add_if_absent(new):
                raise PromoExists(new.code)
            what = "; ".join(filter(None, (f"{new.kind} {new.value}", reason)))
            await tx.admin_log.add(AdminAction(self.ids.uuid(), name, "add_promo", promo_subject(new.code), what, now))
        return new
