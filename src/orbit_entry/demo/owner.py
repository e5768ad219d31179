"""The owner of the demo's shop: what the page's buttons do, by the use cases of the command line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dishka import AsyncContainer

from orbit_domain.clock import Clock
from orbit_domain.ids import OrderId, PaymentId
from orbit_domain.use_cases.refund_order import RefundOrder
from orbit_domain.use_cases.refund_payment import RefundPayment
from orbit_entry.config.settings import Settings
from orbit_entry.wiring.container import shop_container

_ACTOR = "sandbox page"
_REASON = "refunded on the page of the sandbox"


class DemoOwner:
    """Refunds in the shop that runs behind the page. The page is built before the shop, which comes by `of_shop`."""

    def __init__(self) -> None:
        self._container: AsyncContainer | None = None

    @asynccontextmanager
    async def of_shop(self, settings: Settings, clock: Clock) -> AsyncIterator[None]:
        """Act in the shop of *settings* while the block runs."""
        self._container = shop_container(settings, clock)
        try:
            yield
        finally:
            await self._shop.close()

    async def refund_order(self, order_id: OrderId) -> None:
        """Give the price of an order back to the balance. Raises Refusal."""
        await (await self._shop.get(RefundOrder))(order_id, _ACTOR, _REASON)

    async def refund_payment(self, payment_id: PaymentId) -> None:
        """Send the money of a payment back to whoever paid it. Raises Refusal, GatewayUnavailable."""
        await (await self._shop.get(RefundPayment))(payment_id, _ACTOR, _REASON)

    @property
    def _shop(self) -> AsyncContainer:
        if self._container is None:
            raise RuntimeError("the shop isn't running")
        return self._container
