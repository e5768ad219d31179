"""What the shop's owner does from the page: refunds, by the same use cases as the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from orbit_domain.errors import Refusal
from orbit_domain.ids import OrderId, PaymentId
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.order.order import OrderNotRefundable
from orbit_domain.payment.ports import GatewayUnavailable, RefundRefused, RefundUnsupported


class OwnerActions(Protocol):
    """The refunds of the shop behind the page. Each raises Refusal; the second GatewayUnavailable too."""

    async def refund_order(self, order_id: OrderId) -> None:
        """Give the price of an order back to the balance."""

    async def refund_payment(self, payment_id: PaymentId) -> None:
        """Send the money of a payment back to whoever paid it."""


class RefundedOrderId(BaseModel):
    """The order whose price goes back to the balance."""

    order: UUID


class RefundedPaymentId(BaseModel):
    """The payment whose money goes back to whoever paid it."""

    payment: UUID


def owner_routes(owner: OwnerActions) -> APIRouter:
    """The owner's routes, below `/sandbox`. A refusal is a conflict, and the page says which."""
    routes = APIRouter(prefix="/sandbox")

    @routes.post("/refund_order")
    async def refund_order(refunded: RefundedOrderId) -> dict[str, bool]:
        with _refusals_are_told():
            await owner.refund_order(OrderId(refunded.order))
        return {"ok": True}

    @routes.post("/refund_payment")
    async def refund_payment(refunded: RefundedPaymentId) -> dict[str, bool]:
        with _refusals_are_told():
            await owner.refund_payment(PaymentId(refunded.payment))
        return {"ok": True}

    return routes


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (InsufficientBalance, "refund_spent"),
    (RefundUnsupported, "refund_unsupported"),
    (RefundRefused, "refund_refused"),
    (OrderNotRefundable, "refund_not_possible"),
    (GatewayUnavailable, "refund_unknown"),
)


@contextmanager
def _refusals_are_told() -> Iterator[None]:
    try:
        yield
    except (Refusal, GatewayUnavailable) as error:
        word = next((word for kind, word in _WORDS if isinstance(error, kind)), "refund_not_possible")
        raise HTTPException(409, {"error": word}) from error
