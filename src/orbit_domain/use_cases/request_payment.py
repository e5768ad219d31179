"""A customer chooses how to pay what an order still lacks."""

from dataclasses import dataclass, replace

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, OrderId, TelegramId
from orbit_domain.order.order import Order, OrderClosed, OrderState
from orbit_domain.payment.payment import CardUse, Method, Payment
from orbit_domain.payment.ports import Gateways, MethodUnavailable
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.steps.method_availability import gateway_for_new
from orbit_domain.steps.open_payment import PaymentRequest, find_open_payment, open_payment
from orbit_domain.steps.order_request import request_for_order
from orbit_domain.steps.settle_payment import SettlementContext
from orbit_domain.storage import Storage
from orbit_domain.use_cases.show_payment import PaymentView, ShowPayment


@dataclass(eq=False)
class OrderAlreadyCovered(OrderClosed):
    """The balance covers this order: it is paid from there."""


@dataclass(frozen=True, slots=True)
class RequestPayment:
    """Ask for exactly what is missing, by a way that repeats for the whole price.

    Raises NoSuchOrder, OrderClosed, OrderAlreadyCovered, MethodUnavailable. *card* KEEP: the customer wants the
    subscription to renew by itself, from the card that is used now.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways
    show_payment: ShowPayment
    sources: ReceiptSources

    async def __call__(
        self, tg_id: TelegramId, order_id: OrderId, method: Method, card: CardUse | None = None
    ) -> PaymentView:
        request = await self._request(tg_id, order_id, method, card)
        payment = await self.open(request)
        # Replacing a half-paid request has credited the half, so less is missing now.
        left = await self._request(tg_id, order_id, method, card)
        if left != request:
            payment = await self.open(left)
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
        gateway = gateway_for_new(self.gateways, request.method)
        if request.order_id is None and gateway.terms.policy.repeats:
            raise MethodUnavailable(request.method, "only an order is paid by it")
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

    async def _request(
        self, tg_id: TelegramId, order_id: OrderId, method: Method, card: CardUse | None
    ) -> PaymentRequest:
        async with self.storage.transaction() as tx:
            now = self.clock.now()
            request = await request_for_order(tx, tg_id, order_id, method, self.gateways, now, card)
        if request is None:
            raise OrderAlreadyCovered(order_id, OrderState.OPEN)
        return request
