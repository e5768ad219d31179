"""Our request for money by one method."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Self

from orbit_domain.errors import Refusal
from orbit_domain.ids import OrderId, PaymentId, TelegramId
from orbit_domain.money import EUR, RUB, USD, Currency, CurrencyMismatch, Money
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.recurrence import Recurrence

Method = NewType("Method", str)
TON_METHOD = Method("ton")
USDT_METHOD = Method("ton_usdt")
STARS_METHOD = Method("stars")
STARS_MONTHLY_METHOD = Method("stars_monthly")
BALANCE = Method("balance")


class PaymentStatus(StrEnum):
    """Only PENDING and CONFIRMED matter to money: what arrives for any other status is still credited."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class CardUse(StrEnum):
    """What a payment has to do with a card: it is to keep it, has kept it, charges it, or it has come to nothing.

    A charge has FAILED; a card is FORGOTTEN, or was never kept.
    """

    KEEP = "keep"
    KEPT = "kept"
    FORGOTTEN = "forgotten"
    CHARGE = "charge"
    FAILED = "failed"


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
    """What a payment promises about lateness and shortness. A later change of settings changes no promise.

    `grace` is how long after its window the locked quote is honoured, `tolerance_bps` how much of the amount due
    may be missing, in hundredths of a percent. `repeats`: the customer is charged the same again each month, and each
    charge buys what the first one has bought.
    """

    grace: timedelta = timedelta(minutes=60)
    tolerance_bps: int = 50
    repeats: bool = False

    def minimum_due(self, due: Money) -> int:
        """The fewest units that still pay *due* in full, rounded in the shop's favour."""
        return -(-due.units * (10_000 - self.tolerance_bps) // 10_000)


_TOP_UP_UNITS = {RUB: (20_000, 10_000_000), USD: (200, 100_000), EUR: (200, 100_000)}
"""The smallest and the largest top-up in each base currency."""

_PRESET_UNITS = {RUB: (20_000, 50_000, 100_000), USD: (200, 500, 1_000), EUR: (200, 500, 1_000)}


@dataclass(frozen=True, slots=True)
class TopUpLimits:
    """How much may be put on the balance at once, and the *presets* that a tap puts there, smallest first."""

    minimum: Money
    maximum: Money
    presets: tuple[Money, ...] = ()

    @classmethod
    def of(cls, base: Currency, presets: Sequence[int] | None = None) -> Self:
        """Those of a shop with that base currency; what is beyond the limits is no preset. None: the usual ones."""
        minimum, maximum = _TOP_UP_UNITS[base]
        units = _PRESET_UNITS[base] if presets is None else presets
        allowed = tuple(Money(one, base) for one in units if minimum <= one <= maximum)
        return cls(Money(minimum, base), Money(maximum, base), allowed)

    @property
    def currency(self) -> Currency:
        """What a balance is kept in."""
        return self.minimum.currency

    def check(self, amount: Money) -> None:
        """Raises AmountOutOfRange, and CurrencyMismatch for an amount in another currency."""
        if amount.currency != self.currency:
            raise CurrencyMismatch(f"top-ups are in {self.currency.code}, not in {amount.currency.code}")
        if not self.minimum.units <= amount.units <= self.maximum.units:
            raise AmountOutOfRange(self.minimum, self.maximum)


@dataclass(frozen=True, slots=True)
class Payment:
    """A request for `amount` (base currency), to be paid as `quote` says with `comment`.

    `order_id` is the order that the money is meant for; without one it is a top-up. The comment
    stays ours for ever: money that comes with it is this user's, whatever the status. `source` names the source
    that money for it arrives at. `address` and `external_id`, the provider's name of the request, are recorded
    before the customer sees them; the address is empty until then. `cancelled_at` is when the customer cancelled it:
    None also when another request took its place. `recurrence` is how its repeated charges stand; None before the
    first, and for a payment that doesn't repeat. `card` is None where it has nothing to do with a card, which people
    call `card_title`.
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
    source: str
    policy: PaymentPolicy = field(default_factory=PaymentPolicy)
    address: str = ""
    external_id: str | None = None
    confirmed_at: datetime | None = None
    cancelled_at: datetime | None = None
    recurrence: Recurrence | None = None
    card: CardUse | None = None
    card_title: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the customer is still being asked for money."""
        return self.status is PaymentStatus.PENDING

    @property
    def minimum_due(self) -> int:
        """The fewest asset units that pay it in full."""
        return self.policy.minimum_due(self.quote.due)

    def cancel(self, now: datetime) -> Self:
        """The customer doesn't want to pay it. Money already on its way is credited, and stays on the balance."""
        return replace(self, status=PaymentStatus.CANCELLED, cancelled_at=now) if self.is_open else self

    def recur(self, recurrence: Recurrence) -> Self:
        """Its repeated charges stand otherwise now."""
        return replace(self, recurrence=recurrence)

    def supersede(self) -> Self:
        """Another request takes its place on the screen. Money already on its way pays what it was meant for."""
        return replace(self, status=PaymentStatus.CANCELLED) if self.is_open else self
