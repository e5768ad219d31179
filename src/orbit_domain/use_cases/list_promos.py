"""The codes that the owner has offered."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import PromoCode
from orbit_domain.promo.promo import NoSuchPromo, Promo, PromoProblem
from orbit_domain.storage import AdminAction, Storage, promo_subject

_SHOWN = 1_000


@dataclass(frozen=True, slots=True)
class ListedPromo:
    """A code, why nobody can enter it now (None: they can), and, of one that was asked for, what admins did."""

    promo: Promo
    problem: PromoProblem | None
    actions: tuple[AdminAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ListPromos:
    """The newest codes, newest first."""

    storage: Storage
    clock: Clock

    async def __call__(self) -> tuple[ListedPromo, ...]:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            promos = await tx.promos.newest(_SHOWN)
        return tuple(ListedPromo(one, one.problem(now)) for one in promos)

    async def one(self, code: PromoCode) -> ListedPromo:
        """The code with what admins did. Raises NoSuchPromo."""
        async with self.storage.transaction() as tx:
            promo = await tx.promos.get(code)
            actions = await tx.admin_log.of_subject(promo_subject(code), _SHOWN)
        if promo is None:
            raise NoSuchPromo
        return ListedPromo(promo, promo.problem(self.clock.now()), actions)
