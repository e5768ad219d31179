"""A customer chooses how to pay what an order still lacks."""

from dataclasses import dataclass, replace

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, OrderId, TelegramId
from orbit_domain.money import Money
from orbit_domain.order.order import NoSuchOrder, Order, OrderClosed
from orbit_domain.payment.payment import Method, Payment
from orbit_domain.payment.ports import Gateways, MethodUnavailable
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.steps.collect_debt import missing_for
from orbit_domain.steps.open_payment import PaymentRequest, find_open_payment, open_payment
from orbit_domain.steps.settle_payment import SettlementContext
from orbit_domain.storage import Storage
from orbit_domain.use_cases.show_payment import PaymentView, ShowPayment
from orbit_domain.user.user import NoSuchUser


@dataclass(eq=False)
class OrderAlreadyCovered(OrderClosed):
    """The balance covers this order: it is paid from there."""


@dataclass(frozen=True, slots=True)
class RequestPayment:
    """Ask for exactly what is missing. Raises NoSuchOrder, OrderClosed, OrderAlreadyCovered, MethodUnavailable."""

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways
    show_payment: ShowPayment
    sources: ReceiptSources

    async def __call__(self, tg_id: TelegramId, order_id: OrderId, method: Method) -> PaymentView:
        missing = await self._missing(tg_id, order_id)
        payment = await self.open(PaymentRequest(tg_id, method, missing, order_id))
        # Replacing a half-paid request has credited the half, so less is missing now.
        left = await self._missing(tg_id, order_id)
        if left != missing:
            payment = await self.open(PaymentRequest(tg_id, method, left, order_id))
        # What is requested now is the one to pay, also when another invoice of the order was shown since.
        return replace(await self.show_payment(tg_id, payment.id), is_replaced=False)

    async def open(self, request: PaymentRequest) -> Payment:
        """The pending payment that asks for the same, or a new one.

        Raises MethodUnavailable, NoSuchUser; OrderAlreadyCovered when its order was paid just now.
        """
        gateway = self.gateways.get(request.method)
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            known = await find_open_payment(tx, request, gateway, now)
        if known is not None:
            return known
        if not gateway.terms.admit(request.amount):
            raise MethodUnavailable(request.method, "the amount is outside its limits")
        # The quote comes from other machines, so nothing is locked meanwhile.
        quote = await gateway.quote(request.amount)
        context = SettlementContext.unasked(now, self.ids, self.sources)
        async with self.storage.transaction() as tx:
            opened = await open_payment(tx, request, gateway, quote, context)
        if isinstance(opened, Order):
            raise OrderAlreadyCovered(opened.id, opened.state)
        return opened

    async def _missing(self, tg_id: TelegramId, order_id: OrderId) -> Money:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            order = await tx.orders.get(order_id)
            if user is None:
                raise NoSuchUser(tg_id)
            if order is None or order.tg_id != tg_id:
                raise NoSuchOrder(order_id)
            if not order.is_open:
                raise OrderClosed(order_id, order.state)
            missing = await missing_for(tx, order.price, user)
        if missing.is_zero:
            raise OrderAlreadyCovered(order_id, order.state)
        return missing
