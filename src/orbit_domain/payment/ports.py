"""Ways to be paid, as the domain sees them."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Protocol

from orbit_domain.errors import Refusal
from orbit_domain.money import Currency, Money
from orbit_domain.payment.payment import Method, Payment
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.transfer import Cursor, Scan


@dataclass(eq=False)
class MethodUnavailable(Refusal):
    """This way of paying can't be offered just now; others may be."""

    method: Method
    reason: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """How to pay: exact amount, where to, with which comment, and links that fill all of it in.

    `wallet_url` opens a wallet and is https, so that a button may carry it; `transfer_uri` is the
    `ton://` link for a QR picture. `alternatives` are more wallet links by name.
    """

    amount: Money
    address: str
    comment: str
    wallet_url: str
    transfer_uri: str
    expires_at: datetime


class PaymentGateway(Protocol):
    """One way to take money."""

    method: Method

    async def quote(self, price: Money) -> Quote:
        """What *price* costs in this gateway's asset now. Raises MethodUnavailable."""

    async def invoice(self, payment: Payment) -> Invoice:
        """Say how to pay. A second call gives the same answer."""


class Gateways(Protocol):
    """The ways to pay that this shop has switched on, in the order they are shown."""

    def get(self, method: Method) -> PaymentGateway:
        """The gateway of *method*. Raises MethodUnavailable when the shop hasn't got it."""

    def all(self) -> tuple[PaymentGateway, ...]:
        """Every gateway, in the order shown."""


class Chain(Protocol):
    """The history of one account of ours on a chain."""

    source: str

    async def newest(self) -> Cursor:
        """Where to begin on an account that this shop hasn't used yet: after its newest transaction.

        Raises ChainUnavailable.
        """

    async def position(self, lt: int) -> Cursor | None:
        """The cursor at the transaction *lt* as the chain is shown now, without a watermark; None when it isn't shown.

        Lt 0 is the position before the first transaction. Raises ChainUnavailable.
        """

    async def scan(self, cursor: Cursor) -> Scan:
        """Read on from *cursor*, proving that nothing was left out. Raises ChainUnavailable.

        A watermark is never later than the shop's clock. A time that is more than a minute later is refused:
        no transfers, and the alarm TIME_AHEAD.
        """


class ChainUnavailable(Exception):
    """The chain could not be read just now; nothing is lost, the cursor stays where it was."""


class Rates(Protocol):
    """What an asset is worth."""

    async def rate(self, asset: Currency, base: Currency) -> "Rate":
        """Smallest base units per smallest asset unit, now. Raises RateUnavailable."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Base units that one asset unit is worth, and the readings behind it, for the record."""

    value: Fraction
    evidence: str
    at: datetime


class RateUnavailable(Exception):
    """No acceptable rate: too few fresh sources, too far apart, or a jump. The reason is the message."""
