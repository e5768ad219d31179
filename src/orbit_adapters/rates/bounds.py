"""The owner's bounds of a coin's price, which hold even when every source agrees on another."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from orbit_domain.money import TON, Currency
from orbit_domain.payment.ports import RateUnavailable

_MINIMUM, _MAXIMUM = "ORBIT_TON_RATE_MINIMUM", "ORBIT_TON_RATE_MAXIMUM"


class RateOutOfBounds(RateUnavailable):
    """A price that the owner's settings refuse. The reason names the bound and *setting*, which holds it."""

    def __init__(self, reason: str, setting: str) -> None:
        super().__init__(reason)
        self.setting = setting


@dataclass(frozen=True, slots=True)
class RateBounds:
    """The lowest and the highest price of a coin in *base*, as people write it: 250.50.

    None: no such bound. A price on a bound is accepted.
    """

    base: Currency
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    def check(self, asset: Currency, base: Currency, value: Fraction) -> None:
        """Raise RateOutOfBounds unless *value*, base units a nanoton, is inside. Other pairs have no bounds."""
        if (asset, base) != (TON, self.base):
            return
        price = value * 10**TON.decimals / 10**base.decimals
        if self.minimum is not None and price < Fraction(self.minimum):
            reason = f"{self._in_words(price)} is less than the {self._in_words(self.minimum)} of {_MINIMUM}"
            raise RateOutOfBounds(reason, _MINIMUM)
        if self.maximum is not None and price > Fraction(self.maximum):
            reason = f"{self._in_words(price)} is more than the {self._in_words(self.maximum)} of {_MAXIMUM}"
            raise RateOutOfBounds(reason, _MAXIMUM)

    def __str__(self) -> str:
        """The bounds in words; empty when there are none."""
        parts = (("at least", self.minimum), ("at most", self.maximum))
        return " and ".join(f"{words} {self._in_words(bound)}" for words, bound in parts if bound is not None)

    def _in_words(self, price: Decimal | Fraction) -> str:
        # For people only, and rounded: what decides is exact.
        exact = Fraction(price)
        rounded = round(Decimal(exact.numerator) / exact.denominator, 8)
        return f"{rounded.normalize():f} {self.base.code} a coin"
