"""A customer who buys a month by one way to pay, and gets the money back: step by step, each safe to repeat."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from orbit_domain.ids import Nonce, OrderId, PlanCode
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import STARS_METHOD, Method, Payment
from orbit_domain.payment.pre_checkout import PreCheckout
from tests.integration.all_gateways.walk import CUSTOMERS, Walk
from tests.support.shop import Shop

_BUYER = CUSTOMERS[0]
_PAID = (OrderState.PAID, OrderState.DELIVERED)

Act = Callable[[Shop], Awaitable[None]]


@dataclass
class Purchase:
    """A month is bought by *method*; then its price goes to the balance, and from there to whoever paid, if it can.

    What the phone shows survives a crash: a step that is repeated asks for the same again, and changes nothing.
    """

    walk: Walk
    method: Method
    nonce: Nonce | None = None
    order_id: OrderId | None = None
    payment: Payment | None = None
    has_paid: bool = False

    def steps(self) -> Sequence[tuple[str, Act]]:
        """What happens, by its name, in order."""
        return (
            ("choose", self._choose),
            ("scan", _scan),
            ("request", self._request),
            ("pay", self._pay),
            ("check", self._check),
            ("provision", _provision),
            ("notify", _notify),
            ("refund to the balance", self._refund_order),
            ("refund to the payer", self._refund_payment),
            ("scan again", _scan),
            ("periodic runs", _run_periodic),
        )

    @property
    def is_refundable(self) -> bool:
        """Whether its provider sends money back."""
        return self.walk.mixed.way(self.method).gateway.terms.is_refundable

    def is_sent_back(self) -> bool:
        """Whether all of it has gone back to whoever paid, once."""
        payment = self._shown()
        sent = self.walk.way_of(payment).sent_back()
        return dict(sent) == {payment.id: payment.quote.due.units}

    async def _choose(self, shop: Shop) -> None:
        if self.nonce is None:
            self.nonce = (await shop.list_plans(_BUYER)).nonce
        self.order_id = (await shop.open_checkout(_BUYER, PlanCode("sub_1m"), self.nonce)).order.id

    async def _request(self, shop: Shop) -> None:
        await shop.record_rates()  # The last one is as old as the crashes before took.
        await shop.request_payment(_BUYER, self.order_id, self.method)
        self.payment = (await self.walk.payments())[-1]  # As it was recorded when it was shown.

    async def _pay(self, shop: Shop) -> None:
        payment = self._shown()
        due = payment.quote.due.units
        if self.method == STARS_METHOD:
            asked = PreCheckout("telegram:424242", "1", _BUYER, payment.external_id or "", "XTR", due, '{"id": "1"}')
            assert (await shop.answer_pre_checkout(asked)).problem is None
        if not self.has_paid:
            self.walk.way_of(payment).pay(payment, due)
            self.has_paid = True

    async def _check(self, shop: Shop) -> None:
        await shop.check_payment(_BUYER, self._shown().id)

    async def _refund_order(self, shop: Shop) -> None:
        if (await shop.show_checkout(_BUYER, self.order_id)).order.state in _PAID:
            await shop.refund_order(self.order_id, "owner", "a sweep")

    async def _refund_payment(self, shop: Shop) -> None:
        if self.is_refundable:
            await shop.refund_payment(self._shown().id, "owner", "a sweep")

    def _shown(self) -> Payment:
        """The payment as the phone shows it."""
        assert self.payment is not None
        return self.payment


async def _scan(shop: Shop) -> None:
    await shop.scan_and_settle()


async def _provision(shop: Shop) -> None:
    await shop.provision_keys()


async def _notify(shop: Shop) -> None:
    while await shop.deliver_notices():
        """Notices are delivered in batches."""


async def _run_periodic(shop: Shop) -> None:
    await shop.expire_payments()
    await shop.remind_expiring()
    await shop.alert_delayed_orders()
    await _notify(shop)
