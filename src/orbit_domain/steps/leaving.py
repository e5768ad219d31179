"""What stands in the way of deleting an account, and what else its customer should know before."""

from dataclasses import dataclass

from orbit_domain.errors import Refusal
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.storage import Transaction
from orbit_domain.user.user import Role, User


@dataclass(eq=False)
class StaffStays(Refusal):
    """Whoever works for the shop gives the role back first."""

    tg_id: TelegramId


@dataclass(eq=False)
class OrderUnderway(Refusal):
    """A paid order waits for its keys: what is paid is delivered, or its price goes back first."""

    order_id: OrderId


async def require_free_to_leave(tx: Transaction, user: User, owner: TelegramId | None) -> None:
    """Raises StaffStays, OrderUnderway, CustomerBanned, AccountDeleted."""
    user.require_welcome()
    if user.tg_id == owner or user.role is not Role.CUSTOMER:
        raise StaffStays(user.tg_id)
    underway = await tx.orders.undelivered(user.tg_id)
    if underway:
        raise OrderUnderway(underway[0].id)
