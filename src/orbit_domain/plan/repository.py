"""Where plans are kept."""

from typing import Protocol

from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.plan.plan import Plan
from orbit_domain.promo.promo import Promo


class Plans(Protocol):
    """The plans of the shop. Contract: `orbit_testing.contracts.storage`."""

    async def active(self) -> tuple[Plan, ...]:
        """What is sold now, in the order shown."""

    async def all(self) -> tuple[Plan, ...]:
        """Every plan, sold or not, in the same order."""

    async def active_with_codes(self, tg_id: TelegramId) -> tuple[tuple[Plan, ...], tuple[Promo, ...]]:
        """The same with the codes that the user has entered and not used, by name, in one statement.

        Without a plan on sale no code is told.
        """

    async def get(self, code: PlanCode) -> Plan | None:
        """The plan *code*, sold or not."""

    async def lock(self, code: PlanCode) -> Plan | None:
        """The same, held until the transaction ends."""

    async def put(self, plan: Plan) -> None:
        """Sell the plan as it is now; orders keep their terms. Raises LookupError if its code isn't known."""

    async def add_if_absent(self, plan: Plan) -> bool:
        """Offer *plan* unless its code is known already; whether it was added."""
