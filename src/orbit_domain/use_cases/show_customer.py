"""Everything about a customer on one card."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.access.key import Key
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Payment
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.subscription.repository import Customer
from orbit_domain.user.permission import PERMISSIONS, Permission
from orbit_domain.user.user import NoSuchUser, Role, User

_ORDERS, _PAYMENTS = 3, 3


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """The customer, with the role that counts, as *user* may see and change it. *debt* is in the base currency."""

    user: User
    customer: Customer
    orders: tuple[Order, ...]
    payments: tuple[Payment, ...]
    keys: tuple[Key, ...]
    debt: int
    now: datetime

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the one who looks may do."""
        return PERMISSIONS[self.user.role]

    @property
    def is_staff(self) -> bool:
        """Whether the customer works for the shop."""
        return self.customer.user.role is not Role.CUSTOMER


@dataclass(frozen=True, slots=True)
class ShowCustomer:
    """Read the card. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    clock: Clock
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, tg_id: TelegramId) -> CustomerCard:
        staff = StaffMember(staff_id, self.owner)
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, staff, Permission.FIND_CUSTOMERS)
            found = await tx.subscriptions.customer(tg_id)
            if found is None:
                raise NoSuchUser(tg_id)
            return CustomerCard(
                user=user,
                customer=Customer(staff.with_role(found.user), found.subscription),
                orders=await tx.orders.newest(tg_id, _ORDERS),
                payments=await tx.payments.of_user(tg_id, _PAYMENTS),
                keys=await tx.keys.of_user(tg_id),
                debt=await tx.ledger.debt(tg_id),
                now=self.clock.now(),
            )
