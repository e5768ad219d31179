"""One wish to buy one plan, with the plan's terms and the price copied in."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Self

from orbit_domain.errors import Refusal
from orbit_domain.gift.gift import GiftTaken, GiftWithdrawn, NoSuchGift
from orbit_domain.ids import Nonce, OrderId, PlanCode, TelegramId
from orbit_domain.money import Money
from orbit_domain.plan.plan import PlanTerms
from orbit_domain.promo.promo import Discount

TRIAL_NONCE = "trial-"
"""So begins the nonce of a trial's order, which no button can carry."""


class OrderState(StrEnum):
    """Paid and delivered are never one state."""

    OPEN = "open"
    PAID = "paid"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


@dataclass(eq=False)
class NoSuchOrder(Refusal):
    """This user has no such order."""

    order_id: OrderId


@dataclass(eq=False)
class OrderClosed(Refusal):
    """The order can't be paid any more: it is paid already, or cancelled."""

    order_id: OrderId
    state: OrderState


class RefundProblem(StrEnum):
    """Why an order isn't refunded."""

    NOT_PAID = "not_paid"
    REFUNDED = "refunded"
    FREE = "free"
    PLAN_CHANGED = "plan_changed"


@dataclass(eq=False)
class OrderNotRefundable(Refusal):
    """The order's price can't be given back, or was."""

    order_id: OrderId
    reason: RefundProblem


@dataclass(eq=False)
class TrialUsed(Refusal):
    """The one free trial was started before."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """Who has taken a gift, and when."""

    by: TelegramId
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """open → paid → delivered, or cancelled, or refunded. `nonce` is the button's: one nonce, one order.

    `price` is what is paid: what the plan cost when the order was made, less the `discount`. `tg_id` pays. The time is
    the payer's too, but that of a gift belongs to whoever has taken it.
    """

    id: OrderId
    tg_id: TelegramId
    nonce: Nonce
    terms: PlanTerms
    price: Money
    state: OrderState
    created_at: datetime
    paid_at: datetime | None = None
    delivered_at: datetime | None = None
    discount: Discount | None = None
    is_gift: bool = False
    taken: Taken | None = None

    @property
    def holder(self) -> TelegramId:
        """Whose time it is, or will be: of a taken gift the taker, of anything else the payer."""
        return self.taken.by if self.taken is not None else self.tg_id

    @property
    def awaits_taker(self) -> bool:
        """Whether it gives nobody time yet, because it is a gift that isn't taken."""
        return self.is_gift and self.taken is None

    @property
    def is_to_take(self) -> bool:
        """Whether somebody may take it now: a gift that is paid and still there."""
        return self.awaits_taker and self.state is OrderState.PAID

    @property
    def due_since(self) -> datetime | None:
        """When its delivery began: with the payment, and of a gift when it was taken. None: it hasn't begun."""
        if self.is_gift:
            return self.taken.at if self.taken is not None else None
        return self.paid_at

    @property
    def full_price(self) -> Money:
        """What it costs without the discount."""
        return self.price if self.discount is None else self.price + self.discount.amount

    @property
    def is_open(self) -> bool:
        """Whether the order still waits for money."""
        return self.state is OrderState.OPEN

    def reprice(self, discount: Discount | None) -> Self:
        """The same order with another discount, or with none. Raises OrderClosed unless open."""
        if not self.is_open:
            raise OrderClosed(self.id, self.state)
        full = self.full_price
        price = full if discount is None else full.minus(discount.amount)
        off = None if discount is None or price == full else replace(discount, amount=full.minus(price))
        return replace(self, price=price, discount=off)

    def pay(self, now: datetime) -> Self:
        """The price has left the balance. Raises OrderClosed unless open."""
        if not self.is_open:
            raise OrderClosed(self.id, self.state)
        return replace(self, state=OrderState.PAID, paid_at=now)

    def take(self, tg_id: TelegramId, now: datetime) -> Self:
        """Somebody accepts the gift, once. The taker's second time changes nothing.

        Raises NoSuchGift unless it is a paid gift, GiftWithdrawn when its price went back, GiftTaken by somebody else.
        """
        if not self.is_gift or self.state in (OrderState.OPEN, OrderState.CANCELLED):
            raise NoSuchGift
        if self.state is OrderState.REFUNDED:
            raise GiftWithdrawn
        if self.taken is None:
            return replace(self, taken=Taken(tg_id, now))
        if self.taken.by != tg_id:
            raise GiftTaken(self.taken.at)
        return self

    def deliver(self, now: datetime) -> Self:
        """Every key works. Only a paid order can be delivered, of gifts a taken one; a delivered one stays so."""
        if self.state is not OrderState.PAID or self.awaits_taker:
            return self
        return replace(self, state=OrderState.DELIVERED, delivered_at=now)

    def refund(self) -> Self:
        """The price goes back. Raises OrderNotRefundable."""
        if self.state not in (OrderState.PAID, OrderState.DELIVERED):
            is_refunded = self.state is OrderState.REFUNDED
            raise OrderNotRefundable(self.id, RefundProblem.REFUNDED if is_refunded else RefundProblem.NOT_PAID)
        if self.price.is_zero:
            raise OrderNotRefundable(self.id, RefundProblem.FREE)
        return replace(self, state=OrderState.REFUNDED)

    def cancel(self) -> Self:
        """The customer doesn't want it any more. A paid order isn't cancelled: it is refunded."""
        return replace(self, state=OrderState.CANCELLED) if self.is_open else self


def trial_nonce(tg_id: TelegramId) -> Nonce:
    """The nonce of a user's one trial order."""
    return Nonce(f"{TRIAL_NONCE}{tg_id}")


def plan_nonce(plan_code: PlanCode, list_nonce: Nonce) -> Nonce:
    """The nonce of an order made from one list: two plans of one list are two orders."""
    return Nonce(f"{plan_code}-{list_nonce}")


def gift_nonce(plan_code: PlanCode, list_nonce: Nonce) -> Nonce:
    """The nonce of a gift made from one list. No plan's code holds a slash, so no other order has it."""
    return Nonce(f"gift/{plan_nonce(plan_code, list_nonce)}")


def charge_nonce(ref: str) -> Nonce:
    """The nonce of an order that no button made, but the charge *ref* of a payment that repeats."""
    return Nonce(f"charge-{sha256(ref.encode('utf-8', 'replace')).hexdigest()[:16]}")


def renewal_nonce(tg_id: TelegramId, plan_code: PlanCode, ends_at: datetime, price: Money) -> Nonce:
    """The nonce of the offer to renew the period that ends at *ends_at*: a renewal and a new price make another one."""
    offer = f"{tg_id} {plan_code} {int(ends_at.timestamp())} {price.units} {price.currency.code}"
    return Nonce(sha256(offer.encode()).hexdigest()[:16])
