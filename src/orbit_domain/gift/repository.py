"""Where gifts are kept."""

from typing import Protocol

from orbit_domain.gift.gift import Gift
from orbit_domain.ids import OrderId


class Gifts(Protocol):
    """One row beside each order that is a gift, covered by the order's lock.

    Contract: `orbit_testing.contracts.storage`.
    """

    async def add(self, gift: Gift) -> None:
        """Record a new gift, made together with its order."""

    async def get(self, order_id: OrderId) -> Gift | None:
        """What belongs to the order, if it is a gift."""

    async def by_hash(self, code_hash: str) -> Gift | None:
        """The gift whose code has this hash."""

    async def page(self, after: OrderId | None, limit: int) -> tuple[Gift, ...]:
        """The first gifts whose orders' ids are above *after*, by id; None begins the list."""

    async def save(self, gift: Gift) -> None:
        """Record the message, the taker's name, and the code as it is sealed now."""
