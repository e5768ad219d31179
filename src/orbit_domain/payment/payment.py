"""Our request for money by one method."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Self

from orbit_domain.errors import Refusal
from orbit_domain.ids import OrderId, PaymentId, TelegramId
from orbit_domain.money import Money, rub
from orbit_domain.payment.quote import Quote

Method = NewType("Method", str)
TON_METHOD = Method("ton")
BALANCE = Method("balance")


class PaymentStatus(StrEnum):
    """Only PENDING and CONFIRMED matter to money: what arrives for any other status is still credited."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(eq=False)
class NoSuchPayment(Refusal):
    """This user has no such payment."""

    payment_id: PaymentId


@dataclass(eq=False)
class AmountOutOfRange(Refusal):
    """A top-up must lie between the two."""

    minimum: Money
    maximum: Money


@dataclass(frozen=True, slots=True)
class PaymentPolicy:
    """The numbers of taking money.

    `window` is how long a request is open, `grace` how long after it the locked quote is honoured,
    `tolerance_bps` how much of the amount due may be missing, in hundredths of a percent.
    """

    window: timedelta = timedelta(minutes=15)
    grace: timedelta = timedelta(minutes=60)
    tolerance_bps: int = 50
    topup_minimum: Money = rub(20_000)
    topup_maximum: Money = rub(10_000_000)

    def minimum_due(self, due: Money) -> int:
        """The fewest units that still pay *due* in full, rounded in the shop's favour."""
        return -(-due.units * (10_000 - self.tolerance_bps) // 10_000)

    def check_topup(self, amount: Money) -> None:
        """Raises AmountOutOfRange."""
        if not self.topup_minimum.units <= amount.units <= self.topup_maximum.units:
            raise AmountOutOfRange(self.topup_minimum, self.topup_maximum)


@dataclass(frozen=True, slots=True)
class Payment:
    """A request for `amount` (base currency), to be paid as `quote` says with `comment`.

    `order_id` is the order that the money is meant for; without one it is a top-up. The comment
    stays ours for ever: money that comes with it is this user's, whatever the status.
    """

    id: PaymentId
    tg_id: TelegramId
    method: Method
    amount: Money
    quote: Quote
    comment: str
    order_id: OrderId | None
    status: PaymentStatus
    created_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the customer is still being asked for money."""
        return self.status is PaymentStatus.PENDING

    def cancel(self) -> Self:
        """Stop asking. Money already on its way is still credited."""
        return replace(self, status=PaymentStatus.CANCELLED) if self.is_open else self
