"""Someone of the staff begins something, types what it needs, and reads what it will do before doing it."""

from collections.abc import Mapping
from dataclasses import dataclass

from orbit_domain.ids import Ids, OrderId, TelegramId
from orbit_domain.ledger.adjustments import AdjustmentLimit
from orbit_domain.money import BaseCurrency, Money
from orbit_domain.order.order import NoSuchOrder, Order
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.repository import Customer
from orbit_domain.use_cases.staff_action import Draft, StaffAction, draft_of
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class StaffActionPreview:
    """Who acts, the draft, whom it is about, and the order to be refunded. *waits*: a second admin has to agree.

    *keys*: how many keys work now.
    """

    user: User
    draft: Draft
    customer: Customer
    order: Order | None
    amount: Money
    waits: bool
    keys: int


@dataclass(frozen=True, slots=True)
class PrepareStaffAction:
    """Begin a draft, or answer its question. Nothing is done yet.

    Raises NotPermitted, NoSuchUser, NoSuchOrder; `answer` also NotAnAmount, NotDays, NotAReason, DraftOver.
    """

    storage: Storage
    ids: Ids
    base: BaseCurrency
    limit: AdjustmentLimit
    owner: TelegramId | None

    async def __call__(
        self, staff_id: TelegramId, action: StaffAction, tg_id: TelegramId, order_id: OrderId | None = None
    ) -> StaffActionPreview:
        return await self._preview(staff_id, Draft(self.ids.uuid(), action, tg_id, order_id))

    async def answer(self, staff_id: TelegramId, kept: Mapping[str, object], typed: str) -> StaffActionPreview:
        """The draft that a dialog has *kept*, with what was typed."""
        return await self._preview(staff_id, draft_of(kept).answered(typed, self.base))

    async def _preview(self, staff_id: TelegramId, draft: Draft) -> StaffActionPreview:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), draft.action.permission)
            customer = await tx.subscriptions.customer(draft.customer)
            if customer is None:
                raise NoSuchUser(draft.customer)
            order = await _order(tx, draft)
            working = [key for key in await tx.keys.of_user(draft.customer) if key.enabled]
        amount = Money(draft.number or 0, self.base)
        waits = draft.action.is_of_money and not self.limit.amount.covers(amount)
        return StaffActionPreview(user, draft, customer, order, amount, waits, len(working))


async def _order(tx: Transaction, draft: Draft) -> Order | None:
    if draft.order is None:
        return None
    order = await tx.orders.get(draft.order)
    if order is None or order.tg_id != draft.customer:
        raise NoSuchOrder(draft.order)
    return order
