"""What waits for a person: paid orders that aren't delivered, and money without an owner."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.list_unmatched import ListUnmatched
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User

_PAGE = 5
_UNMATCHED = 200
_WAITING = 200


@dataclass(frozen=True, slots=True)
class NamelessMoney:
    """A receipt without an owner, and the payment and customer whose comment was probably meant."""

    receipt: Receipt
    payment: Payment | None
    customer: User | None

    @property
    def payment_id(self) -> PaymentId | None:
        """The number of that payment."""
        return self.payment.id if self.payment is not None else None


@dataclass(frozen=True, slots=True)
class NamelessPage:
    """Receipts, the largest first, of *total*; *page* counts from zero."""

    user: User
    money: tuple[NamelessMoney, ...]
    page: int
    total: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class ShowNameless:
    """A page of the money without an owner. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    list_unmatched: ListUnmatched
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, page: int = 0) -> NamelessPage:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.ASSIGN_MONEY)
        listed = await self.list_unmatched(_UNMATCHED)
        page = _within(page, len(listed))
        end = (page + 1) * _PAGE
        money = []
        async with self.storage.transaction() as tx:
            for one in listed[page * _PAGE : end]:
                payment = await tx.payments.by_comment(one.suggestion) if one.suggestion else None
                customer = await tx.users.get(payment.tg_id) if payment is not None else None
                money.append(NamelessMoney(one.receipt, payment, customer))
        return NamelessPage(user, tuple(money), page, len(listed), len(listed) > end)


@dataclass(frozen=True, slots=True)
class WaitingDelivery:
    """A paid order without its keys, whose it is, and the last error of a panel, if there was one."""

    order: Order
    customer: User | None
    error: str


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Orders by the time their delivery began, of *total*; *page* counts from zero."""

    user: User
    deliveries: tuple[WaitingDelivery, ...]
    page: int
    total: int
    has_more: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class ShowWaiting:
    """A page of the orders that are paid and not delivered. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    clock: Clock
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, page: int = 0) -> WaitingPage:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.RETRY_DELIVERY)
            orders = await tx.orders.waiting_since(now, None, _WAITING)
            page = _within(page, len(orders))
            end = (page + 1) * _PAGE
            deliveries = []
            for order in orders[page * _PAGE : end]:
                keys = await tx.keys.of_user(order.holder)
                error = next((key.home.last_error for key in keys if key.home.last_error), "") or ""
                deliveries.append(WaitingDelivery(order, await tx.users.get(order.holder), error))
        return WaitingPage(user, tuple(deliveries), page, len(orders), len(orders) > end, now)


def _within(page: int, count: int) -> int:
    """*page*, or the last one where there are fewer: what was listed before may be done."""
    return min(page, max(0, (count - 1) // _PAGE))
