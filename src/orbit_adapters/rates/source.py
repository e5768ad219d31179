"""A source of prices, and its price as an exact fraction."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from orbit_domain.money import Currency
from orbit_domain.payment.ports import RateUnavailable

_MAX_DIGITS = 40
_MAGNITUDE = range(-12, 13)


@dataclass(frozen=True, slots=True)
class Reading:
    """The price from one source. `value`: smallest base units per smallest asset unit; `quoted`: as written."""

    source: str
    value: Fraction
    quoted: str
    at: datetime


class RateSource(Protocol):
    """A source of prices, independent of the others."""

    name: str

    async def read(self, asset: Currency, base: Currency) -> Reading:
        """The current price with its time. Raises RateUnavailable."""


def reading_of(source: str, price: object, asset: Currency, base: Currency, at: datetime) -> Reading:
    """A reading from *price*: whole base per whole asset (roubles or dollars a coin), an int or Decimal.

    Raises RateUnavailable for another type, for a price that is not above zero, or for an absurd size:
    some sources answer 0 for an unknown asset, and an exponent of a billion would fill the memory.
    """
    if isinstance(price, bool) or not isinstance(price, int | Decimal):
        raise RateUnavailable(f"{source} names no price")
    exact = Decimal(price)
    if not exact.is_finite() or exact <= 0:
        raise RateUnavailable(f"{source} names a price that is not above zero")
    if exact.adjusted() not in _MAGNITUDE or len(exact.as_tuple().digits) > _MAX_DIGITS:
        raise RateUnavailable(f"{source} names an absurd price")
    value = Fraction(exact) * Fraction(10**base.decimals, 10**asset.decimals)
    return Reading(source, value, f"{exact:f} {base.code}", at)
